import type { PaymentStep, StepParams } from '#domain/payments/payment.ts';
import type { CallOutcome, StripeFact } from '#domain/payments/stripe-facts.ts';
import type { StripeClient } from './client.ts';
import { createCustomer } from './customers.ts';
import { gatewayTo } from './gateway.ts';

type ParamsOf<K extends StepParams['kind']> = Extract<StepParams, { kind: K }>;

/** For tests: one payment and its payer at a Stripe, and steps of it, carried out as far as a test wants. */
export async function openScene(stripe: StripeClient, now: Date) {
  const gateway = gatewayTo(stripe);
  const context = { environment: 'test', subjectId: 'order-1', payment: { id: 'payment-1' } };
  const customerId = await createCustomer(stripe, { environment: 'test', userId: 'user-1' });
  let position = 0;

  function step(params: StepParams, changes: Partial<PaymentStep> = {}): PaymentStep {
    position += 1;
    return {
      id: `payment-1-s${position}`,
      paymentId: 'payment-1',
      position,
      params,
      state: 'running',
      generation: 0,
      tries: 0,
      dueAt: null,
      firstCalledAt: now,
      lastCalledAt: now,
      answered: false,
      result: null,
      error: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      ...changes,
    };
  }

  const authorize = (changes: Partial<ParamsOf<'authorize'>> = {}) =>
    step({
      kind: 'authorize',
      attemptId: 'payment-1-a1',
      amount: 20_00n,
      currency: 'USD',
      customerId,
      paymentMethodId: 'pm_card_visa',
      offSession: false,
      ...changes,
    });

  const setup = (paymentMethodId = 'pm_card_visa') =>
    step({ kind: 'setup', attemptId: 'payment-1-a1', customerId, paymentMethodId });

  const call = (wanted: PaymentStep) => gateway.call(wanted, context);
  const find = (wanted: PaymentStep) => gateway.find(wanted, context);

  /** A PaymentIntent that holds money. */
  async function authorized(changes: Partial<ParamsOf<'authorize'>> = {}): Promise<string> {
    return madeBy(await call(authorize(changes))).id;
  }

  const capture = (paymentIntentId: string, changes: Partial<ParamsOf<'capture'>> = {}) =>
    step({ kind: 'capture', paymentIntentId, amount: 20_00n, currency: 'USD', ...changes });

  const refund = (paymentIntentId: string, changes: Partial<ParamsOf<'refund'>> = {}) =>
    step({ kind: 'refund', paymentIntentId, amount: 5_00n, currency: 'USD', ...changes });

  /** Money that was taken. */
  async function captured(changes: Partial<ParamsOf<'authorize'>> = {}) {
    const paymentIntentId = await authorized(changes);
    const { amount = 20_00n, currency = 'USD' } = changes;
    const fact = madeBy(await call(capture(paymentIntentId, { amount, currency })));
    if (fact.kind !== 'intent' || !fact.charge) throw new Error('Nothing was captured');
    return { paymentIntentId, chargeId: fact.charge.id };
  }

  const transfer = (charge: string, accountId: string | null, changes: Partial<ParamsOf<'transfer'>> = {}) =>
    step({
      kind: 'transfer',
      payeeId: 'user-2',
      accountId,
      chargeId: charge,
      amount: 15_00n,
      currency: 'USD',
      ...changes,
    });

  const reversal = (transferId: string, accountId: string, changes: Partial<ParamsOf<'reversal'>> = {}) =>
    step({ kind: 'reversal', transferId, accountId, amount: 4_00n, currency: 'USD', ...changes });

  const voiding = (intentId: string, method: ParamsOf<'void'>['method'] = 'authorization') =>
    step({ kind: 'void', intentId, method });

  return {
    gateway,
    context,
    customerId,
    authorize,
    setup,
    capture,
    refund,
    transfer,
    reversal,
    voiding,
    call,
    find,
    authorized,
    captured,
  };
}

/** What a call made; throws where it made nothing. */
export function madeBy(outcome: CallOutcome): StripeFact {
  if (outcome.kind === 'succeeded') return outcome.fact;
  throw new Error(`Not made: ${outcome.kind}`);
}
