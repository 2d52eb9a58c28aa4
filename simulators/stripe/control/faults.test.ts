import { expect, test } from 'vitest';
import { authorization, errorOf, openBench } from '../bench.ts';
import type { FaultKind } from './faults.ts';

async function struck(kind: FaultKind) {
  const bench = openBench();
  bench.simulator.controls.addFault({ kind, method: 'POST', path: '^/v1/payment_intents$', times: 1 });
  const first = await errorOf(bench.sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' }));
  return {
    ...bench,
    first,
    intents: () => bench.simulator.world.state.paymentIntents.size,
    again: () => bench.sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' }),
  };
}

test('500 before acting: nothing was done, the same key tries anew', async () => {
  const { first, intents, again } = await struck('fail_before');
  expect([first.statusCode, first.rawType, intents()]).toEqual([500, 'api_error', 0]);
  expect((await again()).status).toBe('requires_capture');
});

test('500 before acting, remembered: the key replays it, another one works', async () => {
  const { first, intents, again, sdk } = await struck('fail_before_remembered');
  expect([first.statusCode, intents()]).toEqual([500, 0]);
  expect((await errorOf(again())).statusCode).toBe(500);
  expect((await sdk.paymentIntents.create(authorization, { idempotencyKey: 'k2' })).status).toBe(
    'requires_capture',
  );
});

test('500 after acting: all was done, and the key replays the 500', async () => {
  const { first, intents, again } = await struck('fail_after');
  expect([first.statusCode, intents()]).toEqual([500, 1]);
  expect((await errorOf(again())).statusCode).toBe(500);
  expect(intents()).toBe(1);
});

test.each(['cut_before', 'time_out_before'] as const)('%s: nothing was done', async (kind) => {
  const { first, intents, again } = await struck(kind);
  expect([first.type, intents()]).toEqual(['StripeConnectionError', 0]);
  expect((await again()).status).toBe('requires_capture');
});

test.each(['cut_after', 'time_out_after'] as const)('%s: all was done, and the key tells', async (kind) => {
  const { first, intents, again } = await struck(kind);
  expect([first.type, intents()]).toEqual(['StripeConnectionError', 1]);
  expect((await again()).status).toBe('requires_capture');
  expect(intents()).toBe(1);
});

test('a request that arrives late is carried out when its sender had given up', async () => {
  const { simulator, sdk } = openBench();
  simulator.controls.addFault({ kind: 'arrive_late', times: 1, afterSeconds: 90 });
  await errorOf(sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' }));
  simulator.advance(89);
  expect(simulator.world.state.paymentIntents.size).toBe(0);
  simulator.advance(1);
  expect(simulator.world.state.paymentIntents.size).toBe(1);
  const found = await sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' });
  expect([found.created - simulator.world.clock(), simulator.world.state.paymentIntents.size]).toEqual([
    0, 1,
  ]);
});

test.each([100, 3 * 24 * 60 * 60])(
  'a late request whose key was used in the meantime does nothing, the clock moved by %i s',
  async (seconds) => {
    const { simulator, sdk } = openBench();
    simulator.controls.addFault({ kind: 'arrive_late', times: 1, afterSeconds: 90 });
    await errorOf(sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' }));
    await sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' });
    simulator.advance(seconds);
    expect(simulator.world.state.paymentIntents.size).toBe(1);
  },
);

test('429 and 409 do nothing and remember nothing', async () => {
  for (const [kind, status, code] of [
    ['rate_limited', 429, 'rate_limit'],
    ['conflict', 409, 'idempotency_key_in_use'],
  ] as const) {
    const { first, intents, again } = await struck(kind);
    expect([first.statusCode, first.code, intents()]).toEqual([status, code, 0]);
    expect((await again()).status).toBe('requires_capture');
  }
});

test('faults strike what they are meant for, as often as they are meant to', async () => {
  const { simulator, sdk } = openBench();
  simulator.controls.addFault({ kind: 'fail_before', method: 'GET', path: '/balance$', times: 2 });
  await sdk.customers.create({});
  await errorOf(sdk.balance.retrieve());
  await errorOf(sdk.balance.retrieve());
  expect((await sdk.balance.retrieve()).object).toBe('balance');
  const own = simulator.controls.addFault({
    kind: 'fail_before',
    body: '^name=Mara B&metadata\\[order\\]=7$',
    times: 2,
  });
  await sdk.customers.create({ name: 'Mara A', metadata: { order: '7' } });
  await errorOf(sdk.customers.create({ name: 'Mara B', metadata: { order: '7' } }));
  expect([simulator.controls.removeFault(own.id), simulator.controls.removeFault(own.id)]).toEqual([1, 0]);
  simulator.controls.addFault({ kind: 'fail_before', times: 5 });
  simulator.controls.clearFaults();
  expect((await sdk.balance.retrieve()).object).toBe('balance');
});
