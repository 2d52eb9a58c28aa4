import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { authorization, errorOf, openBench } from '../bench.ts';

async function captured(sdk: Stripe, changes: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  const { id } = await sdk.paymentIntents.create({ ...authorization, ...changes });
  return sdk.paymentIntents.capture(id);
}

test('a refund leaves the balance at once, the fee is not given back', async () => {
  const { sdk, eventTypes } = openBench();
  const { id } = await captured(sdk);
  const refund = await sdk.refunds.create({ payment_intent: id, amount: 500, metadata: { step_id: '7' } });
  expect(refund).toMatchObject({ amount: 500, status: 'succeeded', metadata: { step_id: '7' } });
  const transaction = await sdk.balanceTransactions.retrieve(String(refund.balance_transaction));
  expect(transaction).toMatchObject({ amount: -500, fee: 0, net: -500, type: 'refund', source: refund.id });
  const charge = await sdk.charges.retrieve(String(refund.charge));
  expect(charge).toMatchObject({ amount_refunded: 500, refunded: false });
  expect(eventTypes().slice(-2)).toEqual(['refund.created', 'charge.refunded']);
});

test('no more is refunded than was captured, in however many parts', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  await sdk.paymentIntents.capture(id, { amount_to_capture: 1000 });
  await sdk.refunds.create({ payment_intent: id, amount: 600 });
  expect(await errorOf(sdk.refunds.create({ payment_intent: id, amount: 401 }))).toMatchObject({
    statusCode: 400,
    param: 'amount',
  });
  const rest = await sdk.refunds.create({ payment_intent: id });
  expect(rest.amount).toBe(400);
  expect(await errorOf(sdk.refunds.create({ payment_intent: id }))).toMatchObject({
    code: 'charge_already_refunded',
  });
  expect(await sdk.charges.retrieve(String(rest.charge))).toMatchObject({
    amount_refunded: 2000,
    refunded: true,
  });
});

test('an authorization has nothing to refund', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  expect(await errorOf(sdk.refunds.create({ payment_intent: id }))).toMatchObject({
    code: 'charge_not_refundable',
  });
});

test('a refund may fail later: the money comes back, and can be refunded again', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const { id } = await captured(sdk, { payment_method: 'pm_card_refundFail' });
  const refund = await sdk.refunds.create({ payment_intent: id, amount: 500 });
  expect(refund.status).toBe('succeeded');
  const before = (await sdk.balance.retrieve()).available;
  simulator.advance(60);
  const failed = await sdk.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: { amount: 500, type: 'refund_failure' },
  });
  expect((await sdk.balance.retrieve()).available[0]?.amount).toBe((before[0]?.amount ?? 0) + 500);
  expect((await sdk.charges.retrieve(String(refund.charge))).amount_refunded).toBe(0);
  expect(eventTypes().slice(-3)).toEqual(['refund.updated', 'charge.refund.updated', 'refund.failed']);
});

test('a refund may be pending first', async () => {
  const { sdk, simulator } = openBench();
  const { id } = await captured(sdk, { payment_method: 'pm_card_pendingRefund' });
  const refund = await sdk.refunds.create({ payment_intent: id });
  expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
  simulator.advance(60);
  const ended = await sdk.refunds.retrieve(refund.id);
  expect(ended.status).toBe('succeeded');
  expect(ended.pending_reason).toBeUndefined();
});

test('any refund can be made to fail, once', async () => {
  const { sdk, simulator } = openBench();
  const { id } = await captured(sdk, { payment_method: 'pm_card_refundFail' });
  const before = await sdk.balanceTransactions.list();
  const refund = await sdk.refunds.create({ payment_intent: id });
  simulator.controls.endRefund(refund.id, 'failed');
  simulator.advance(60);
  expect((await sdk.balanceTransactions.list()).data).toHaveLength(before.data.length + 2);
  expect((await sdk.refunds.retrieve(refund.id)).status).toBe('failed');
  expect(() => simulator.controls.endRefund(refund.id, 'failed')).toThrow('has ended');
});

test('parts of a converted charge add up to the whole', async () => {
  const { sdk } = openBench({ settings: { settlementCurrencies: ['usd'] } });
  const { id } = await captured(sdk, { amount: 1000, currency: 'gbp' });
  for (const amount of [101, 101, 101, 697]) await sdk.refunds.create({ payment_intent: id, amount });
  const moved = await sdk.balanceTransactions.list({ limit: 100 });
  expect(moved.data.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
});

test('refunds are found by payment intent', async () => {
  const { sdk } = openBench();
  const first = await captured(sdk);
  const second = await captured(sdk);
  const refund = await sdk.refunds.create({ payment_intent: first.id, amount: 100 });
  await sdk.refunds.create({ payment_intent: second.id });
  expect((await sdk.refunds.list({ payment_intent: first.id })).data.map(({ id }) => id)).toEqual([
    refund.id,
  ]);
});
