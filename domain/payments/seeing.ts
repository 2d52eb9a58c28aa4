import { anotherCardUntil, closeAttempt, giveBack } from './attempts.ts';
import { sentenceFor } from './declines.ts';
import { captured, feeTaken, reversed, transferred } from './ledger.ts';
import type { MoneyDraft } from './money-draft.ts';
import type { PaymentAttempt, PaymentFailure, StepError } from './payment.ts';
import { seeChargeback } from './seeing-chargebacks.ts';
import { seeRefund } from './seeing-refunds.ts';
import type {
  IntentError,
  IntentFact,
  ReversalFact,
  SetupFact,
  StripeFact,
  TransferFact,
} from './stripe-facts.ts';

/**
 * Takes in what Stripe has, whoever brought it: the answer to a step, a webhook, or a look. Seen twice, or late, it
 * changes nothing: states only move forward, and every posting has the object that caused it.
 */
export function see(draft: MoneyDraft, fact: StripeFact): void {
  switch (fact.kind) {
    case 'intent':
      seeIntent(draft, fact);
      return;
    case 'setup':
      seeSetup(draft, fact);
      return;
    case 'refund':
      seeRefund(draft, fact);
      return;
    case 'transfer':
      seeTransfer(draft, fact);
      return;
    case 'reversal':
      seeReversal(draft, fact);
      return;
    case 'chargeback':
      seeChargeback(draft, fact);
      return;
  }
}

function seeIntent(draft: MoneyDraft, fact: IntentFact): void {
  const step = draft.stepOf(fact.stepId, 'authorize');
  if (step) draft.endStep(step, { result: fact.id, error: null });
  const attempt = attemptOf(draft, fact, step?.params.attemptId);
  // Nobody's, or the twin of one that we have: made by a call that was taken for lost.
  if (!attempt) {
    giveBackIntent(draft, fact);
    return;
  }

  switch (fact.status) {
    case 'awaits_payer':
      if (attempt.state === 'open') awaitPayer(draft, attempt);
      else giveBackIntent(draft, fact);
      return;
    case 'awaits_method':
      if (attempt.state === 'open' && fact.error) fail(draft, attempt, fact.error);
      return;
    case 'processing':
      return;
    case 'authorized':
      if (attempt.state === 'open') authorize(draft, attempt, fact);
      else if (draft.payment.paymentIntentId !== fact.id) giveBackIntent(draft, fact);
      return;
    case 'captured':
      // Somebody took it in Stripe's dashboard, before we knew that it was held.
      if (attempt.state === 'open') authorize(draft, attempt, fact);
      if (draft.payment.paymentIntentId === fact.id) capture(draft, fact);
      return;
    case 'cancelled':
      if (attempt.state === 'open') fail(draft, attempt, fact.error ?? CANCELLED_ELSEWHERE);
      else if (draft.payment.paymentIntentId === fact.id) loseHold(draft, attempt);
      return;
  }
}

function seeSetup(draft: MoneyDraft, fact: SetupFact): void {
  const step = draft.stepOf(fact.stepId, 'setup');
  if (step) draft.endStep(step, { result: fact.id, error: null });
  const attempt = attemptOf(draft, fact, step?.params.attemptId);
  if (!attempt) return;
  switch (fact.status) {
    case 'awaits_payer':
      if (attempt.state === 'open') awaitPayer(draft, attempt);
      else giveBack(draft, fact.id, 'setup');
      return;
    case 'awaits_method':
      if (attempt.state === 'open' && fact.error) fail(draft, attempt, fact.error);
      return;
    case 'processing':
      return;
    case 'saved': {
      if (attempt.state !== 'open') return;
      const saved = draft.changeAttempt(attempt, SUCCEEDED('saved'));
      const { amount, paymentMethodId } = saved;
      draft.pay({ status: 'pending', amount, paymentMethodId, cardDueAt: null });
      draft.tell({ kind: 'attempt_succeeded', attempt: saved });
      return;
    }
    case 'cancelled':
      if (attempt.state === 'open') fail(draft, attempt, fact.error ?? CANCELLED_ELSEWHERE);
      return;
  }
}

/** The attempt that an intent belongs to, which from now on knows it; null for one that no attempt takes for its own. */
function attemptOf(
  draft: MoneyDraft,
  fact: IntentFact | SetupFact,
  attemptId: string | undefined,
): PaymentAttempt | null {
  const attempt = draft.money.attempts.find(({ id, intentId }) =>
    attemptId === undefined ? intentId === fact.id : id === attemptId,
  );
  if (!attempt) return null;
  if (attempt.intentId === fact.id) return attempt;
  return attempt.intentId === null ? draft.changeAttempt(attempt, { intentId: fact.id }) : null;
}

function awaitPayer(draft: MoneyDraft, attempt: PaymentAttempt): void {
  if (attempt.awaitsPayer) return;
  draft.tell({ kind: 'awaits_payer', attempt: draft.changeAttempt(attempt, { awaitsPayer: true }) });
}

/** Money is held. A hold that there was before is given back: this one takes its place, unless that one was captured. */
function authorize(draft: MoneyDraft, attempt: PaymentAttempt, fact: IntentFact): void {
  const { paymentIntentId: former, amountCaptured } = draft.payment;
  if (amountCaptured > 0n) {
    closeAttempt(draft);
    return;
  }
  const { amount, paymentMethodId } = attempt;
  draft.pay({
    status: 'authorized',
    amount,
    amountAuthorized: fact.amount,
    paymentMethodId,
    paymentIntentId: fact.id,
    chargeId: fact.charge?.id ?? null,
    captureBefore: fact.charge?.captureBefore ?? null,
    cardDueAt: null,
  });
  draft.tell({
    kind: 'attempt_succeeded',
    attempt: draft.changeAttempt(attempt, SUCCEEDED('authorized')),
  });
  if (!former) return;
  const superseded = draft.money.attempts.find(({ intentId }) => intentId === former);
  if (superseded) draft.changeAttempt(superseded, { state: 'closed' });
  giveBack(draft, former, 'authorization');
}

function capture(draft: MoneyDraft, fact: IntentFact): void {
  const { payment, now } = draft;
  const { currency } = payment;
  endOpenSteps(draft, 'capture', fact.id);
  if (!fact.charge) return;
  if (payment.amountCaptured === 0n) {
    const amount = fact.amountCaptured;
    draft.pay({
      status: 'succeeded',
      chargeId: fact.charge.id,
      amountCaptured: amount,
      amountHeld: amount,
      cardDueAt: null,
      processedAt: now,
    });
    // Another hold is not needed any more.
    closeAttempt(draft);
    draft.post(captured(fact.charge.id, currency, amount));
    draft.tell({ kind: 'captured', amount });
  }
  const { fee } = fact.charge;
  if (fee && !payment.feePosted) {
    draft.pay({ feePosted: true });
    draft.post(feeTaken(fee.balanceTransactionId, currency, fee.amount));
  }
}

/** The hold on the payer's card is gone: given back as we wanted, or lapsed, or cancelled by somebody else. */
function loseHold(draft: MoneyDraft, attempt: PaymentAttempt): void {
  const { payment } = draft;
  if (payment.amountCaptured > 0n) return;
  const wanted = payment.goal.capture === 0n;
  draft.pay({
    status: wanted ? 'cancelled' : 'failed',
    amountAuthorized: 0n,
    paymentIntentId: null,
    chargeId: null,
    captureBefore: null,
    cardDueAt: wanted ? null : (payment.cardDueAt ?? anotherCardUntil(draft.now)),
  });
  draft.changeAttempt(attempt, { state: 'closed', failure: wanted ? null : HOLD_LAPSED });
  endOpenSteps(draft, 'void', attempt.intentId);
  endOpenSteps(draft, 'capture', attempt.intentId, HOLD_LAPSED);
  draft.tell({ kind: wanted ? 'hold_released' : 'hold_lost' });
}

/** Marks an attempt as failed. What it left at Stripe could still be confirmed by whoever has its secret. */
export function fail(draft: MoneyDraft, attempt: PaymentAttempt, error: IntentError): void {
  const failure = { ...error, message: sentenceFor(error) };
  const failed = draft.changeAttempt(attempt, { state: 'failed', failure, openUntil: null });
  if (attempt.intentId && attempt.awaitsPayer) giveBack(draft, attempt.intentId, attempt.method);
  const { payment, now } = draft;
  if (payment.status === 'processing') draft.pay({ status: 'failed' });
  // An order that is not accepted yet simply stays so; one that is must be paid.
  if (attempt.purpose !== 'accept') draft.pay({ cardDueAt: payment.cardDueAt ?? anotherCardUntil(now) });
  draft.tell({ kind: 'attempt_failed', attempt: failed, failure });
}

function giveBackIntent(draft: MoneyDraft, { id, status }: IntentFact): void {
  if (status === 'authorized' || status === 'awaits_payer') giveBack(draft, id, 'authorization');
}

function seeTransfer(draft: MoneyDraft, fact: TransferFact): void {
  const step = draft.stepOf(fact.stepId, 'transfer');
  if (!step || !draft.endStep(step, { result: fact.id, error: null })) return;
  const { payment, now } = draft;
  draft.pay({ amountTransferred: payment.amountTransferred + fact.amount, settledAt: now });
  draft.post(transferred(fact.id, step.params.payeeId, payment.currency, fact.amount));
  draft.tell({ kind: 'transferred', amount: fact.amount });
}

function seeReversal(draft: MoneyDraft, fact: ReversalFact): void {
  const step = draft.stepOf(fact.stepId, 'reversal');
  if (!step || !draft.endStep(step, { result: fact.id, error: null })) return;
  const { payment } = draft;
  if (!payment.payeeId) throw new Error('what was transferred has a payee');
  draft.pay({
    amountReversed: payment.amountReversed + fact.amount,
    amountRecoverable: payment.amountRecoverable - fact.amount,
  });
  draft.post(reversed(fact.id, payment.payeeId, payment.currency, fact.amount));
}

function endOpenSteps(
  draft: MoneyDraft,
  kind: 'capture' | 'void',
  intentId: string | null,
  error: StepError | null = null,
): void {
  for (const step of draft.money.steps) {
    const { params } = step;
    const about =
      params.kind === 'capture' ? params.paymentIntentId : params.kind === 'void' ? params.intentId : null;
    if (params.kind === kind && about === intentId && intentId) {
      draft.endStep(step, { result: intentId, error });
    }
  }
}

const SUCCEEDED = (state: 'authorized' | 'saved') =>
  ({ state, awaitsPayer: false, failure: null, openUntil: null }) as const;

const CANCELLED_ELSEWHERE: IntentError = { code: 'canceled', declineCode: null };

const HOLD_LAPSED: PaymentFailure = {
  code: 'authorization_lapsed',
  declineCode: null,
  message: 'The hold on your card has lapsed. Please give a card again.',
};
