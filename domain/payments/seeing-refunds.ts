import { feesOf } from './fees.ts';
import { causedByStripe, type RefundSource, refunded, refundFailed, refundOwed } from './ledger.ts';
import type { MoneyDraft } from './money-draft.ts';
import type { Payment, RefundRecord } from './payment.ts';
import type { RefundFact } from './stripe-facts.ts';
import { take } from './taking.ts';

/** Takes in a refund, ours or one made in Stripe's dashboard. One that failed stays so, whatever an older look says. */
export function seeRefund(draft: MoneyDraft, fact: RefundFact): void {
  const { status } = fact;
  if (status === 'hold') return;
  const step = draft.stepOf(fact.stepId, 'refund');
  if (step) draft.endStep(step, { result: fact.id, error: null });
  const known = draft.payment.refunds.find(({ id }) => id === fact.id);
  if (known?.status === status || known?.status === 'failed') return;

  if (status === 'asked') {
    if (!known) keep(draft, fact, 'asked');
    return;
  }
  if (status === 'made' || fact.moved) {
    if (known?.status !== 'made') makeRefund(draft, fact);
    if (status === 'failed') bounce(draft, fact);
  } else {
    oweRefund(draft, causedByStripe(fact.id), fact.amount);
  }
  keep(draft, fact, status);
}

/**
 * A refund cannot be made, and what escrow holds of it is owed to the payer instead. A part that was released already stays
 * with the payee.
 */
export function oweRefund(draft: MoneyDraft, about: string, amount: bigint): void {
  const { payment } = draft;
  const held = payment.amountHeld < amount ? payment.amountHeld : amount;
  draft.post(refundOwed(about, payment.payerId, payment.currency, held));
  draft.pay({
    amountHeld: payment.amountHeld - held,
    amountOwed: payment.amountOwed + held,
    goal: held < amount ? { ...payment.goal, payee: payment.amountReleased } : payment.goal,
  });
  draft.tell({ kind: 'refund_failed', amount });
}

function makeRefund(draft: MoneyDraft, { id, amount }: RefundFact): void {
  const { currency, payerId } = draft.payment;
  draft.post(refunded(id, currency, amount, payerId, sourceOf(draft, amount)));
  draft.tell({ kind: 'refunded', amount });
}

/**
 * The money came back to us, and is owed to the payer; but for what went out beyond all that was captured, because another refund
 * was of this very money and was heard of first.
 */
function bounce(draft: MoneyDraft, { id, amount }: RefundFact): void {
  const { payment } = draft;
  const beyond = paidBeyondCapture(payment, { id, amount });
  const loss = beyond < amount ? beyond : amount;
  const owed = amount - loss;
  draft.post(refundFailed(id, payment.payerId, payment.currency, { owed, loss }));
  draft.pay({ amountOwed: payment.amountOwed + owed });
  draft.tell({ kind: 'refund_failed', amount });
}

/** What was given away or is owed beyond what was captured, while this refund is still counted as made. */
function paidBeyondCapture(payment: Payment, { id, amount }: { id: string; amount: bigint }): bigint {
  const others = payment.refunds.filter((refund) => refund.id !== id && refund.status === 'made');
  const refunded = others.reduce((sum, refund) => sum + refund.amount, amount);
  const { amountHeld, amountReleased, amountOwed, amountLost, amountCaptured } = payment;
  const beyond = amountHeld + amountReleased + amountOwed + amountLost + refunded - amountCaptured;
  return beyond > 0n ? beyond : 0n;
}

function keep(draft: MoneyDraft, { id, amount }: RefundFact, status: RefundRecord['status']): void {
  const { payment } = draft;
  const refunds = [...payment.refunds.filter((refund) => refund.id !== id), { id, amount, status }];
  const amountRefunded = refunds
    .filter((refund) => refund.status === 'made')
    .reduce((sum, refund) => sum + refund.amount, 0n);
  const all = amountRefunded > 0n && amountRefunded >= payment.amountCaptured;
  draft.pay({ refunds, amountRefunded, status: all ? 'refunded' : 'succeeded' });
}

/** Of what was released the payee gives their part back, and we ours: fees are reckoned on what the payee is left with. */
function sourceOf(draft: MoneyDraft, amount: bigint): RefundSource {
  const { held, owed, released, rest } = take(draft, amount);
  const { split } = draft.money;
  if (released === 0n || !split) return { held, owed, payee: null, loss: rest };

  const left = {
    ...split,
    ...feesOf(split.gross - released, draft.payment.currency),
    updatedAt: draft.now,
  };
  draft.divide(left);
  const net = split.net - left.net;
  draft.pay({ amountRecoverable: draft.payment.amountRecoverable + net });
  return {
    held,
    owed,
    payee: {
      payeeId: split.payeeId,
      net,
      platformFee: split.platformFee - left.platformFee,
      processingFee: split.processingFee - left.processingFee,
    },
    loss: rest,
  };
}
