import pMap from 'p-map';
import type { Payment, PaymentAttempt } from '#domain/payments/payment.ts';
import type {
  ChargebackFact,
  IntentFact,
  RefundFact,
  SetupFact,
  StripeFact,
} from '#domain/payments/stripe-facts.ts';
import type { StripeClient } from './client.ts';
import { chargebackFact, EXPANDED_CHARGE, intentFact, refundFact, setupFact } from './facts.ts';
import { answered } from './failures.ts';
import { listAll } from './listing.ts';

/** An invocation may have six connections open at once; others need some, too. */
const READS_AT_ONCE = 3;

export async function readIntent(stripe: StripeClient, id: string): Promise<IntentFact> {
  return intentFact(await answered(stripe.paymentIntents.retrieve(id, { expand: EXPANDED_CHARGE })));
}

export async function readSetup(stripe: StripeClient, id: string): Promise<SetupFact> {
  return setupFact(await answered(stripe.setupIntents.retrieve(id)));
}

/**
 * All that Stripe has of one payment now, what comes first in time first: its intents, then what was refunded of those
 * that were captured, then what the payer's bank did.
 */
export async function picture(
  stripe: StripeClient,
  payment: Payment,
  attempts: readonly PaymentAttempt[],
): Promise<StripeFact[]> {
  const intents = await pMap(
    intentsOf(payment, attempts),
    ({ id, method }): Promise<IntentFact | SetupFact> =>
      method === 'setup' ? readSetup(stripe, id) : readIntent(stripe, id),
    { concurrency: READS_AT_ONCE },
  );
  const captured = intents.filter(({ status }) => status === 'captured').map(({ id }) => id);
  const givenBack = await pMap(captured, (id) => givenBackOf(stripe, id), { concurrency: READS_AT_ONCE });
  return [...intents, ...givenBack.flat()];
}

/**
 * A PaymentIntent and all that was given back of it or taken by a bank, what comes first in time first. What one of these took
 * can only be told together with the others: a second refund may be of money that came back when the first one failed.
 */
export async function readCapture(stripe: StripeClient, intentId: string): Promise<StripeFact[]> {
  const intent = await readIntent(stripe, intentId);
  return intent.status === 'captured' ? [intent, ...(await givenBackOf(stripe, intentId))] : [intent];
}

/** Chargebacks are read first: a refund that made room for one, by failing, is known to have failed then. */
async function givenBackOf(stripe: StripeClient, intentId: string): Promise<StripeFact[]> {
  const chargebacks = await chargebacksOf(stripe, intentId);
  return [...(await refundsOf(stripe, intentId)), ...chargebacks];
}

/**
 * The intents that may still change. A failed or closed attempt's may: whoever has its secret can confirm it. A saved
 * card stays saved.
 */
function intentsOf(
  { paymentIntentId }: Payment,
  attempts: readonly PaymentAttempt[],
): { id: string; method: PaymentAttempt['method'] }[] {
  const methods = new Map<string, PaymentAttempt['method']>();
  for (const { intentId, method, state } of attempts) {
    if (intentId && state !== 'saved') methods.set(intentId, method);
  }
  if (paymentIntentId) methods.set(paymentIntentId, 'authorization');
  return [...methods].map(([id, method]) => ({ id, method }));
}

/** Oldest first. */
async function refundsOf(stripe: StripeClient, payment_intent: string): Promise<RefundFact[]> {
  const refunds = await listAll((page) => stripe.refunds.list({ ...page, payment_intent }));
  return refunds.map(refundFact).reverse();
}

/** Oldest first. */
async function chargebacksOf(stripe: StripeClient, payment_intent: string): Promise<ChargebackFact[]> {
  const disputes = await listAll((page) => stripe.disputes.list({ ...page, payment_intent }));
  return disputes.map(chargebackFact).reverse();
}
