import type { MoneyDraft } from './money-draft.ts';
import {
  type AttemptPurpose,
  type Money,
  openAttempt,
  type Payment,
  type PaymentAttempt,
  stepsOf,
} from './payment.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const PAYMENT_PATIENCE = {
  /** An attempt that a payer began is given up after so long, whether it waits for them or for Stripe. */
  attemptMs: 15 * MINUTE,
  /** The money of an order that is further ahead is not held yet; the card is saved. */
  authorizeAheadMs: 72 * HOUR,
  /** So long before a hold lapses it is captured, or a new one is made. */
  beforeLapseMs: 24 * HOUR,
  /** But not sooner after the hold was asked for: one that does not last would be made anew all the time. */
  betweenHoldsMs: 12 * HOUR,
  /** So long the payer may give another card. */
  anotherCardMs: 12 * HOUR,
} as const;

/** The payer's card, as Stripe knows both. */
export type Card = { customerId: string; paymentMethodId: string };

/** A subject's payment before anything was tried. */
export function newMoney(
  payment: Pick<Payment, 'id' | 'subjectType' | 'subjectId' | 'payerId' | 'currency' | 'amount'> & {
    card: Card;
  },
  now: Date,
): Money {
  const { card, ...given } = payment;
  return {
    payment: {
      ...given,
      ...card,
      payeeId: null,
      status: 'pending',
      amountAuthorized: 0n,
      amountCaptured: 0n,
      amountRefunded: 0n,
      amountLost: 0n,
      amountHeld: 0n,
      amountReleased: 0n,
      amountTransferred: 0n,
      amountReversed: 0n,
      amountOwed: 0n,
      amountRecoverable: 0n,
      paymentIntentId: null,
      chargeId: null,
      captureBefore: null,
      cardDueAt: null,
      goal: { capture: null, payee: null },
      refunds: [],
      chargebacks: [],
      feePosted: false,
      processedAt: null,
      settledAt: null,
      createdAt: now,
      updatedAt: now,
    },
    attempts: [],
    steps: [],
    split: null,
  };
}

/** Begins to hold the money, or (`setup`) to save the card for later. `offSession`: the payer is away. */
export function beginAttempt(
  draft: MoneyDraft,
  what: {
    purpose: AttemptPurpose;
    method: PaymentAttempt['method'];
    applicationId: string | null;
    amount: bigint;
    card: Card;
    offSession: boolean;
  },
): PaymentAttempt {
  const { now, payment } = draft;
  const { card, offSession, ...rest } = what;
  const attempt = draft.addAttempt({
    ...rest,
    currency: payment.currency,
    paymentMethodId: card.paymentMethodId,
    state: 'open',
    intentId: null,
    awaitsPayer: false,
    failure: null,
    // Given up and begun anew again and again, one that Stripe does not answer would pile up.
    openUntil: offSession ? null : new Date(now.getTime() + PAYMENT_PATIENCE.attemptMs),
  });
  draft.addStep(
    what.method === 'setup'
      ? { kind: 'setup', attemptId: attempt.id, ...card }
      : {
          kind: 'authorize',
          attemptId: attempt.id,
          amount: attempt.amount,
          currency: attempt.currency,
          ...card,
          offSession,
        },
  );
  if (payment.status !== 'authorized') draft.pay({ status: 'processing' });
  return attempt;
}

/** Gives up the attempt that is open, if one is: what it holds, or comes to hold, is given back. */
export function closeAttempt(draft: MoneyDraft): void {
  const attempt = openAttempt(draft.money);
  if (!attempt) return;
  draft.changeAttempt(attempt, { state: 'closed', openUntil: null });
  if (attempt.intentId) giveBack(draft, attempt.intentId, attempt.method);
  if (draft.payment.status === 'processing') draft.pay({ status: 'pending' });
}

/** Until when the payer of an accepted order may give another card. */
export function anotherCardUntil(now: Date): Date {
  return new Date(now.getTime() + PAYMENT_PATIENCE.anotherCardMs);
}

/** Owes the cancellation of an intent, once. */
export function giveBack(draft: MoneyDraft, intentId: string, method: PaymentAttempt['method']): void {
  const given = stepsOf(draft.money, 'void').some(({ params }) => params.intentId === intentId);
  if (!given) draft.addStep({ kind: 'void', intentId, method });
}

/** Whether the attempt's call to Stripe is not answered yet, so that nobody can say what became of it. */
export function isInFlight(attempt: PaymentAttempt): boolean {
  return attempt.state === 'open' && !attempt.awaitsPayer;
}
