import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { authorization, openBench, startOfTest } from '../bench.ts';
import type { StripeOptions } from '../stripe.ts';
import type { WebhookRequest } from './courier.ts';
import { waiting } from './deliveries.ts';

const platform = {
  id: 'we_1',
  url: 'https://app.example/platform',
  secret: 'whsec_p',
  connect: false,
  events: ['*'],
};
const connect = {
  id: 'we_2',
  url: 'https://app.example/connect',
  secret: 'whsec_c',
  connect: true,
  events: ['*'],
};

function openWithEndpoints(options: StripeOptions = {}) {
  const received: WebhookRequest[] = [];
  const answers: number[] = [];
  const bench = openBench({
    webhookEndpoints: [platform, connect],
    send: async (request) => {
      received.push(request);
      return answers.shift() ?? 200;
    },
    ...options,
  });
  const types = () => received.map(({ body }) => JSON.parse(body).type);
  return { ...bench, received, answers, types, courier: bench.simulator.courier };
}

test('events are signed so that the SDK takes them, with the secret of their endpoint', async () => {
  const { sdk, courier, received, types } = openWithEndpoints();
  await sdk.paymentIntents.create(authorization);
  await courier.deliverDue();
  expect(types()).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
  ]);
  const [first] = received;
  const signature = first?.headers['stripe-signature'] ?? '';
  const read = (secret: string) =>
    Stripe.webhooks.constructEventAsync(
      first?.body ?? '',
      signature,
      secret,
      undefined,
      undefined,
      startOfTest * 1000,
    );
  expect(await read('whsec_p')).toMatchObject({ type: 'payment_intent.created', livemode: false });
  await expect(read('whsec_c')).rejects.toThrow();
});

test("events of connected accounts go to the Connect endpoint, the platform's own to the other", async () => {
  const { sdk, simulator, courier, received } = openWithEndpoints();
  const { id } = await sdk.accounts.create({ capabilities: { transfers: { requested: true } } });
  simulator.controls.finishOnboarding(id);
  await sdk.customers.create({});
  await courier.deliverDue();
  const went = received.map(({ url, body }) => [url, JSON.parse(body).account]);
  expect(went).toEqual([
    [connect.url, id],
    [platform.url, undefined],
  ]);
});

test('an endpoint gets only what it asked for', async () => {
  const { sdk, courier, types } = openWithEndpoints({
    webhookEndpoints: [{ ...platform, events: ['charge.captured'] }],
  });
  const { id } = await sdk.paymentIntents.create(authorization);
  await sdk.paymentIntents.capture(id);
  await courier.deliverDue();
  expect(types()).toEqual(['charge.captured']);
});

test('a refused delivery is tried again, later and later, for three days', async () => {
  const { sdk, simulator, courier, received, answers } = openWithEndpoints();
  await sdk.customers.create({});
  answers.push(...Array.from({ length: 50 }, () => 500));
  const times: number[] = [];
  for (let hour = 0; hour < 24 * 5; hour += 1) {
    for (let minute = 0; minute < 60; minute += 10) {
      if ((await courier.deliverDue()) > 0) times.push(simulator.world.clock() - startOfTest);
      simulator.advance(600);
    }
  }
  expect(times.slice(0, 4)).toEqual([0, 600, 1200, 3000]);
  expect(times.at(-1)).toBeLessThanOrEqual(3 * 24 * 60 * 60);
  expect(received.length).toBe(times.length);
  expect(waiting(simulator.world)).toEqual([]);
});

test('an endpoint that cannot be reached is tried again', async () => {
  const { sdk, simulator, courier } = openWithEndpoints({ send: () => Promise.reject(new Error('refused')) });
  await sdk.customers.create({});
  await courier.deliverDue();
  expect(waiting(simulator.world)).toMatchObject([{ tries: 1, due: startOfTest + 60 }]);
});

test('held events wait, and go one by one in any order, twice, or never', async () => {
  const { sdk, simulator, courier, received } = openWithEndpoints();
  courier.setPolicy({ held: true });
  await sdk.paymentIntents.create(authorization);
  expect(await courier.deliverDue()).toBe(0);
  const [first, second, third] = waiting(simulator.world);
  await courier.deliver(third?.id ?? '');
  await courier.deliver(first?.id ?? '');
  expect(await courier.deliver(first?.id ?? '')).toBeNull();
  expect(received.map(({ body }) => JSON.parse(body).id)).toEqual([third?.event, first?.event]);
  expect((await sdk.events.retrieve(second?.event ?? '')).pending_webhooks).toBe(1);
  courier.setPolicy({ held: false });
  expect(await courier.deliverDue()).toBe(1);
});

test('deliveries that mention an id are handed out, and are not tried again', async () => {
  const { sdk, courier, received } = openWithEndpoints();
  courier.setPolicy({ held: true });
  const [mine, other] = [
    await sdk.paymentIntents.create(authorization),
    await sdk.paymentIntents.create(authorization),
  ];
  const taken = courier.take([mine.id]);
  expect(taken.map(({ type }) => type)).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
  ]);
  const [first] = taken;
  expect(first?.url).toBe(platform.url);
  expect(JSON.parse(first?.body ?? '').data.object.id).toBe(mine.id);
  expect(courier.take([mine.id])).toEqual([]);
  courier.setPolicy({ held: false });
  await courier.deliverDue();
  expect(received).toHaveLength(3);
  expect(received.every(({ body }) => body.includes(other.id))).toBe(true);
});

test('chance doubles, drops, shuffles and delays, the same with the same seed', async () => {
  const run = async () => {
    const { sdk, simulator, courier, received } = openWithEndpoints();
    courier.setPolicy({ shuffled: true, doubled: 0.5, dropped: 0.3, delaySeconds: 30 });
    for (let count = 0; count < 30; count += 1) await sdk.customers.create({ name: String(count) });
    await courier.deliverDue();
    const early = received.length;
    simulator.advance(30);
    await courier.deliverDue();
    return { early, names: received.map(({ body }) => JSON.parse(body).data.object.name) };
  };
  const { early, names } = await run();
  expect(early).toBeLessThan(names.length);
  expect(names).not.toEqual([...names].sort());
  expect(new Set(names).size).toBeLessThan(names.length);
  expect(new Set(names).size).toBeLessThan(30);
  expect(await run()).toEqual({ early, names });
});
