import { Hono } from 'hono';
import { z } from 'zod';
import { ApiError } from '../api/errors.ts';
import { type StripeSimulator, setEndpoints } from '../stripe.ts';
import { changeDelivery, sendAgain, waiting } from '../webhooks/deliveries.ts';
import { faultKinds } from './faults.ts';

const seconds = z.number().nonnegative();
const likelihood = z.number().min(0).max(1);

const clockChange = z.union([
  z.strictObject({ advance_seconds: seconds }),
  /** Unix seconds. */
  z.strictObject({ now: z.number().int() }),
]);

const faultBody = z.strictObject({
  kind: z.enum(faultKinds),
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  path: z.string().refine(isPattern, 'no regular expression').optional(),
  body: z.string().refine(isPattern, 'no regular expression').optional(),
  times: z.number().int().positive().default(1),
  after_seconds: seconds.optional(),
});

const policyBody = z
  .strictObject({
    held: z.boolean(),
    shuffled: z.boolean(),
    doubled: likelihood,
    dropped: likelihood,
    delay_seconds: seconds,
  })
  .partial();

const endpointsBody = z.array(
  z.strictObject({
    url: z.url(),
    secret: z.string().startsWith('whsec_'),
    connect: z.boolean().default(false),
    events: z.array(z.string()).default(['*']),
  }),
);

const hastenBody = z.strictObject({ about: z.string().min(1) });
const takeBody = z.strictObject({ about: z.array(z.string().min(1)).min(1) });
const outcomeBody = z.strictObject({ outcome: z.enum(['succeeded', 'failed']) });
const decisionBody = z.strictObject({ outcome: z.enum(['won', 'lost']) });
const requirementsBody = z.strictObject({
  currently_due: z.array(z.string()),
  disables: z.boolean().default(true),
});
const disputeBody = z.strictObject({
  charge: z.string(),
  reason: z.string().default('fraudulent'),
  inquiry: z.boolean().default(false),
  amount: z.number().int().positive().optional(),
});

const movementBody = z.strictObject({
  type: z.string().min(1),
  reporting_category: z.string().min(1),
  amount: z.number().int(),
  currency: z.string(),
});

/** `/_sim/*`: the simulator's own switches, for tests and demonstrations, as JSON. The README lists them. */
export function controlApi(stripe: StripeSimulator): Hono {
  const { controls, courier, world } = stripe;
  const { state } = world;
  const app = new Hono().basePath('/_sim');

  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.body }, 400);
    if (error instanceof z.ZodError) return c.json({ error: { message: z.prettifyError(error) } }, 400);
    throw error;
  });
  app.notFound((c) => c.json({ error: { message: 'No such switch' } }, 404));
  const clock = () => ({ now: world.clock() });

  app.get('/clock', (c) => c.json(clock()));
  app.post('/clock', async (c) => {
    const body = clockChange.parse(await c.req.json());
    const ahead = 'now' in body ? body.now - world.clock() : body.advance_seconds;
    if (ahead < 0) return c.json({ error: { message: 'The clock never goes back' } }, 400);
    stripe.advance(ahead);
    return c.json(clock());
  });
  app.post('/hasten', async (c) => {
    const { about } = hastenBody.parse(await c.req.json());
    return c.json({ done: stripe.hasten(about) });
  });
  app.get('/violations', (c) => {
    const { takeViolations } = stripe;
    return takeViolations
      ? c.json(takeViolations())
      : c.json({ error: { message: 'Nothing is checked' } }, 404);
  });
  app.post('/reset', (c) => {
    stripe.reset();
    return c.json({});
  });

  app.get('/faults', (c) => c.json(state.faults));
  app.post('/faults', async (c) => {
    const { after_seconds: afterSeconds, ...fault } = faultBody.parse(await c.req.json());
    return c.json(controls.addFault({ ...fault, ...(afterSeconds === undefined ? {} : { afterSeconds }) }));
  });
  app.delete('/faults/:id', (c) => c.json({ left: controls.removeFault(c.req.param('id')) }));
  app.delete('/faults', (c) => {
    controls.clearFaults();
    return c.json(state.faults);
  });

  const webhooks = () => ({ policy: state.webhooks.policy, waiting: waiting(world) });
  app.get('/webhooks', (c) => c.json(webhooks()));
  app.post('/webhooks', async (c) => {
    const { delay_seconds: delaySeconds, ...policy } = policyBody.parse(await c.req.json());
    courier.setPolicy({ ...policy, ...(delaySeconds === undefined ? {} : { delaySeconds }) });
    return c.json(webhooks());
  });
  app.post('/webhooks/take', async (c) => {
    const { about } = takeBody.parse(await c.req.json());
    return c.json(courier.take(about));
  });
  app.put('/webhooks/endpoints', async (c) => {
    const endpoints = endpointsBody.parse(await c.req.json());
    setEndpoints(
      state,
      endpoints.map((endpoint) => ({ id: world.id('we'), ...endpoint })),
    );
    return c.json([...state.webhooks.endpoints.values()]);
  });
  app.post('/webhooks/:id/:action', async (c) => {
    const delivery = state.webhooks.deliveries.get(c.req.param('id'));
    if (!delivery) return c.json({ error: { message: 'No such delivery' } }, 404);
    switch (c.req.param('action')) {
      case 'deliver':
        return c.json(await courier.deliver(delivery.id));
      case 'double':
        return c.json(sendAgain(world, delivery));
      case 'drop':
        return c.json(changeDelivery(world, delivery, { status: 'dropped' }));
      case 'delay': {
        const { seconds: later } = z.strictObject({ seconds }).parse(await c.req.json());
        return c.json(changeDelivery(world, delivery, { due: delivery.due + later }));
      }
      default:
        return c.notFound();
    }
  });

  app.post('/intents/:id/authenticate', async (c) => {
    const { outcome } = outcomeBody.parse(await c.req.json());
    return c.json(controls.authenticate(c.req.param('id'), outcome === 'succeeded'));
  });
  app.post('/accounts/:id/finish_onboarding', (c) => c.json(controls.finishOnboarding(c.req.param('id'))));
  app.post('/accounts/:id/requirements', async (c) => {
    const { currently_due: due, disables } = requirementsBody.parse(await c.req.json());
    return c.json(controls.requireMore(c.req.param('id'), due, disables));
  });
  app.post('/disputes', async (c) => {
    const { amount, ...opening } = disputeBody.parse(await c.req.json());
    return c.json(controls.openDispute({ ...opening, ...(amount === undefined ? {} : { amount }) }));
  });
  app.post('/disputes/:id/escalate', (c) => c.json(controls.escalateDispute(c.req.param('id'))));
  app.post('/disputes/:id/decide', async (c) => {
    const { outcome } = decisionBody.parse(await c.req.json());
    return c.json(controls.decideDispute(c.req.param('id'), outcome));
  });
  app.post('/refunds/:id/end', async (c) => {
    const { outcome } = outcomeBody.parse(await c.req.json());
    return c.json(controls.endRefund(c.req.param('id'), outcome));
  });
  app.post('/payouts/:id/fail', (c) => c.json(controls.failPayout(c.req.param('id'))));
  app.post('/balance', async (c) => {
    const { reporting_category: category, ...movement } = movementBody.parse(await c.req.json());
    return c.json(controls.moveBalance({ ...movement, category }));
  });
  return app;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
