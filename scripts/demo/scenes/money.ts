import { setTimeout as sleep } from 'node:timers/promises';
import type { CardSavingAnswer, ConnectStatus, SavedCardView } from '#contract/payments.ts';
import { balancesOf, linesOf, unbalanced } from '../ledger.ts';
import { expect, type Stage } from '../stage.ts';
import { table } from '../timeline.ts';
import type { EarningsEntry, Payment } from '../wire-types.ts';
import type { Room } from './way.ts';

/** The order is in euros, which have cents. */
const MINOR_PER_MAJOR = 100;

/** What Stripe says of an account comes by webhook, or when one looks. */
const PAYABLE_WITHIN_TRIES = 20;
const LOOK_EVERY_MS = 500;

/**
 * A card that pays: a Visa for tests that the creator has or saves now. With real keys nothing but a card of their own
 * is used.
 */
export async function haveCard({ cast: { creator }, config, timeline }: Stage): Promise<SavedCardView> {
  const { data } = await creator.get<{ items: SavedCardView[] }>('/payment-methods');
  const isTest = config.stripe.publishableKey.startsWith('pk_test_');
  // Others among the test cards are there to be declined.
  const saved = data.items.find(({ last4 }) => !isTest || last4 === '4242');
  if (saved) {
    timeline.say(creator.name, `pays with the ${nameOf(saved)}`);
    return saved;
  }
  expect(isTest, `${creator.name} to have a saved card: a test card is only for Stripe's test mode`);
  const { data: saving, ms } = await creator.post<CardSavingAnswer>('/payment-methods', {
    paymentMethodId: 'pm_card_visa',
  });
  expect(saving.paymentMethod !== null, 'the test card to be saved');
  const took = timeline.measure('command: save a card', ms);
  timeline.say(creator.name, `saves a card for tests, ${nameOf(saving.paymentMethod)} (${took})`);
  return saving.paymentMethod;
}

export async function showHeld(stage: Stage, orderId: string, card: SavedCardView): Promise<void> {
  const payment = await paymentOf(stage, orderId);
  expect(payment.status === 'authorized', `the money to be held, not ${payment.status}`);
  stage.timeline.say(
    'Stripe',
    `${euros(payment.amountAuthorized)} held on the ${nameOf(card)}, nothing taken yet`,
  );
}

export async function showCaptured(stage: Stage, orderId: string, room: Room): Promise<void> {
  await room.creator.event('payment:completed');
  const payment = await paymentOf(stage, orderId);
  expect(payment.amountCaptured === payment.amountAuthorized, 'all that was held to be captured');
  stage.timeline.say('Stripe', `${euros(payment.amountCaptured)} captured into escrow`);
}

export async function showGivenBack(stage: Stage, orderId: string, room: Room): Promise<void> {
  await room.creator.event('payment:cancelled');
  const payment = await paymentOf(stage, orderId);
  expect(payment.amountCaptured === 0, 'nothing to be taken');
  stage.timeline.say('Stripe', `${euros(payment.grossAmount)} no longer held: it cost nothing`);
}

/**
 * The provider tells Stripe who they are. With Stripe itself only they can: the demo then goes on without.
 * @returns whether their account can take a share
 */
export async function becomePayable({ cast: { near }, config, timeline }: Stage): Promise<boolean> {
  const status = async () => (await near.get<ConnectStatus>('/payments/connect/status')).data;
  const before = await status();
  if (before.state === 'ready') {
    timeline.say(near.name, `has an account for their pay, ${before.accountId}`);
    return true;
  }
  const { data: link } = await near.post<{ url: string }>('/payments/connect/onboarding', {});
  const { accountId } = await status();
  const { simulatorUrl } = config.stripe;
  if (!simulatorUrl) {
    timeline.say(near.name, `has yet to answer Stripe before they are paid: ${link.url}`);
    return false;
  }
  const finished = await fetch(`${simulatorUrl}/_sim/accounts/${accountId}/finish_onboarding`, {
    method: 'POST',
  });
  expect(finished.ok, `the simulator to take ${near.name}'s answers (${finished.status})`);
  for (let tries = 1; (await status()).state !== 'ready'; tries++) {
    expect(tries < PAYABLE_WITHIN_TRIES, `${near.name}'s account to be ready`);
    await sleep(LOOK_EVERY_MS);
  }
  timeline.say(near.name, `answers what Stripe asks payees, and has an account: ${accountId}`);
  return true;
}

type Release = { readonly room: Room; readonly isPayable: boolean };

/** Who gets what of it; and its way to the provider, if it is under way at once. */
export async function showReleased(
  stage: Stage,
  orderId: string,
  { room, isPayable }: Release,
): Promise<void> {
  if (isPayable) await room.near.event('payment:transferred');
  const { timeline } = stage;
  const { near } = stage.cast;
  const { gross, platformFee, processingFee, net, transferred } = await earningOf(stage, orderId);
  timeline.say(
    'escrow',
    `${euros(gross)} = ${euros(platformFee)} platform + ${euros(processingFee)} processing + ${euros(net)} for ${near.name}`,
  );
  if (!isPayable) {
    timeline.say('Stripe', `${euros(net)} wait for ${near.name}'s account`);
    return;
  }
  expect(transferred === net, `${near.name} to have been sent ${net}, not ${transferred}`);
  timeline.say('Stripe', `${euros(transferred)} transferred to ${near.name}`);
}

/**
 * The order's part of the ledger, reckoned from what both parties are told; it must come to nothing. What Stripe charges the platform
 * is the platform's business, and not in it.
 */
export async function showLedger(stage: Stage, orderId: string): Promise<void> {
  const [payment, earning] = await Promise.all([paymentOf(stage, orderId), earningOf(stage, orderId)]);
  const minor = (amount: number) => Math.round(amount * MINOR_PER_MAJOR);
  const lines = linesOf({
    captured: minor(payment.amountCaptured),
    gross: minor(earning.gross),
    platformFee: minor(earning.platformFee),
    processingFee: minor(earning.processingFee),
    net: minor(earning.net),
    transferred: minor(earning.transferred),
  });
  const wrong = unbalanced(lines);
  expect(wrong.length === 0, `the lines of ${wrong.join(', ')} to sum to zero`);
  const balances = balancesOf(lines);
  expect(balances.get('escrow') === 0, 'nothing to be left in escrow');

  const written = (amount: number) => (amount / MINOR_PER_MAJOR).toFixed(2);
  const rows = lines.map(({ event, account, amount }) => [
    event,
    account,
    ...(amount > 0 ? [written(amount), ''] : ['', written(-amount)]),
  ]);
  const sum = lines.reduce((total, { amount }) => total + amount, 0);
  expect(sum === 0, 'all lines to sum to zero');
  stage.timeline.show(table(['event', 'account', 'debit', 'credit'], rows));
  const left = [...balances].filter(([, amount]) => amount !== 0);
  stage.timeline.show(
    `left: ${left.map(([account, amount]) => `${account} ${written(amount)}`).join(', ')}, before Stripe's own fee; sum ${written(sum)}`,
  );
}

async function paymentOf({ cast: { creator } }: Stage, orderId: string): Promise<Payment> {
  return (await creator.get<{ payment: Payment }>(`/orders/${orderId}/payment`)).data.payment;
}

async function earningOf({ cast: { near } }: Stage, orderId: string): Promise<EarningsEntry> {
  const { data } = await near.get<{ items: EarningsEntry[] }>('/users/me/earnings?limit=20');
  const earning = data.items.find((entry) => entry.orderId === orderId);
  expect(earning !== undefined, `the order among ${near.name}'s earnings`);
  return earning;
}

function nameOf({ brand, last4 }: SavedCardView): string {
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ending in ${last4}`;
}

function euros(amount: number): string {
  return `${amount.toFixed(2)} EUR`;
}
