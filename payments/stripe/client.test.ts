import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { LEASE_MS } from '#domain/payments/steps.ts';
import { errorOf } from '#simulators/stripe/bench.ts';
import { checked, prepareChecks } from '#simulators/stripe/contract/checked.ts';
import { type StripeServer, serveStripe } from '#simulators/stripe/server.ts';
import { cardOf } from './cards.ts';
import { CALL_TIMEOUT_MS, isLive, stripeClient } from './client.ts';
import { openScene } from './scene.ts';

let server: StripeServer;

beforeAll(prepareChecks);

beforeEach(async () => {
  server = await serveStripe({ wrap: checked });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  const violations = server.stripe.takeViolations?.();
  await server.close();
  expect(violations).toEqual([]);
});

const connect = () => stripeClient({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_API_URL: server.url });

test('a client goes where its settings say, and is the same for the same settings', async () => {
  const client = connect();
  const { id } = await client.customers.create({ metadata: { user_id: '1' } });
  expect(server.stripe.world.state.customers.has(id)).toBe(true);
  expect(connect()).toBe(client);
  expect(stripeClient({ STRIPE_SECRET_KEY: 'sk_test_2', STRIPE_API_URL: server.url })).not.toBe(client);
});

test('a live key goes nowhere but to Stripe', () => {
  for (const STRIPE_SECRET_KEY of ['sk_live_1', 'rk_live_1']) {
    expect(() => stripeClient({ STRIPE_SECRET_KEY, STRIPE_API_URL: server.url })).toThrow('live key');
    expect(stripeClient({ STRIPE_SECRET_KEY })).toBeDefined();
  }
  expect(['sk_live_1', 'rk_live_1', 'sk_test_1', 'rk_test_1', ''].map(isLive)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('an address that is no origin is refused', () => {
  for (const url of ['127.0.0.1:4242', 'ftp://127.0.0.1', 'http://127.0.0.1/v1', 'http://127.0.0.1/?a=1']) {
    expect(() => stripeClient({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_API_URL: url })).toThrow('origin');
  }
});

test('no timer outlives its call, however that ends', async () => {
  const started = vi.spyOn(globalThis, 'setTimeout');
  const ended = vi.spyOn(globalThis, 'clearTimeout');
  const client = connect();
  const { controls } = server.stripe;

  await client.customers.create({ metadata: { user_id: '1' } });
  await errorOf(client.paymentIntents.retrieve('pi_none'));
  controls.addFault({ kind: 'fail_before', times: 1 });
  await errorOf(client.customers.list());
  controls.addFault({ kind: 'cut_before', times: 1 });
  await errorOf(client.customers.list());

  const timers = started.mock.calls.flatMap(([, ms], call) =>
    ms === CALL_TIMEOUT_MS ? [started.mock.results[call]?.value] : [],
  );
  const cleared = new Set<unknown>(ended.mock.calls.map(([timer]) => timer));
  expect(timers.length).toBeGreaterThanOrEqual(4);
  expect(timers.filter((timer) => !cleared.has(timer))).toEqual([]);
});

test('a call that is not answered in time is given up, and not clear', async () => {
  const { call, authorize } = await openScene(connect(), new Date());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server.stripe.controls.addFault({ kind: 'time_out_after', times: 1 });
  const outcome = call(authorize());
  // The simulator acts by the time it has the request, and then keeps the connection open.
  await vi.waitUntil(() => server.stripe.world.state.paymentIntents.size === 1);
  await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS);
  expect(await outcome).toEqual({ kind: 'unclear', answered: false });
  expect(vi.getTimerCount()).toBe(0);
  expect(2 * CALL_TIMEOUT_MS).toBeLessThan(LEASE_MS);
});

test('nothing that failed is tried again by itself', async () => {
  const client = connect();
  const { controls, world } = server.stripe;
  for (const kind of ['fail_before', 'rate_limited', 'conflict', 'cut_before'] as const) {
    controls.addFault({ kind, times: 1 });
    await errorOf(client.customers.create({}));
    expect(world.state.faults).toEqual([]);
  }
  expect(world.state.customers.size).toBe(0);
});

test("an id that is no card's leads to none, wherever its path leads", async () => {
  const client = connect();
  const { customerId } = await openScene(client, new Date());
  for (const id of ['..', '.', '']) expect(await cardOf(client, customerId, id)).toBeNull();
  // Those paths are none that the SDK's types know.
  server.stripe.takeViolations?.();
});

test('where nothing listens, nothing is known', async () => {
  const { call, find, authorize } = await openScene(connect(), new Date());
  await server.close();
  expect(await call(authorize())).toEqual({ kind: 'unclear', answered: false });
  expect(await find(authorize())).toEqual({ kind: 'unclear', answered: false });
  server = await serveStripe({ wrap: checked });
});
