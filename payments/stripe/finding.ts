import type { PaymentStep, StepParams } from '#domain/payments/payment.ts';
import type { CallOutcome, IntentFact, SetupFact, StripeFact } from '#domain/payments/stripe-facts.ts';
import type { StripeClient } from './client.ts';
import { intentFact, refundFact, reversalFact, setupFact, transferFact } from './facts.ts';
import { failureOf } from './failures.ts';
import { listAll } from './listing.ts';
import { outcomeOf, outOfReach } from './outcomes.ts';
import { readIntent, readSetup } from './reading.ts';
import { type StepContext, stepIdOf } from './step-context.ts';

/** How far Stripe's clock may be behind ours, in seconds. */
const CLOCK_SLACK = 5 * 60;

/**
 * Looks for what earlier calls of a step did, whichever of its generations it was. `unclear` is what could not be
 * looked at.
 */
export async function find(
  stripe: StripeClient,
  step: PaymentStep,
  context: StepContext,
): Promise<CallOutcome> {
  try {
    return await look(stripe, step, context);
  } catch (error) {
    const failure = failureOf(error);
    // What Stripe will not show says nothing of what was done.
    return failure.kind === 'refused' ? { kind: 'unclear', answered: true } : failure;
  }
}

async function look(stripe: StripeClient, step: PaymentStep, { payment }: StepContext): Promise<CallOutcome> {
  const { params } = step;
  switch (params.kind) {
    case 'authorize':
      return found(best(await intentsOf(stripe, step, params.customerId)));
    case 'setup':
      return found(best(await setupsOf(stripe, step, params.customerId)));
    case 'capture':
      return whetherCaptured(await readIntent(stripe, params.paymentIntentId));
    case 'void':
      return whetherVoid(await intentToVoid(stripe, params));
    case 'refund': {
      const { paymentIntentId: payment_intent } = params;
      const refunds = await listAll((page) => stripe.refunds.list({ ...page, payment_intent }));
      return found(refunds.filter(isOf(step)).map(refundFact)[0]);
    }
    case 'transfer': {
      const transfers = await listAll((page) =>
        stripe.transfers.list({ ...page, transfer_group: payment.id }),
      );
      return found(transfers.filter(isOf(step)).map(transferFact)[0]);
    }
    case 'reversal': {
      const reversals = await listAll((page) => stripe.transfers.listReversals(params.transferId, page));
      return found(reversals.filter(isOf(step)).map(reversalFact)[0]);
    }
  }
}

/** Intents cannot be listed by their metadata: those of the customer since the step was made are gone through. */
async function intentsOf(stripe: StripeClient, step: PaymentStep, customer: string): Promise<IntentFact[]> {
  const expand = ['data.latest_charge.balance_transaction'];
  const intents = await listAll((page) =>
    stripe.paymentIntents.list({ ...page, customer, created: since(step), expand }),
  );
  return intents.filter(isOf(step)).map(intentFact);
}

async function setupsOf(stripe: StripeClient, step: PaymentStep, customer: string): Promise<SetupFact[]> {
  const intents = await listAll((page) =>
    stripe.setupIntents.list({ ...page, customer, created: since(step) }),
  );
  return intents.filter(isOf(step)).map(setupFact);
}

function since({ createdAt }: PaymentStep): { gte: number } {
  return { gte: Math.floor(createdAt.getTime() / 1000) - CLOCK_SLACK };
}

function isOf({ id }: PaymentStep) {
  return ({ metadata }: { metadata: Record<string, string> | null }) => stepIdOf(metadata) === id;
}

/** From least to most: should two calls of one step both have come to something, the one that holds money counts. */
const RANKS = ['cancelled', 'awaits_method', 'awaits_payer', 'processing', 'authorized', 'saved', 'captured'];

function best<F extends IntentFact | SetupFact>(facts: F[]): F | undefined {
  return facts.toSorted((a, b) => RANKS.indexOf(b.status) - RANKS.indexOf(a.status))[0];
}

function found(fact: StripeFact | undefined): CallOutcome {
  return fact ? outcomeOf(fact) : { kind: 'absent' };
}

function whetherCaptured(fact: IntentFact): CallOutcome {
  switch (fact.status) {
    case 'captured':
      return { kind: 'succeeded', fact };
    case 'authorized':
      return { kind: 'absent' };
    case 'processing':
      return { kind: 'unclear', answered: true };
    case 'awaits_method':
    case 'awaits_payer':
    case 'cancelled':
      return outOfReach(fact);
  }
}

function intentToVoid(
  stripe: StripeClient,
  { method, intentId }: Extract<StepParams, { kind: 'void' }>,
): Promise<IntentFact | SetupFact> {
  return method === 'setup' ? readSetup(stripe, intentId) : readIntent(stripe, intentId);
}

function whetherVoid(fact: IntentFact | SetupFact): CallOutcome {
  switch (fact.status) {
    case 'cancelled':
      return { kind: 'succeeded', fact };
    case 'captured':
    case 'saved':
      return outOfReach(fact);
    case 'processing':
      return { kind: 'unclear', answered: true };
    case 'authorized':
    case 'awaits_method':
    case 'awaits_payer':
      return { kind: 'absent' };
  }
}
