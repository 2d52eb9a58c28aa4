import { env, exports } from 'cloudflare:workers';
import Stripe from 'stripe';

/** An event as Stripe would tell it, for tests that say themselves what it says. */
export function eventOf(type: string, object: object, given: object = {}) {
  return {
    id: `evt_${crypto.randomUUID().replaceAll('-', '')}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...given,
  };
}

/** The `Stripe-Signature` of a body, by default as the platform's endpoint expects it. `age`: seconds. */
export async function signatureOf(
  body: string,
  { secret = env.STRIPE_WEBHOOK_SECRET, age = 0 }: { secret?: string; age?: number } = {},
): Promise<string> {
  return Stripe.webhooks.generateTestHeaderStringAsync({
    payload: body,
    secret,
    timestamp: Math.floor(Date.now() / 1_000) - age,
    cryptoProvider: Stripe.createSubtleCryptoProvider(),
  });
}

/** Brings a body to one of our endpoints. */
export function postSigned(
  body: string,
  signature: string | null,
  path = '/webhooks/stripe',
): Promise<Response> {
  return exports.default.fetch(`http://taplive.test${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(signature ? { 'Stripe-Signature': signature } : {}) },
    body,
  });
}
