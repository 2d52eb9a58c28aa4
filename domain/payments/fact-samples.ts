import type { Money, PaymentStep } from './payment.ts';
import type { CallOutcome, IntentError, IntentFact, SetupFact, StripeFact } from './stripe-facts.ts';

/** For tests: how a call to Stripe may end. */
export type Ending = 'succeeds' | 'asks_the_payer' | 'is_refused';

const DAY = 24 * 60 * 60 * 1_000;

/** The holder's bank says no. */
export const DECLINE: IntentError = { code: 'card_declined', declineCode: 'insufficient_funds' };

/** What becomes of a step of this money. Objects at Stripe have ids made from the step's, so that they are always the same. */
export function outcomeOf(
  money: Money,
  step: PaymentStep,
  ending: Ending,
): Extract<CallOutcome, { kind: 'succeeded' | 'refused' }> {
  const { params } = step;
  if (ending !== 'is_refused') return { kind: 'succeeded', fact: factOf(money, step, ending) };
  const error = { ...DECLINE, message: 'No.' };
  switch (params.kind) {
    case 'authorize':
      return { kind: 'refused', error, fact: intentOf(step, { status: 'awaits_method', error: DECLINE }) };
    case 'setup':
      return { kind: 'refused', error, fact: setupOf(step, { status: 'awaits_method', error: DECLINE }) };
    case 'reversal':
      return { kind: 'refused', error: { ...error, available: 0n }, fact: null };
    case 'capture':
    case 'void':
    case 'refund':
    case 'transfer':
      return { kind: 'refused', error, fact: null };
  }
}

/** What Stripe has when a step has been carried out. */
export function factOf(
  { payment, attempts }: Money,
  step: PaymentStep,
  ending: Exclude<Ending, 'is_refused'> = 'succeeds',
): StripeFact {
  const { params } = step;
  switch (params.kind) {
    case 'authorize':
      return ending === 'asks_the_payer'
        ? intentOf(step, { status: 'awaits_payer', clientSecret: 'secret' })
        : intentOf(step, {
            status: 'authorized',
            amount: params.amount,
            charge: {
              id: `ch-${step.id}`,
              captureBefore: new Date((step.lastCalledAt ?? step.createdAt).getTime() + 7 * DAY),
              fee: null,
            },
          });
    case 'setup':
      return ending === 'asks_the_payer'
        ? setupOf(step, { status: 'awaits_payer', clientSecret: 'secret' })
        : setupOf(step, { status: 'saved' });
    case 'capture':
      return {
        ...intentOf(step, { status: 'captured', amount: payment.amount, amountCaptured: params.amount }),
        id: params.paymentIntentId,
        // Metadata stays that of the step that made the intent.
        stepId: null,
        charge: {
          id: payment.chargeId ?? '',
          captureBefore: null,
          fee: { balanceTransactionId: `txn-${step.id}`, amount: params.amount / 30n },
        },
      };
    case 'void': {
      const isSetup = attempts.some(
        ({ intentId, method }) => intentId === params.intentId && method === 'setup',
      );
      const made = isSetup ? setupOf(step, { status: 'cancelled' }) : intentOf(step, { status: 'cancelled' });
      return { ...made, id: params.intentId, stepId: null };
    }
    case 'refund':
      return {
        kind: 'refund',
        id: `re-${step.id}`,
        stepId: step.id,
        paymentIntentId: params.paymentIntentId,
        amount: params.amount,
        status: 'made',
        moved: true,
      };
    case 'transfer':
      return {
        kind: 'transfer',
        id: `tr-${step.id}`,
        stepId: step.id,
        amount: params.amount,
        accountId: params.accountId ?? '',
      };
    case 'reversal':
      return {
        kind: 'reversal',
        id: `trr-${step.id}`,
        stepId: step.id,
        transferId: params.transferId,
        amount: params.amount,
      };
  }
}

function intentOf({ id }: PaymentStep, given: Partial<IntentFact> & Pick<IntentFact, 'status'>): IntentFact {
  return {
    kind: 'intent',
    id: `pi-${id}`,
    stepId: id,
    amount: 0n,
    amountCaptured: 0n,
    error: null,
    charge: null,
    clientSecret: null,
    ...given,
  };
}

function setupOf({ id }: PaymentStep, given: Partial<SetupFact> & Pick<SetupFact, 'status'>): SetupFact {
  return { kind: 'setup', id: `seti-${id}`, stepId: id, error: null, clientSecret: null, ...given };
}
