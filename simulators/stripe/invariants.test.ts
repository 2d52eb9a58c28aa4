import fc from 'fast-check';
import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { sdkFor, startOfTest } from './bench.ts';
import { fundsOf } from './money/balance.ts';
import { disputeFee, processingFee } from './money/fees.ts';
import { seededRandom } from './seeded-random.ts';
import { createStripe, type StripeSimulator } from './stripe.ts';

const currencies = ['usd', 'jpy'];
const methods = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_visa_chargeDeclined',
  'pm_card_createDispute',
  'pm_card_refundFail',
  'pm_card_pendingRefund',
];
type Action = (typeof actions)[number];

const actions = [
  'authorize',
  'charge',
  'capture',
  'cancel',
  'refund',
  'transfer',
  'reverse',
  'dispute',
  'decide',
  'escalate',
  'payout',
  'fail_payout',
  'fail_refund',
  'wait',
] as const;

/** One call: which, on which object, with which amount. */
const step = fc.record({
  // Without payments there is nothing to do the rest with.
  action: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom<Action[]>('authorize', 'charge', 'capture', 'transfer') },
    { weight: 2, arbitrary: fc.constantFrom(...actions) },
  ),
  pick: fc.nat(1000),
  amount: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.constant(undefined)),
});

test('whatever is called in whatever order, balances are what moved, and nothing is taken twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat(), async (steps, seed) => {
      const simulator = createStripe({ clock: () => startOfTest * 1000, random: seededRandom(seed) });
      const sdk = sdkFor(simulator);
      const payees = await openPayees(sdk, simulator);
      for (const { action, pick, amount } of steps) {
        // Refusals are fine: what is refused must have moved nothing, too.
        await take(sdk, simulator, payees, action, pick, amount).catch(() => {});
        checkBooks(simulator, payees);
      }
      simulator.advance(60 * 24 * 60 * 60);
      checkBooks(simulator, payees);
      checkEnded(simulator);
    }),
    { numRuns: 150 },
  );
});

async function openPayees(sdk: Stripe, { controls }: StripeSimulator): Promise<string[]> {
  const payees: string[] = [];
  for (const interval of ['manual', 'daily'] as const) {
    const { id } = await sdk.accounts.create({
      capabilities: { transfers: { requested: true } },
      settings: { payouts: { schedule: { interval } } },
    });
    controls.finishOnboarding(id);
    payees.push(id);
  }
  return payees;
}

async function take(
  sdk: Stripe,
  { controls, world, advance }: StripeSimulator,
  payees: readonly string[],
  action: Action,
  pick: number,
  amount: number | undefined,
): Promise<unknown> {
  const { state } = world;
  const one = <T extends { id: string }>(table: ReadonlyMap<string, T>) =>
    [...table.values()][pick % table.size];
  const part = amount === undefined ? {} : { amount };
  const currency = currencies[pick % 2] ?? 'usd';
  const charge = one(state.charges);
  switch (action) {
    case 'authorize':
    case 'charge':
      return sdk.paymentIntents.create({
        amount: 100 + pick * 3,
        currency,
        confirm: true,
        off_session: true,
        capture_method: action === 'authorize' ? 'manual' : 'automatic_async',
        payment_method: methods[pick % methods.length] ?? 'pm_card_visa',
      });
    case 'capture':
      return sdk.paymentIntents.capture(
        one(state.paymentIntents)?.id ?? '',
        amount === undefined ? {} : { amount_to_capture: amount },
      );
    case 'cancel':
      return sdk.paymentIntents.cancel(one(state.paymentIntents)?.id ?? '');
    case 'refund':
      return sdk.refunds.create({ charge: charge?.id ?? '', ...part });
    case 'transfer':
      return sdk.transfers.create({
        amount: amount ?? 100,
        currency: charge?.currency ?? currency,
        destination: payees[pick % payees.length] ?? '',
        ...(pick % 3 === 0 ? {} : { source_transaction: charge?.id ?? '' }),
      });
    case 'reverse':
      return sdk.transfers.createReversal(one(state.transfers)?.id ?? '', part);
    case 'dispute':
      return controls.openDispute({
        charge: charge?.id ?? '',
        reason: 'general',
        inquiry: pick % 2 === 0,
        ...part,
      });
    case 'decide':
      return controls.decideDispute(one(state.disputes)?.id ?? '', pick % 2 === 0 ? 'won' : 'lost');
    case 'escalate':
      return controls.escalateDispute(one(state.disputes)?.id ?? '');
    case 'payout':
      return sdk.payouts.create({ amount: amount ?? 100, currency });
    case 'fail_payout':
      return controls.failPayout(one(state.payouts)?.id ?? '');
    case 'fail_refund':
      return controls.endRefund(one(state.refunds)?.id ?? '', 'failed');
    case 'wait':
      return advance(pick * 1000);
  }
}

/** Reckons every balance anew from the objects that moved it. */
function checkBooks({ world }: StripeSimulator, payees: readonly string[]): void {
  const { state } = world;
  const totals = new Map<string, number>();
  const move = (account: string, currency: string, amount: number) => {
    const key = `${account} ${currency}`;
    totals.set(key, (totals.get(key) ?? 0) + amount);
  };
  const { platform } = state;
  for (const {
    id,
    balance_transaction: settled,
    amount_captured: amount,
    currency,
  } of state.charges.values()) {
    if (settled && world.ownerOf(id) === platform)
      move(platform, currency, amount - processingFee(amount, currency));
  }
  for (const { id, balance_transaction: moved, status, amount, currency } of state.refunds.values()) {
    if (moved && status !== 'failed' && world.ownerOf(id) === platform) move(platform, currency, -amount);
  }
  for (const { balance_transactions: moved, amount, currency } of state.disputes.values()) {
    if (moved.length > 0) move(platform, currency, -amount - disputeFee(currency));
    if (moved.length > 1) move(platform, currency, amount);
  }
  for (const { amount, amount_reversed: reversed, currency, destination } of state.transfers.values()) {
    move(platform, currency, reversed - amount);
    move(destination ?? '', currency, amount - reversed);
  }
  for (const { id, amount, currency, status } of state.payouts.values()) {
    if (status !== 'failed') move(world.ownerOf(id), currency, -amount);
  }
  for (const account of [platform, ...payees]) {
    const funds = fundsOf(world, account);
    for (const currency of currencies) {
      const { available, pending } = funds.get(currency) ?? { available: 0, pending: 0 };
      expect(available + pending).toBe(totals.get(`${account} ${currency}`) ?? 0);
      if (account !== platform) expect(available).toBeGreaterThanOrEqual(0);
    }
  }
  checkLimits({ world });
}

function checkLimits({ world: { state } }: Pick<StripeSimulator, 'world'>): void {
  for (const charge of state.charges.values()) {
    expect(charge.amount_captured).toBeLessThanOrEqual(charge.amount);
    expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount);
    const transfers = [...state.transfers.values()].filter((one) => one.source_transaction === charge.id);
    const sent = transfers.reduce((sum, one) => sum + one.amount - one.amount_reversed, 0);
    expect(sent).toBeLessThanOrEqual(charge.amount_captured);
  }
  for (const intent of state.paymentIntents.values()) {
    expect(intent.amount_received + intent.amount_capturable).toBeLessThanOrEqual(intent.amount);
    const taken = [...state.charges.values()].filter(
      (one) => one.payment_intent === intent.id && one.captured,
    );
    expect(taken.length).toBeLessThanOrEqual(1);
    expect(taken[0]?.amount_captured ?? 0).toBe(intent.amount_received);
  }
}

/** Two months later nothing is open: no hold, no pending money. */
function checkEnded({ world }: StripeSimulator): void {
  const { state } = world;
  for (const { status } of state.paymentIntents.values()) expect(status).not.toBe('requires_capture');
  for (const { status } of state.balanceTransactions.values()) expect(status).toBe('available');
}
