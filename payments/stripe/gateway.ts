import type { Payment, PaymentAttempt, PaymentStep } from '#domain/payments/payment.ts';
import type { CallOutcome, IntentFact, SetupFact, StripeFact } from '#domain/payments/stripe-facts.ts';
import { call } from './calling.ts';
import type { StripeClient } from './client.ts';
import { orOurError } from './failures.ts';
import { find } from './finding.ts';
import { picture, readCapture, readIntent, readSetup } from './reading.ts';
import type { StepContext } from './step-context.ts';

/** All that payments want of Stripe. Reads throw StripeUnavailable (try again) and StripeRefusal (there is no such thing). */
export type Gateway = {
  /** Carries out one step. Whatever becomes of it is an outcome; only faults of ours are thrown. */
  call(step: PaymentStep, context: StepContext): Promise<CallOutcome>;
  /** Looks for what earlier calls of a step did. */
  find(step: PaymentStep, context: StepContext): Promise<CallOutcome>;
  readIntent(id: string): Promise<IntentFact>;
  readSetup(id: string): Promise<SetupFact>;
  /** An intent, and all that was given back of it, in the order in which it came about. */
  readCapture(intentId: string): Promise<StripeFact[]>;
  /** All that Stripe has of one payment now, in the order in which it came about. */
  picture(payment: Payment, attempts: readonly PaymentAttempt[]): Promise<StripeFact[]>;
};

export function gatewayTo(stripe: StripeClient): Gateway {
  return {
    call: (step, context) => call(stripe, step, context),
    find: (step, context) => find(stripe, step, context),
    readIntent: (id) => orOurError(readIntent(stripe, id)),
    readSetup: (id) => orOurError(readSetup(stripe, id)),
    readCapture: (intentId) => orOurError(readCapture(stripe, intentId)),
    picture: (payment, attempts) => orOurError(picture(stripe, payment, attempts)),
  };
}
