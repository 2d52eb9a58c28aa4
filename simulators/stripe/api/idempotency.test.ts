import { expect, test } from 'vitest';
import { authorization, errorOf, openBench, sdkFor } from '../bench.ts';

const DAY = 24 * 60 * 60;

test('the same key replays the first answer and does nothing again', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const first = await sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' });
  const events = eventTypes().length;
  await sdk.paymentIntents.cancel(first.id);
  const again = await sdk.paymentIntents.create(authorization, { idempotencyKey: 'k' });
  expect(again).toEqual(first);
  expect(again.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'original-request': first.lastResponse.requestId,
  });
  expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  expect(simulator.world.state.paymentIntents.size).toBe(1);
  expect(eventTypes().slice(0, events)).toHaveLength(events);
});

test('other parameters, or another route, under the same key are refused', async () => {
  const { sdk } = openBench();
  await sdk.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'k' });
  const error = await errorOf(sdk.customers.create({ email: 'b@example.com' }, { idempotencyKey: 'k' }));
  expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
  expect(error.type).toBe('StripeIdempotencyError');
  const elsewhere = sdk.setupIntents.create({}, { idempotencyKey: 'k' });
  expect((await errorOf(elsewhere)).rawType).toBe('idempotency_error');
});

test('a decline is replayed, too', async () => {
  const { sdk, simulator } = openBench();
  const declined = { ...authorization, payment_method: 'pm_card_visa_chargeDeclined' };
  const first = await errorOf(sdk.paymentIntents.create(declined, { idempotencyKey: 'k' }));
  const again = await errorOf(sdk.paymentIntents.create(declined, { idempotencyKey: 'k' }));
  expect(again.statusCode).toBe(402);
  expect(again.payment_intent?.id).toBe(first.payment_intent?.id);
  expect(simulator.world.state.charges.size).toBe(1);
});

test('what failed in its state is replayed; what failed validation leaves the key free', async () => {
  const { sdk, simulator } = openBench();
  const { id } = await sdk.paymentIntents.create({ amount: 500, currency: 'usd' });
  const first = await errorOf(sdk.paymentIntents.capture(id, {}, { idempotencyKey: 'capture' }));
  expect(first.code).toBe('payment_intent_unexpected_state');
  await sdk.paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: 'https://app.example' });
  expect((await errorOf(sdk.paymentIntents.capture(id, {}, { idempotencyKey: 'capture' }))).code).toBe(
    'payment_intent_unexpected_state',
  );

  const request = {
    method: 'POST',
    path: '/v1/refunds',
    headers: { authorization: 'Bearer sk_test_bench', 'idempotency-key': 'refund' },
  };
  expect((await simulator.handle({ ...request, body: 'amount=zero' })).status).toBe(400);
  expect((await simulator.handle({ ...request, body: `payment_intent=${id}` })).status).toBe(200);
  simulator.takeViolations();
});

test('while the first request runs, the key is in use', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { simulator } = openBench({ pause: (point) => (point === 'acted' ? opened : Promise.resolve()) });
  const sdk = sdkFor(simulator);
  const first = sdk.customers.create({}, { idempotencyKey: 'k' });
  const second = errorOf(sdk.customers.create({}, { idempotencyKey: 'k' }));
  expect(await second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  open();
  const { id } = await first;
  expect((await sdk.customers.create({}, { idempotencyKey: 'k' })).id).toBe(id);
});

test('keys of different accounts do not meet, long ones are refused, and reads need none', async () => {
  const { sdk, simulator } = openBench();
  const { id } = await sdk.accounts.create({ capabilities: { transfers: { requested: true } } });
  const payout = { amount: 100, currency: 'usd' };
  const mine = errorOf(sdk.payouts.create(payout, { idempotencyKey: 'k' }));
  expect((await mine).code).toBe('balance_insufficient');
  const theirs = errorOf(sdk.payouts.create(payout, { idempotencyKey: 'k', stripeAccount: id }));
  expect((await theirs).requestId).not.toBe((await mine).requestId);
  expect(simulator.world.state.answers.size).toBe(3);
  const long = sdk.customers.create({}, { idempotencyKey: 'k'.repeat(256) });
  expect((await errorOf(long)).statusCode).toBe(400);
  expect((await sdk.customers.create({}, { idempotencyKey: 'k'.repeat(255) })).id).toMatch(/^cus_/);
});

test('after a day a key is forgotten', async () => {
  const { sdk, simulator } = openBench();
  const first = await sdk.customers.create({}, { idempotencyKey: 'k' });
  simulator.advance(DAY - 1);
  expect((await sdk.customers.create({}, { idempotencyKey: 'k' })).id).toBe(first.id);
  simulator.advance(1);
  expect((await sdk.customers.create({}, { idempotencyKey: 'k' })).id).not.toBe(first.id);
});
