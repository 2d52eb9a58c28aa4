import { env, exports } from 'cloudflare:workers';
import { inArray } from 'drizzle-orm';
import Stripe from 'stripe';
import { vi } from 'vitest';
import { database } from '#db/client.ts';
import { stripeEvents } from '#db/schema/index.ts';
import { customerOf } from '#payments/customers.ts';

/**
 * The run's simulated Stripe as tests see it: its SDK, its switches, and the webhooks that wait there. All test files share it,
 * clock included, so a test touches only what is its own, and makes what waits for its time happen by {@link hasten}.
 */

/** Where the simulator is. */
const origin = new URL(env.STRIPE_API_URL ?? '');

/** Stripe's own client, to look at what Stripe has. */
export const stripe = new Stripe(env.STRIPE_SECRET_KEY, {
  protocol: 'http',
  host: origin.hostname,
  port: origin.port,
  httpClient: Stripe.createFetchHttpClient(),
  maxNetworkRetries: 0,
  telemetry: false,
});

/** Saves a test card as this person's; the one that was saved last pays, unless they name another. @returns its id */
export async function saveCard(userId: string, card = 'pm_card_visa'): Promise<string> {
  const customer = await customerOf(database(env), stripe, { environment: env.ENVIRONMENT, userId });
  const { payment_method } = await stripe.setupIntents.create({
    customer,
    payment_method: card,
    confirm: true,
    usage: 'off_session',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  if (typeof payment_method !== 'string') throw new Error('a confirmed intent has its payment method');
  return payment_method;
}

/** What goes wrong with a request to Stripe; the simulator's README says what the kinds are. */
export type StripeFault = {
  kind:
    | 'fail_before'
    | 'fail_before_remembered'
    | 'fail_after'
    | 'cut_before'
    | 'cut_after'
    | 'time_out_before'
    | 'time_out_after'
    | 'arrive_late'
    | 'rate_limited'
    | 'conflict';
  method?: 'GET' | 'POST' | 'DELETE';
  /** A regular expression over the path. Name an object of your own here or in `body`. */
  path?: string;
  /** A regular expression over the decoded form: `customer=cus_1&metadata[step_id]=2`. */
  body?: string;
  times?: number;
  /** For `arrive_late`, by the simulator's clock. */
  after_seconds?: number;
};

/** Makes something go wrong between us and Stripe. @returns how to take it back, which says how often it had yet to strike */
export async function injectStripeFault(fault: StripeFault): Promise<{ remove(): Promise<number> }> {
  const { id } = await sim<{ id: string }>('POST', '/faults', fault);
  return { remove: async () => (await sim<{ left: number }>('DELETE', `/faults/${id}`)).left };
}

/** Does now what waits for its time at Stripe and is about this object: an authorization lapses, a payout arrives … */
export function hasten(about: string): Promise<{ done: number }> {
  return sim('POST', '/hasten', { about });
}

/** The card's owner answers their bank about a payment or setup intent. */
export function authenticate(intentId: string, outcome: 'succeeded' | 'failed' = 'succeeded') {
  return sim('POST', `/intents/${intentId}/authenticate`, { outcome });
}

/** A payee gives Stripe all that it wants to know. */
export function finishOnboarding(accountId: string) {
  return sim('POST', `/accounts/${accountId}/finish_onboarding`);
}

/** Stripe wants more of a payee. `disables`: nothing can be sent to them until then. */
export function requireMore(accountId: string, currently_due: readonly string[], disables = true) {
  return sim('POST', `/accounts/${accountId}/requirements`, { currently_due, disables });
}

/** The card's owner disputes a charge at their bank. `inquiry`: the bank only asks, and moves no money. */
export function openDispute(opening: {
  charge: string;
  reason?: string;
  inquiry?: boolean;
  amount?: number;
}): Promise<{ id: string }> {
  return sim('POST', '/disputes', opening);
}

/** An inquiry becomes a chargeback. */
export function escalateDispute(disputeId: string) {
  return sim('POST', `/disputes/${disputeId}/escalate`);
}

export function decideDispute(disputeId: string, outcome: 'won' | 'lost') {
  return sim('POST', `/disputes/${disputeId}/decide`, { outcome });
}

/** A refund fails, also after it had succeeded; or a pending one succeeds. */
export function endRefund(refundId: string, outcome: 'succeeded' | 'failed') {
  return sim('POST', `/refunds/${refundId}/end`, { outcome });
}

export function failPayout(payoutId: string) {
  return sim('POST', `/payouts/${payoutId}/fail`);
}

/** A webhook on its way to us. */
export type Webhook = {
  /** The event that it tells. */
  event: string;
  type: string;
  url: string;
  headers: Record<string, string>;
  body: string;
};

/**
 * Takes the webhooks that wait and mention one of these ids (an intent, a customer, an account, or our own ids in its metadata),
 * oldest first. Stripe counts them as delivered: bring them with {@link postWebhook}, in any order, as often as you like.
 */
export function takeWebhooks(...about: [string, ...string[]]): Promise<Webhook[]> {
  return sim('POST', '/webhooks/take', { about });
}

/** Brings one webhook to our Worker. */
export function postWebhook({ url, headers, body }: Webhook): Promise<Response> {
  return exports.default.fetch(url, { method: 'POST', headers, body });
}

/** Brings all webhooks about these ids to our Worker, in order, and waits until they are taken in. @returns their types */
export async function deliverWebhooks(...about: [string, ...string[]]): Promise<string[]> {
  const taken = await takeWebhooks(...about);
  for (const webhook of taken) {
    const response = await postWebhook(webhook);
    if (response.status !== 200)
      throw new Error(`${webhook.type} was answered ${response.status} ${await response.text()}`);
  }
  await untilApplied(taken.map(({ event }) => event));
  return taken.map(({ type }) => type);
}

/** Waits until what these events tell has been taken in, which happens after their answer. */
export async function untilApplied(eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await vi.waitFor(
    async () => {
      const rows = await database(env)
        .select({ id: stripeEvents.id, type: stripeEvents.type, appliedAt: stripeEvents.appliedAt })
        .from(stripeEvents)
        .where(inArray(stripeEvents.id, [...eventIds]));
      const left = rows.filter(({ appliedAt }) => appliedAt === null).map(({ type }) => type);
      if (left.length > 0 || rows.length < new Set(eventIds).size)
        throw new Error(`not taken in: ${left.join(', ')}`);
    },
    { timeout: 15_000 },
  );
}

async function sim<T = unknown>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(new URL(`/_sim${path}`, origin), {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
  });
  if (!response.ok) throw new Error(`the simulator refused ${path}: ${await response.text()}`);
  // Each switch answers what its caller says it does.
  return (await response.json()) as T;
}
