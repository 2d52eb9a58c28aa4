import { ENDED } from '#domain/orders/transitions.ts';
import type { LedgerAccount } from '#domain/payments/ledger.ts';
import { isOpenStep, type Money, openAttempt, stepsOf } from '#domain/payments/payment.ts';
import { fromStripe } from '#payments/stripe/amounts.ts';
import { fundsOf } from '#simulators/stripe/money/balance.ts';
import { keyOf } from './record.ts';
import type { Stage } from './stage.ts';

/** Where the books contradict themselves, Stripe, or what must be when all is over; in words, empty when they do not. */
export function contradictions(stage: Stage): string[] {
  return [
    ...unbalanced(stage),
    ...otherThanStripesBalance(stage),
    ...stage.states.flatMap(({ order, money }) => {
      const wrong: string[] = [];
      if (!ENDED.has(order.status)) wrong.push(`the order is still ${order.status}`);
      if (order.status === 'completed' && !order.releasedAt) wrong.push('it is completed and never released');
      if (money) {
        wrong.push(
          ...otherThanStripe(stage, money),
          ...otherThanLedger(stage, money),
          ...otherThanDecided(stage, money),
          ...unfinished(stage, money),
        );
      }
      return wrong.map((what) => `${order.id}: ${what}`);
    }),
    ...otherThanOwed(stage),
    ...strayHolds(stage),
  ];
}

/** Money that is held on cards, or may come to be, and that nobody wants or knows of. */
export function strayHolds(stage: Stage): string[] {
  const { payments } = stage.record;
  const held = new Set(
    payments
      .filter(({ payment }) => payment.status === 'authorized' && payment.goal.capture !== 0n)
      .map(({ payment }) => payment.paymentIntentId),
  );
  const asked = new Set(payments.map((money) => openAttempt(money)?.intentId));
  const inHand = new Set(
    payments.flatMap(({ attempts }) =>
      attempts.filter(({ awaitsPayer }) => awaitsPayer).map(({ intentId }) => intentId),
    ),
  );
  const { paymentIntents } = stage.stripe.world.state;
  return [...paymentIntents.values()].flatMap(({ id, status }) => {
    if (status === 'requires_capture' && !held.has(id)) return [`${id} holds money that nobody wants`];
    if (status === 'requires_action' && !asked.has(id)) return [`${id} waits for a payer whom nobody asks`];
    // Whoever was given its secret could still confirm it.
    if (status === 'requires_payment_method' && inHand.has(id) && !asked.has(id)) {
      return [`${id} can still be confirmed`];
    }
    return [];
  });
}

function unbalanced({ record }: Stage): string[] {
  const wrong: string[] = [];
  const totals = new Map<string, bigint>();
  for (const { cause, currency, entries } of record.ledger) {
    const sum = sumOf(entries.map(({ amount }) => amount));
    if (sum !== 0n) wrong.push(`${cause} is out of balance by ${sum} ${currency}`);
    totals.set(currency, (totals.get(currency) ?? 0n) + sum);
  }
  for (const [currency, total] of totals) if (total !== 0n) wrong.push(`all ${currency} sum to ${total}`);
  return wrong;
}

function otherThanStripesBalance(stage: Stage): string[] {
  const { world } = stage.stripe;
  const funds = fundsOf(world, world.state.platform);
  const currencies = new Set([
    ...[...funds.keys()].map((code) => code.toUpperCase()),
    ...stage.record.ledger.map(({ currency }) => currency),
  ]);
  return [...currencies].flatMap((currency) => {
    const { available, pending } = funds.get(currency.toLowerCase()) ?? { available: 0, pending: 0 };
    const atStripe = fromStripe(available + pending, currency);
    const inBooks = balanceOf(stage, 'stripe', (posted) => posted.currency === currency);
    return same(`Stripe's balance in ${currency}`, inBooks, atStripe);
  });
}

/** What Stripe's own objects of a payment come to, beside what it says of itself. */
function otherThanStripe({ stripe }: Stage, { payment }: Money): string[] {
  const { state } = stripe.world;
  const units = (amount: number) => fromStripe(amount, payment.currency);
  const intents = [...state.paymentIntents.values()].filter(
    ({ metadata }) => metadata.payment_id === payment.id,
  );
  const ids = new Set(intents.map(({ id }) => id));
  const taken = intents.filter(({ status }) => status === 'succeeded');
  const refunds = [...state.refunds.values()].filter(
    ({ payment_intent, balance_transaction, status }) =>
      ids.has(payment_intent ?? '') && balance_transaction !== null && status !== 'failed',
  );
  const transfers = [...state.transfers.values()].filter(
    ({ metadata }) => metadata.payment_id === payment.id,
  );
  const lost = [...state.disputes.values()].filter(
    ({ payment_intent, status }) => ids.has(payment_intent ?? '') && status === 'lost',
  );
  const sum = (amounts: number[]) => sumOf(amounts.map(units));
  return [
    ...(taken.length > 1 ? [`captured ${taken.length} times`] : []),
    ...(transfers.length > 1 ? [`transferred ${transfers.length} times`] : []),
    ...same('captured', payment.amountCaptured, sum(taken.map(({ amount_received }) => amount_received))),
    ...same('refunded', payment.amountRefunded, sum(refunds.map(({ amount }) => amount))),
    ...same('transferred', payment.amountTransferred, sum(transfers.map(({ amount }) => amount))),
    ...same('reversed', payment.amountReversed, sum(transfers.map(({ amount_reversed }) => amount_reversed))),
    ...same('lost', payment.amountLost, sum(lost.map(({ amount }) => amount))),
  ];
}

/** What the ledger has of a payment, beside what it says of itself. */
function otherThanLedger(stage: Stage, money: Money): string[] {
  const { payment } = money;
  const of = (account: LedgerAccount) =>
    balanceOf(stage, account, ({ paymentId }) => paymentId === payment.id);
  const unsent = sumOf(
    stepsOf(money, 'transfer')
      .filter(isOpenStep)
      .map(({ params }) => params.amount),
  );
  return [
    ...same('in escrow', payment.amountHeld, of('escrow') * -1n),
    ...same('owed to the payer', payment.amountOwed, of('refund_due') * -1n),
    ...same('payable', unsent, of('payable') * -1n),
    ...same('in suspense', 0n, of('suspense')),
    ...same('lost to us', 0n, of('loss')),
  ];
}

/** Where money did not go where it was decided to go, though nobody else laid hands on it. */
function otherThanDecided({ stripe }: Stage, { payment, steps }: Money): string[] {
  const { goal, chargebacks, amountCaptured, amountReleased, amountRefunded } = payment;
  const refunds = [...stripe.world.state.refunds.values()].filter(
    ({ payment_intent, balance_transaction }) =>
      payment_intent === payment.paymentIntentId && balance_transaction !== null,
  );
  const touched =
    chargebacks.some(({ posted }) => posted.length > 0) ||
    refunds.some(({ status, metadata }) => status === 'failed' || !metadata?.step_id) ||
    steps.some(({ params, state }) => params.kind === 'refund' && state === 'failed');
  if (goal.payee === null || touched) return [];
  const share = goal.payee < amountCaptured ? goal.payee : amountCaptured;
  return [
    ...same('the share of the payee', amountReleased, share),
    ...same('the rest for the payer', amountRefunded, amountCaptured - share),
  ];
}

/** What must not be left of a payment when all is over. */
function unfinished(stage: Stage, money: Money): string[] {
  const { payment, attempts, steps } = money;
  const wrong: string[] = [];
  if (payment.amountHeld !== 0n) wrong.push(`${payment.amountHeld} is still in escrow`);
  if (payment.status === 'processing' || payment.status === 'authorized') {
    wrong.push(`the payment is still ${payment.status}`);
  }
  if (attempts.some(({ state }) => state === 'open')) wrong.push('an attempt is still open');
  const payable = stage.record.accounts.get(payment.payeeId ?? '')?.transfersEnabled ?? false;
  for (const { id, state, params } of steps.filter(isOpenStep)) {
    // Who never opens an account is never paid.
    if (params.kind === 'transfer' && state === 'blocked' && !payable) continue;
    wrong.push(`the step ${id} (${params.kind}) is still ${state}`);
  }
  return wrong;
}

/** What payees owe, as it is kept for their later pay, beside what the ledger says. */
function otherThanOwed(stage: Stage): string[] {
  const owed = new Map(stage.record.receivables);
  for (const { payment } of stage.record.payments) {
    if (payment.amountRecoverable === 0n) continue;
    const key = keyOf(payment.payeeId ?? '', payment.currency);
    owed.set(key, (owed.get(key) ?? 0n) + payment.amountRecoverable);
  }
  const booked = new Map<string, bigint>();
  for (const { currency, entries } of stage.record.ledger) {
    for (const { account, partyId, amount } of entries) {
      if (account !== 'receivable') continue;
      const key = keyOf(partyId ?? '', currency);
      booked.set(key, (booked.get(key) ?? 0n) + amount);
    }
  }
  return [...new Set([...owed.keys(), ...booked.keys()])].flatMap((key) =>
    same(`receivable of ${key}`, owed.get(key) ?? 0n, booked.get(key) ?? 0n),
  );
}

function balanceOf(
  { record }: Stage,
  account: LedgerAccount,
  isOf: (posted: { currency: string; paymentId: string }) => boolean,
): bigint {
  return sumOf(
    record.ledger
      .filter(isOf)
      .flatMap(({ entries }) =>
        entries.filter((entry) => entry.account === account).map(({ amount }) => amount),
      ),
  );
}

function same(what: string, ours: bigint, theirs: bigint): string[] {
  return ours === theirs ? [] : [`${what}: ${ours} here, ${theirs} there`];
}

function sumOf(amounts: bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
