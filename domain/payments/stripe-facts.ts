import type { ChargebackState } from './payment.ts';

/**
 * What Stripe says of an object, read or answered at one moment, in our units: amounts in minor units as ISO 4217 counts
 * them, currencies in capitals. `stepId` is the metadata of the step that made it; null when it was made elsewhere.
 */
export type StripeFact = IntentFact | SetupFact | RefundFact | TransferFact | ReversalFact | ChargebackFact;

export type IntentFact = {
  kind: 'intent';
  id: string;
  stepId: string | null;
  status: 'awaits_method' | 'awaits_payer' | 'processing' | 'authorized' | 'captured' | 'cancelled';
  amount: bigint;
  amountCaptured: bigint;
  /** Why the last confirmation failed. */
  error: IntentError | null;
  charge: { id: string; captureBefore: Date | null; fee: StripeFee | null } | null;
  /** For the payer's browser, never for the record or a log. */
  clientSecret: string | null;
};

export type SetupFact = {
  kind: 'setup';
  id: string;
  stepId: string | null;
  status: 'awaits_method' | 'awaits_payer' | 'processing' | 'saved' | 'cancelled';
  error: IntentError | null;
  clientSecret: string | null;
};

export type IntentError = { code: string; declineCode: string | null };

/** Stripe's fee for a charge, known when the charge's balance transaction is. Minor units of the charge's currency. */
export type StripeFee = { balanceTransactionId: string; amount: bigint };

/**
 * `made`: the money has left the balance. `asked`: it will, when the balance allows. `failed`: it came back (`moved`), or never
 * left. `hold`: it only gives the uncaptured rest of a hold back, and moves nothing.
 */
export type RefundFact = {
  kind: 'refund';
  id: string;
  stepId: string | null;
  paymentIntentId: string | null;
  amount: bigint;
  status: 'asked' | 'made' | 'failed' | 'hold';
  moved: boolean;
};

export type TransferFact = {
  kind: 'transfer';
  id: string;
  stepId: string | null;
  amount: bigint;
  accountId: string;
};

export type ReversalFact = {
  kind: 'reversal';
  id: string;
  stepId: string | null;
  transferId: string;
  amount: bigint;
};

/** Stripe calls it a dispute. `movements`: what it did to the balance so far, negative when the bank took. */
export type ChargebackFact = {
  kind: 'chargeback';
  id: string;
  chargeId: string;
  paymentIntentId: string | null;
  amount: bigint;
  state: ChargebackState;
  movements: { balanceTransactionId: string; amount: bigint; fee: bigint }[];
};

/** What became of a call to Stripe, or of looking for what an earlier call did. */
export type CallOutcome =
  /** It is done: this is what Stripe has now. */
  | { kind: 'succeeded'; fact: StripeFact }
  /** A decline or another 4xx. The fact is the intent that was declined. */
  | { kind: 'refused'; error: StepErrorFact; fact: IntentFact | SetupFact | null }
  /** 429, or 409 because the same key is in flight: nothing happened yet. */
  | { kind: 'deferred' }
  /** It may have happened. `answered`: Stripe did answer (5xx), so that the call is over. */
  | { kind: 'unclear'; answered: boolean }
  /** Looked for, and not there. */
  | { kind: 'absent' };

/** An error of Stripe's; `available`: see `StepError`. */
export type StepErrorFact = {
  code: string;
  declineCode: string | null;
  message: string;
  available?: bigint;
};
