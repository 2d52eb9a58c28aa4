import type { CallOutcome, IntentFact, SetupFact, StripeFact } from '#domain/payments/stripe-facts.ts';

/** The outcome of a call that made this. An intent may have been made, and its card declined. */
export function outcomeOf(fact: StripeFact): CallOutcome {
  if (fact.kind !== 'intent' && fact.kind !== 'setup') return { kind: 'succeeded', fact };
  return fact.status === 'awaits_method' ? declined(fact) : { kind: 'succeeded', fact };
}

function declined(fact: IntentFact | SetupFact): CallOutcome {
  const code = fact.kind === 'intent' ? 'payment_intent_payment_attempt_failed' : 'setup_attempt_failed';
  const error = fact.error ?? { code, declineCode: null };
  return {
    kind: 'refused',
    error: { ...error, message: 'The card was declined, as the intent tells.' },
    fact,
  };
}

/** An intent that has moved on to where it can no longer be captured, or cancelled. */
export function outOfReach(fact: IntentFact | SetupFact): CallOutcome {
  const code = `${fact.kind === 'intent' ? 'payment' : 'setup'}_intent_unexpected_state`;
  const message = `The intent stands at: ${fact.status}.`;
  return { kind: 'refused', error: { code, declineCode: null, message }, fact };
}
