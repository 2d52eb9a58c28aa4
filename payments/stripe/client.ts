import Stripe from 'stripe';

/** How to reach Stripe. `STRIPE_API_URL` is set only where a simulator stands in for it: an origin, `http://127.0.0.1:4242`. */
export type StripeSettings = { STRIPE_SECRET_KEY: string; STRIPE_API_URL?: string };

/** Stripe's SDK, for whoever must name its type. */
export type StripeClient = Stripe;

/**
 * No call waits longer than this for its whole answer; its outcome is unknown then. A step's call may need a second one, to
 * read what stands in its way: both are over within its lease.
 */
export const CALL_TIMEOUT_MS = 20_000;

const clients = new Map<string, Stripe>();

/**
 * Stripe as these settings have it. One client serves all requests of an isolate: it holds no connection, and its
 * timer ends with the answer, so that a Durable Object hibernates when it would. Throws where a live key would be sent
 * anywhere but to Stripe, or the address is no origin.
 */
export function stripeClient(settings: StripeSettings): StripeClient {
  const key = `${settings.STRIPE_API_URL ?? ''} ${settings.STRIPE_SECRET_KEY}`;
  let client = clients.get(key);
  if (!client) {
    client = connect(settings);
    clients.set(key, client);
  }
  return client;
}

/** Whether a secret or restricted key moves real money. */
export function isLive(secretKey: string): boolean {
  return /^(sk|rk)_live_/.test(secretKey);
}

function connect({ STRIPE_SECRET_KEY, STRIPE_API_URL }: StripeSettings): Stripe {
  if (STRIPE_API_URL && isLive(STRIPE_SECRET_KEY))
    throw new Error('STRIPE_API_URL must not be set together with a live key.');
  return new Stripe(STRIPE_SECRET_KEY, {
    ...(STRIPE_API_URL ? addressOf(STRIPE_API_URL) : {}),
    // The same in every runtime. Node's own client starts its time-out anew with each stage of a call, and tells the SDK
    // of cut connections in a way that makes it try again by itself.
    httpClient: Stripe.createFetchHttpClient(),
    // Trying again is the steps' affair.
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: CALL_TIMEOUT_MS,
  });
}

function addressOf(origin: string): { protocol: 'http' | 'https'; host: string; port: string } {
  const url = URL.parse(origin);
  const protocol = url?.protocol.slice(0, -1);
  if (!url || (protocol !== 'http' && protocol !== 'https') || url.pathname !== '/' || url.search || url.hash)
    throw new Error('STRIPE_API_URL must be an origin, such as http://127.0.0.1:4242.');
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443') };
}
