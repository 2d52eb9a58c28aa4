import type { PaymentStep, StepParams } from '#domain/payments/payment.ts';
import { idempotencyKey } from '#domain/payments/steps.ts';
import type { CallOutcome, StripeFact } from '#domain/payments/stripe-facts.ts';
import { fromStripe, toStripe } from './amounts.ts';
import { CARDS_ONLY } from './cards.ts';
import type { StripeClient } from './client.ts';
import { EXPANDED_CHARGE, intentFact, refundFact, reversalFact, setupFact, transferFact } from './facts.ts';
import { answered, type Failure, failureOf } from './failures.ts';
import { find } from './finding.ts';
import { outcomeOf } from './outcomes.ts';
import { metadataOf, type StepContext } from './step-context.ts';

/** Carries out one step, once: the same generation again gets the answer of the first time. */
export async function call(
  stripe: StripeClient,
  step: PaymentStep,
  context: StepContext,
): Promise<CallOutcome> {
  try {
    return outcomeOf(await perform(stripe, step, context));
  } catch (error) {
    return afterFailure(stripe, step, context, failureOf(error));
  }
}

async function perform(stripe: StripeClient, step: PaymentStep, context: StepContext): Promise<StripeFact> {
  const options = { idempotencyKey: idempotencyKey(context.environment, step) };
  const metadata = metadataOf(step, context);
  const transfer_group = context.payment.id;
  const { params } = step;
  switch (params.kind) {
    case 'authorize': {
      const creation = { ...authorization(params), metadata, transfer_group };
      return intentFact(await answered(stripe.paymentIntents.create(creation, options)));
    }
    case 'setup': {
      const creation = {
        customer: params.customerId,
        payment_method: params.paymentMethodId,
        usage: 'off_session',
        confirm: true,
        automatic_payment_methods: CARDS_ONLY,
        metadata,
      } as const;
      return setupFact(await answered(stripe.setupIntents.create(creation, options)));
    }
    case 'capture': {
      const { amount } = toStripe(params.amount, params.currency);
      const capture = { amount_to_capture: amount, expand: EXPANDED_CHARGE };
      return intentFact(
        await answered(stripe.paymentIntents.capture(params.paymentIntentId, capture, options)),
      );
    }
    case 'void':
      return params.method === 'setup'
        ? setupFact(await answered(stripe.setupIntents.cancel(params.intentId, {}, options)))
        : intentFact(
            await answered(
              stripe.paymentIntents.cancel(params.intentId, { expand: EXPANDED_CHARGE }, options),
            ),
          );
    case 'refund': {
      const { amount } = toStripe(params.amount, params.currency);
      const refund = { payment_intent: params.paymentIntentId, amount, metadata };
      return refundFact(await answered(stripe.refunds.create(refund, options)));
    }
    case 'transfer': {
      if (!params.accountId) throw new Error(`Step ${step.id} has no account to transfer to yet.`);
      const transfer = {
        ...toStripe(params.amount, params.currency),
        destination: params.accountId,
        source_transaction: params.chargeId,
        transfer_group,
        metadata,
      };
      return transferFact(await answered(stripe.transfers.create(transfer, options)));
    }
    case 'reversal': {
      const { amount } = toStripe(params.amount, params.currency);
      const reversal = { amount, metadata };
      return reversalFact(
        await answered(stripe.transfers.createReversal(params.transferId, reversal, options)),
      );
    }
  }
}

function authorization(params: Extract<StepParams, { kind: 'authorize' }>) {
  return {
    ...toStripe(params.amount, params.currency),
    customer: params.customerId,
    payment_method: params.paymentMethodId,
    capture_method: 'manual',
    confirm: true,
    automatic_payment_methods: CARDS_ONLY,
    expand: EXPANDED_CHARGE,
    // A payer who is there lets the card be charged again while they are away.
    ...(params.offSession ? { off_session: true } : { setup_future_usage: 'off_session' }),
  } as const;
}

async function afterFailure(
  stripe: StripeClient,
  step: PaymentStep,
  context: StepContext,
  failure: Failure,
): Promise<CallOutcome> {
  if (failure.kind !== 'refused') return failure;
  const { params } = step;
  switch (params.kind) {
    case 'capture':
    case 'void':
      return isInAnotherState(failure) ? stateFound(stripe, step, context) : failure;
    case 'reversal':
      return failure.error.code === 'balance_insufficient' ? withCover(stripe, params, failure) : failure;
    case 'authorize':
    case 'setup':
    case 'refund':
    case 'transfer':
      return failure;
  }
}

type Refused = Extract<Failure, { kind: 'refused' }>;

function isInAnotherState({ error }: Refused): boolean {
  return error.code === 'payment_intent_unexpected_state' || error.code === 'setup_intent_unexpected_state';
}

/** It cannot be captured or cancelled now. Perhaps because an earlier call did just that. */
async function stateFound(
  stripe: StripeClient,
  step: PaymentStep,
  context: StepContext,
): Promise<CallOutcome> {
  const found = await find(stripe, step, context);
  return found.kind === 'succeeded' || found.kind === 'refused' ? found : { kind: 'unclear', answered: true };
}

/** The connected account has less than is to be taken back: how much, decides what is asked for next. */
async function withCover(
  stripe: StripeClient,
  { accountId, currency }: Extract<StepParams, { kind: 'reversal' }>,
  refusal: Refused,
): Promise<CallOutcome> {
  try {
    const balance = await answered(stripe.balance.retrieve({}, { stripeAccount: accountId }));
    const funds = balance.available.find((entry) => entry.currency === currency.toLowerCase());
    const available = funds ? fromStripe(funds.amount, funds.currency) : 0n;
    return withAvailable(refusal, available > 0n ? available : 0n);
  } catch (error) {
    const failure = failureOf(error);
    // An account that is not ours to read has nothing for us.
    if (failure.kind === 'refused') return withAvailable(refusal, 0n);
    return failure.kind === 'deferred' ? failure : { kind: 'unclear', answered: true };
  }
}

function withAvailable(refusal: Refused, available: bigint): Refused {
  return { ...refusal, error: { ...refusal.error, available } };
}
