import { giveBack } from './attempts.ts';
import { feesOf, roundedDown } from './fees.ts';
import { netted, released } from './ledger.ts';
import type { MoneyDraft } from './money-draft.ts';
import {
  isFrozen,
  isOpenStep,
  NOT_WANTED,
  type PayeeFacts,
  type Payment,
  type PaymentStep,
  stepsOf,
} from './payment.ts';

/** A reversal without cover is tried once more, with what there is. */
const MOST_REVERSALS = 2;

/**
 * Owes whatever is missing between what the payment's goal says and what Stripe has confirmed. It looks at the state
 * alone, so that it does not matter what came first, and asks for nothing twice.
 */
export function plan(draft: MoneyDraft, payee: PayeeFacts): void {
  planVoid(draft);
  planCapture(draft);
  planRelease(draft, payee);
  planRefund(draft);
  planRecovery(draft);
}

function planVoid(draft: MoneyDraft): void {
  const { goal, amountCaptured, paymentIntentId, status } = draft.payment;
  if (goal.capture !== 0n || amountCaptured > 0n) return;
  // Nobody is asked for a card any more.
  draft.pay({ cardDueAt: null });
  // What is just being taken cannot be given back before it is known what became of that.
  if (stepsOf(draft.money, 'capture').some(isOpenStep)) return;
  if (paymentIntentId) giveBack(draft, paymentIntentId, 'authorization');
  else if (status !== 'failed') draft.pay({ status: 'cancelled' });
}

function planCapture(draft: MoneyDraft): void {
  const { goal, amountAuthorized, amountCaptured, paymentIntentId, currency } = draft.payment;
  if (!goal.capture || amountCaptured > 0n || !paymentIntentId) return;
  const asked = stepsOf(draft.money, 'capture').some(
    ({ params }) => params.paymentIntentId === paymentIntentId,
  );
  if (asked) return;
  draft.addStep({
    kind: 'capture',
    paymentIntentId,
    amount: least(goal.capture, amountAuthorized),
    currency,
  });
}

/** Moves the payee's share out of escrow, once, and owes its transfer. */
function planRelease(draft: MoneyDraft, { accountId, receivable }: PayeeFacts): void {
  const { payment } = draft;
  const { goal, amountHeld, payeeId, chargeId, currency } = payment;
  if (goal.payee === null || draft.money.split || !payeeId || !chargeId || isFrozen(payment)) return;
  const gross = roundedDown(least(goal.payee, amountHeld), currency);
  if (gross === 0n) return;

  const { now } = draft;
  const split = {
    paymentId: payment.id,
    payeeId,
    currency,
    ...feesOf(gross, currency),
    createdAt: now,
    updatedAt: now,
  };
  draft.divide(split);
  draft.post(released(split));
  draft.pay({ amountHeld: amountHeld - gross, amountReleased: gross });

  const withheld = roundedDown(least(split.net, receivable), currency);
  draft.post(netted(payment.id, 'netting', payeeId, currency, withheld));
  draft.owe(-withheld);
  const amount = split.net - withheld;
  if (amount === 0n) draft.pay({ settledAt: now });
  else {
    draft.addStep(
      { kind: 'transfer', payeeId, accountId, chargeId, amount, currency },
      accountId ? 'ready' : 'blocked',
    );
  }
}

/** Owes the refund of what the payee is not to have: what is left in escrow, and what was released too much. */
function planRefund(draft: MoneyDraft): void {
  const { payment, money } = draft;
  const { goal, amountHeld, amountReleased, paymentIntentId, currency, refunds } = payment;
  if (goal.payee === null || !paymentIntentId || isFrozen(payment)) return;
  const tooMuch = amountReleased > goal.payee ? amountReleased - goal.payee : 0n;
  const owed = stepsOf(money, 'refund')
    .filter(isOpenStep)
    .reduce((sum, { params }) => sum + params.amount, 0n);
  const asked = refunds
    .filter(({ status }) => status === 'asked')
    .reduce((sum, { amount }) => sum + amount, 0n);
  const amount = amountHeld + tooMuch - owed - asked;
  if (amount > 0n) draft.addStep({ kind: 'refund', paymentIntentId, amount, currency });
}

/**
 * Owes the reversal of what the payee has to give back. What was not sent to them yet is not sent; what cannot be reversed is
 * taken off their later pay.
 */
function planRecovery(draft: MoneyDraft): void {
  withholdTransfer(draft);
  const { money, payment } = draft;
  const { amountRecoverable, amountTransferred, amountReversed, currency } = payment;
  if (amountRecoverable === 0n) return;
  const transfers = stepsOf(money, 'transfer');
  const reversals = stepsOf(money, 'reversal');
  if ([...transfers, ...reversals].some(isOpenStep)) return;

  const transfer = transfers.find(({ state }) => state === 'done');
  const amount = roundedDown(
    least(amountRecoverable, amountTransferred - amountReversed, cover(reversals)),
    currency,
  );
  if (transfer?.result && transfer.params.accountId && amount > 0n) {
    const { accountId } = transfer.params;
    draft.addStep({
      kind: 'reversal',
      transferId: transfer.result,
      accountId,
      amount,
      currency,
    });
    return;
  }
  draft.owe(amountRecoverable);
  draft.pay({ amountRecoverable: 0n });
}

/** Takes what the payee has to give back off a transfer that nobody has asked Stripe for yet. */
function withholdTransfer(draft: MoneyDraft): void {
  const { amountRecoverable, currency, id } = draft.payment;
  const transfer = stepsOf(draft.money, 'transfer').find(
    (step) => isOpenStep(step) && step.firstCalledAt === null && step.state !== 'parked',
  );
  if (!transfer || amountRecoverable === 0n) return;
  const { params, state } = transfer;
  const withheld = roundedDown(least(amountRecoverable, params.amount), currency);
  if (withheld === 0n) return;
  draft.endStep(transfer, { result: null, error: NOT_WANTED });
  draft.post(netted(id, `netting-${transfer.position}`, params.payeeId, currency, withheld));
  draft.pay({ amountRecoverable: amountRecoverable - withheld });
  const amount = params.amount - withheld;
  if (amount > 0n) draft.addStep({ ...params, amount }, state === 'blocked' ? 'blocked' : 'ready');
}

/** How much a reversal may ask for, by what became of those before it. */
function cover(reversals: PaymentStep[]): bigint {
  const failed = reversals.filter(({ state }) => state === 'failed');
  const last = failed.at(-1);
  if (!last) return UNLIMITED;
  return failed.length < MOST_REVERSALS ? (last.error?.available ?? 0n) : 0n;
}

/** More than any payment. */
const UNLIMITED = 1n << 62n;

function least(...amounts: bigint[]): bigint {
  return amounts.reduce((least, amount) => (amount < least ? amount : least));
}

/** What is to become of a payment from now on; the plan follows it. */
export function aim(draft: MoneyDraft, goal: Partial<Payment['goal']>, payee: PayeeFacts): void {
  draft.pay({ goal: { ...draft.payment.goal, ...goal } });
  plan(draft, payee);
}
