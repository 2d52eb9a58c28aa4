import { expect, test } from 'vitest';
import { authorization, errorOf, expanded, openBench, startOfTest } from '../bench.ts';

const DAY = 24 * 60 * 60;

test('an authorization holds the amount, tells until when, and moves no money', async () => {
  const { sdk, eventTypes } = openBench();
  const intent = await sdk.paymentIntents.create({ ...authorization, expand: ['latest_charge'] });
  expect(intent).toMatchObject({
    status: 'requires_capture',
    amount_capturable: 2000,
    amount_received: 0,
    livemode: false,
  });
  const charge = expanded(intent.latest_charge);
  expect(charge).toMatchObject({
    captured: false,
    paid: true,
    balance_transaction: null,
    amount_captured: 0,
  });
  expect(charge.payment_method_details?.card?.capture_before).toBe(startOfTest + 7 * DAY);
  expect(eventTypes()).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
  ]);
  expect((await sdk.balance.retrieve()).pending).toEqual([
    { amount: 0, currency: 'usd', source_types: { card: 0 } },
  ]);
});

test('without its owner a Visa is held for 4 days and 18 hours only', async () => {
  const { sdk } = openBench();
  const intent = await sdk.paymentIntents.create({
    ...authorization,
    off_session: true,
    expand: ['latest_charge'],
  });
  const card = expanded(intent.latest_charge).payment_method_details?.card;
  expect(card?.capture_before).toBe(startOfTest + 4 * DAY + 18 * 60 * 60);
});

test('a capture takes the money, less the fee, pending for two days', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  const intent = await sdk.paymentIntents.capture(id, { expand: ['latest_charge.balance_transaction'] });
  expect(intent).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 2000 });
  const transaction = expanded(expanded(intent.latest_charge).balance_transaction);
  expect(transaction).toMatchObject({
    amount: 2000,
    fee: 88,
    net: 1912,
    status: 'pending',
    type: 'charge',
    available_on: startOfTest + 2 * DAY,
  });
  expect(eventTypes().slice(3)).toEqual(['charge.captured', 'payment_intent.succeeded']);
  expect((await sdk.balance.retrieve()).pending).toMatchObject([{ amount: 1912 }]);
  simulator.advance(2 * DAY);
  const balance = await sdk.balance.retrieve();
  expect([balance.available[0]?.amount, balance.pending[0]?.amount]).toEqual([1912, 0]);
});

test('a capture in part releases the rest, shown as a refund that moved nothing', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  const intent = await sdk.paymentIntents.capture(id, {
    amount_to_capture: 700,
    expand: ['latest_charge.refunds'],
  });
  expect(intent).toMatchObject({ status: 'succeeded', amount: 2000, amount_received: 700 });
  const charge = expanded(intent.latest_charge);
  expect(charge).toMatchObject({
    amount: 2000,
    amount_captured: 700,
    amount_refunded: 1300,
    refunded: false,
    refunds: { data: [{ amount: 1300, balance_transaction: null, status: 'succeeded' }] },
  });
  expect((await sdk.balanceTransactions.list()).data).toMatchObject([{ amount: 700 }]);
});

test('nothing is captured twice, nor more than was authorized, nor less than the minimum', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  expect(await errorOf(sdk.paymentIntents.capture(id, { amount_to_capture: 2001 }))).toMatchObject({
    statusCode: 400,
    code: 'amount_too_large',
    param: 'amount_to_capture',
  });
  expect(await errorOf(sdk.paymentIntents.capture(id, { amount_to_capture: 49 }))).toMatchObject({
    code: 'amount_too_small',
  });
  await sdk.paymentIntents.capture(id, { amount_to_capture: 500 });
  const error = await errorOf(sdk.paymentIntents.capture(id, { amount_to_capture: 500 }));
  expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  expect(error.payment_intent).toMatchObject({ id, status: 'succeeded' });
});

test('cancelling an authorization gives the hold back', async () => {
  const { sdk, eventTypes } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  const intent = await sdk.paymentIntents.cancel(id, {
    cancellation_reason: 'requested_by_customer',
    expand: ['latest_charge'],
  });
  expect(intent).toMatchObject({
    status: 'canceled',
    canceled_at: startOfTest,
    cancellation_reason: 'requested_by_customer',
    amount_capturable: 0,
  });
  expect(expanded(intent.latest_charge)).toMatchObject({
    amount_refunded: 2000,
    refunded: true,
    captured: false,
  });
  expect(eventTypes().slice(3)).toEqual(['charge.refunded', 'payment_intent.canceled']);
  expect((await sdk.refunds.list({ payment_intent: id })).data).toMatchObject([
    { amount: 2000, balance_transaction: null },
  ]);
});

test('what was never confirmed can be cancelled, what succeeded or was cancelled cannot', async () => {
  const { sdk } = openBench();
  const fresh = await sdk.paymentIntents.create({ amount: 500, currency: 'usd' });
  expect(fresh.status).toBe('requires_payment_method');
  expect((await sdk.paymentIntents.cancel(fresh.id)).status).toBe('canceled');
  expect(await errorOf(sdk.paymentIntents.cancel(fresh.id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  const paid = await sdk.paymentIntents.create({ ...authorization, capture_method: 'automatic' });
  expect(await errorOf(sdk.paymentIntents.cancel(paid.id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('one authorization can be made to lapse now, and time stands still for the others', async () => {
  const { sdk, simulator } = openBench();
  const [hastened, other] = [
    await sdk.paymentIntents.create(authorization),
    await sdk.paymentIntents.create(authorization),
  ];
  expect([simulator.hasten(hastened.id), simulator.hasten(hastened.id)]).toEqual([1, 0]);
  expect(await sdk.paymentIntents.retrieve(hastened.id)).toMatchObject({
    status: 'canceled',
    canceled_at: startOfTest,
  });
  expect((await sdk.paymentIntents.retrieve(other.id)).status).toBe('requires_capture');
  simulator.advance(7 * DAY);
  expect((await sdk.paymentIntents.retrieve(other.id)).status).toBe('canceled');
});

test('an authorization that nobody captures lapses at its time', async () => {
  const { sdk, simulator, eventTypes, lastEvent } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  simulator.advance(7 * DAY - 1);
  expect((await sdk.paymentIntents.retrieve(id)).status).toBe('requires_capture');
  simulator.advance(30 * DAY);
  const intent = await sdk.paymentIntents.retrieve(id);
  expect(intent).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
  expect(intent.canceled_at).toBe(startOfTest + 7 * DAY);
  expect(eventTypes().slice(3)).toEqual(['charge.expired', 'payment_intent.canceled']);
  expect(lastEvent('charge.expired').created).toBe(startOfTest + 7 * DAY);
  expect((await sdk.refunds.list({ payment_intent: id })).data).toMatchObject([
    { reason: 'expired_uncaptured_charge', balance_transaction: null },
  ]);
  expect(await errorOf(sdk.paymentIntents.capture(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('by default the capture is asynchronous: the fee is known a minute later', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const intent = await sdk.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    expand: ['latest_charge'],
  });
  const charge = expanded(intent.latest_charge);
  expect(charge).toMatchObject({ captured: true, balance_transaction: null });
  simulator.advance(60);
  expect(eventTypes().at(-1)).toBe('charge.updated');
  expect((await sdk.charges.retrieve(charge.id)).balance_transaction).toMatch(/^txn_/);
});

test('amounts obey the currency: minimum, eight digits, decimals', async () => {
  const { sdk } = openBench();
  const create = (amount: number, currency: string) => sdk.paymentIntents.create({ amount, currency });
  expect(await errorOf(create(49, 'usd'))).toMatchObject({ code: 'amount_too_small', param: 'amount' });
  expect(await errorOf(create(100_000_000, 'usd'))).toMatchObject({ code: 'amount_too_large' });
  expect(await errorOf(create(49, 'jpy'))).toMatchObject({ code: 'amount_too_small' });
  expect(await errorOf(create(1001, 'kwd'))).toMatchObject({ param: 'amount' });
  expect(await errorOf(create(10_050, 'isk'))).toMatchObject({ param: 'amount' });
  expect(await errorOf(create(1000, 'zzz'))).toMatchObject({ param: 'currency' });
  expect((await create(99_999_999, 'usd')).amount).toBe(99_999_999);
  expect((await create(50, 'jpy')).currency).toBe('jpy');
  expect((await create(1000, 'KWD')).currency).toBe('kwd');
  expect((await create(10_000, 'isk')).amount).toBe(10_000);
});

test('intents are found by customer, newest first', async () => {
  const { sdk } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const first = await sdk.paymentIntents.create({ amount: 500, currency: 'usd', customer });
  const second = await sdk.paymentIntents.create({ amount: 600, currency: 'usd', customer });
  await sdk.paymentIntents.create({ amount: 700, currency: 'usd' });
  const found = await sdk.paymentIntents.list({ customer });
  expect(found.data.map(({ id }) => id)).toEqual([second.id, first.id]);
});

test('metadata is merged, and a key set empty is taken away', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.paymentIntents.create({
    amount: 500,
    currency: 'usd',
    metadata: { step_id: '1', other: 'a' },
  });
  const updated = await sdk.paymentIntents.update(id, { metadata: { other: '', more: 'b' } });
  expect(updated.metadata).toEqual({ step_id: '1', more: 'b' });
});

test('a charge in a currency that the balance does not hold is converted', async () => {
  const { sdk } = openBench({ settings: { settlementCurrencies: ['usd'] } });
  const { id } = await sdk.paymentIntents.create({ ...authorization, amount: 1000, currency: 'gbp' });
  const intent = await sdk.paymentIntents.capture(id, { expand: ['latest_charge.balance_transaction'] });
  expect(expanded(expanded(intent.latest_charge).balance_transaction)).toMatchObject({
    amount: 1333,
    currency: 'usd',
    exchange_rate: 1 / 0.75,
  });
});
