import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { isStripeEventApplied, keepStripeEvent, type StripeEvent } from '#db/queries/stripe-events.ts';
import type { Env } from '#durable-objects/env.ts';
import { logFailure } from '#durable-objects/log.ts';
import { applyStripeEvent } from '#durable-objects/stripe-events.ts';
import { readWebhook, type WebhookEvent } from '#payments/stripe/webhook-events.ts';
import { answer } from '../../answer.ts';
import type { Api, ApiContext } from '../../api.ts';
import { rejectField } from '../../errors.ts';
import { log } from '../../log.ts';
import { readText } from '../../middleware/body.ts';
import { answers, anyone, failures } from '../../openapi.ts';

/** An event is an object of Stripe's, whole: some kilobytes, most of them. */
const MAX_WEBHOOK_BYTES = 512 * 1024;

type Endpoint = {
  path: string;
  operationId: string;
  summary: string;
  secretOf: (env: Env) => string;
};

const ENDPOINTS: Endpoint[] = [
  {
    path: '/webhooks/stripe',
    operationId: 'receiveStripeWebhook',
    summary: "For Stripe: what happened on the platform's account",
    secretOf: (env) => env.STRIPE_WEBHOOK_SECRET,
  },
  {
    path: '/webhooks/stripe-connect',
    operationId: 'receiveStripeConnectWebhook',
    summary: 'For Stripe: what happened on connected accounts',
    secretOf: (env) => env.STRIPE_CONNECT_WEBHOOK_SECRET,
  },
];

const stripeEvent = z
  .looseObject({ id: z.string(), object: z.literal('event'), type: z.string(), livemode: z.boolean() })
  .meta({ id: 'StripeEvent', description: 'https://docs.stripe.com/api/events/object' });

/**
 * Where Stripe tells what happened, outside `/api/v1` and its limits. An event is kept before it is answered, and taken in
 * after that; should this fail, the sweeper tries again.
 */
export function registerReceiveWebhooks(api: Api): void {
  for (const { path, operationId, summary, secretOf } of ENDPOINTS) {
    const route = createRoute({
      method: 'post',
      path,
      operationId,
      tags: ['payments'],
      summary,
      description: 'Signed by Stripe; whatever is not is refused without a word on why.',
      security: anyone,
      request: {
        headers: z.object({ 'stripe-signature': z.string() }),
        body: { required: true, content: { 'application/json': { schema: stripeEvent } } },
      },
      responses: {
        200: answers(z.object({}), 'It is kept'),
        ...failures('VALIDATION_ERROR', 'PAYLOAD_TOO_LARGE'),
      },
    });
    // The signature is over the very bytes: nobody may parse them before.
    api.openAPIRegistry.registerPath(route);
    api.post(route.getRoutingPath(), (c) => receive(c, secretOf(c.env)));
  }
}

async function receive(c: ApiContext, secret: string): Promise<Response> {
  const now = c.get('now');
  const read = await readWebhook(await readText(c, MAX_WEBHOOK_BYTES), {
    signature: c.req.header('Stripe-Signature') ?? null,
    secret,
    secretKey: c.env.STRIPE_SECRET_KEY,
    receivedAt: now,
  });
  if (!read.ok) {
    log('warn', 'webhook_refused', { requestId: c.get('requestId'), reason: read.error });
    return rejectField('body', 'is no webhook that Stripe signed for us');
  }
  const db = c.get('db');
  const event = keptFrom(read.value, c);
  const isNew = await keepStripeEvent(db, event);
  // Told again: what became of the first time decides.
  if (isNew || !(await isStripeEventApplied(db, event.id))) c.executionCtx.waitUntil(apply(c, event));
  return answer(c, {});
}

function keptFrom(told: WebhookEvent, c: ApiContext): StripeEvent {
  const { id, type, account, objectId, objectType, intentId, chargeId, stepId } = told;
  return {
    id,
    type,
    account,
    objectId,
    payload: { objectType, intentId, chargeId, stepId },
    receivedAt: c.get('now'),
  };
}

async function apply(c: ApiContext, event: StripeEvent): Promise<void> {
  try {
    await applyStripeEvent(c.env, c.get('db'), event, c.get('now'));
  } catch (error) {
    // It is kept: the sweeper comes back to it.
    logFailure('stripe_event_not_applied', { eventId: event.id, type: event.type }, error);
  }
}
