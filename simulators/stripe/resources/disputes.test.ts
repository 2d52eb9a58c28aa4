import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { authorization, errorOf, openBench } from '../bench.ts';

async function captured(sdk: Stripe, method = 'pm_card_visa') {
  const { id } = await sdk.paymentIntents.create({ ...authorization, payment_method: method });
  return String((await sdk.paymentIntents.capture(id)).latest_charge);
}

async function total(sdk: Stripe) {
  const { available, pending } = await sdk.balance.retrieve();
  return (available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0);
}

test('a disputed card is disputed a minute after the capture: amount and fee are taken at once', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const charge = await captured(sdk, 'pm_card_createDispute');
  const before = await total(sdk);
  simulator.advance(60);
  const [dispute] = (await sdk.disputes.list({ charge })).data;
  expect(dispute).toMatchObject({
    amount: 2000,
    reason: 'fraudulent',
    status: 'needs_response',
    is_charge_refundable: false,
    balance_transactions: [{ amount: -2000, fee: 1500, net: -3500, reporting_category: 'dispute' }],
  });
  expect((await sdk.charges.retrieve(charge)).disputed).toBe(true);
  expect(await total(sdk)).toBe(before - 3500);
  expect(eventTypes().slice(-3)).toEqual([
    'charge.dispute.created',
    'charge.updated',
    'charge.dispute.funds_withdrawn',
  ]);
  expect(await errorOf(sdk.refunds.create({ charge }))).toMatchObject({ code: 'charge_disputed' });
});

test('a dispute that is won gives the amount back, not the fee', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const charge = await captured(sdk);
  const before = await total(sdk);
  const { id } = simulator.controls.openDispute({ charge, reason: 'fraudulent', inquiry: false });
  await sdk.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' }, submit: true });
  const won = await sdk.disputes.retrieve(id);
  expect(won.status).toBe('won');
  expect(won.balance_transactions.map(({ net }) => net)).toEqual([-3500, 2000]);
  expect(await total(sdk)).toBe(before - 1500);
  expect(eventTypes().slice(-3)).toEqual([
    'charge.dispute.updated',
    'charge.dispute.funds_reinstated',
    'charge.dispute.closed',
  ]);
  expect((await sdk.refunds.create({ charge })).status).toBe('succeeded');
});

test('a dispute that is lost, or accepted, keeps what was taken', async () => {
  const { sdk, simulator } = openBench();
  const charge = await captured(sdk);
  const { id } = simulator.controls.openDispute({ charge, reason: 'general', inquiry: false });
  const before = await total(sdk);
  expect((await sdk.disputes.close(id)).status).toBe('lost');
  expect(await total(sdk)).toBe(before);
  expect(await errorOf(sdk.refunds.create({ charge }))).toMatchObject({ code: 'charge_disputed' });
  expect((await errorOf(sdk.disputes.close(id))).statusCode).toBe(400);
});

test('an inquiry moves nothing, until it becomes a chargeback', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const charge = await captured(sdk, 'pm_card_createDisputeInquiry');
  const before = await total(sdk);
  simulator.advance(60);
  const [inquiry] = (await sdk.disputes.list({ charge })).data;
  expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true });
  expect(await total(sdk)).toBe(before);
  expect(eventTypes()).not.toContain('charge.dispute.funds_withdrawn');
  simulator.controls.escalateDispute(inquiry?.id ?? '');
  expect(await total(sdk)).toBe(before - 3500);
});

test('an inquiry that is closed stays one', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const charge = await captured(sdk);
  const { id } = simulator.controls.openDispute({ charge, reason: 'general', inquiry: true });
  expect(simulator.controls.decideDispute(id, 'won').status).toBe('warning_closed');
  expect(eventTypes().at(-1)).toBe('charge.dispute.closed');
});

test('what was refunded already cannot be disputed, and a part can', async () => {
  const { sdk, simulator } = openBench();
  const charge = await captured(sdk);
  await sdk.refunds.create({ charge, amount: 500 });
  const opening = { charge, reason: 'general', inquiry: false };
  expect(() => simulator.controls.openDispute({ ...opening, amount: 1501 })).toThrow('At most');
  expect(simulator.controls.openDispute({ ...opening, amount: 1000 }).amount).toBe(1000);
});

test('an uncaptured payment is not disputed by itself', async () => {
  const { sdk, simulator } = openBench();
  await sdk.paymentIntents.create({ ...authorization, payment_method: 'pm_card_createDispute' });
  simulator.advance(3600);
  expect((await sdk.disputes.list()).data).toEqual([]);
});
