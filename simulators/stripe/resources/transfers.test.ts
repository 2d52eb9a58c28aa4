import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { authorization, errorOf, expanded, openBench } from '../bench.ts';
import type { StripeSimulator } from '../stripe.ts';

const DAY = 24 * 60 * 60;

async function payee(sdk: Stripe, simulator: StripeSimulator, interval: 'daily' | 'manual' = 'manual') {
  const { id } = await sdk.accounts.create({
    country: 'US',
    capabilities: { transfers: { requested: true } },
    settings: { payouts: { schedule: { interval } } },
  });
  simulator.controls.finishOnboarding(id);
  return id;
}

async function chargeOf(sdk: Stripe, changes: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  const { id } = await sdk.paymentIntents.create({ ...authorization, ...changes });
  return String((await sdk.paymentIntents.capture(id)).latest_charge);
}

test('a transfer out of a charge goes through before its money is available', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const destination = await payee(sdk, simulator);
  const charge = await chargeOf(sdk, { transfer_group: 'order_1' });
  const transfer = await sdk.transfers.create({
    amount: 1500,
    currency: 'usd',
    destination,
    source_transaction: charge,
    metadata: { step_id: '3' },
    expand: ['balance_transaction', 'destination_payment'],
  });
  expect(transfer).toMatchObject({ transfer_group: 'order_1', source_transaction: charge, reversed: false });
  expect(expanded(transfer.balance_transaction)).toMatchObject({ amount: -1500, status: 'pending' });
  expect((await sdk.transfers.list({ transfer_group: 'order_1' })).data).toHaveLength(1);
  expect(eventTypes()).toContain('transfer.created');
  const theirs = await sdk.balance.retrieve({}, { stripeAccount: destination });
  expect(theirs.pending).toMatchObject([{ amount: 1500, currency: 'usd' }]);
  simulator.advance(2 * DAY);
  const later = await sdk.balance.retrieve({}, { stripeAccount: destination });
  expect(later.available).toMatchObject([{ amount: 1500, currency: 'usd' }]);
});

test('without a charge it needs available money', async () => {
  const { sdk, simulator } = openBench();
  const destination = await payee(sdk, simulator);
  await chargeOf(sdk);
  const transfer = { amount: 1000, currency: 'usd', destination };
  expect(await errorOf(sdk.transfers.create(transfer))).toMatchObject({ code: 'balance_insufficient' });
  simulator.advance(2 * DAY);
  expect((await sdk.transfers.create(transfer)).amount).toBe(1000);
});

test('out of one charge no more is transferred than it brought, in its own currency', async () => {
  const { sdk, simulator } = openBench();
  const destination = await payee(sdk, simulator);
  const transfer = { destination, currency: 'usd', source_transaction: await chargeOf(sdk) };
  await sdk.transfers.create({ ...transfer, amount: 1500 });
  expect(await errorOf(sdk.transfers.create({ ...transfer, amount: 501 }))).toMatchObject({
    code: 'balance_insufficient',
  });
  expect(await errorOf(sdk.transfers.create({ ...transfer, amount: 100, currency: 'eur' }))).toMatchObject({
    statusCode: 400,
    param: 'currency',
  });
  expect((await sdk.transfers.create({ ...transfer, amount: 500 })).amount).toBe(500);
});

test('an account that may not receive yet refuses transfers', async () => {
  const { sdk, simulator } = openBench();
  const { id: destination } = await sdk.accounts.create({ capabilities: { transfers: { requested: true } } });
  const transfer = { amount: 100, currency: 'usd', destination, source_transaction: await chargeOf(sdk) };
  expect(await errorOf(sdk.transfers.create(transfer))).toMatchObject({
    code: 'insufficient_capabilities_for_transfer',
  });
  simulator.controls.finishOnboarding(destination);
  expect((await sdk.transfers.create(transfer)).amount).toBe(100);
});

test('an authorization that was not captured covers no transfer', async () => {
  const { sdk, simulator } = openBench();
  const destination = await payee(sdk, simulator);
  const { latest_charge: held } = await sdk.paymentIntents.create(authorization);
  const transfer = { amount: 100, currency: 'usd', destination, source_transaction: String(held) };
  expect(await errorOf(sdk.transfers.create(transfer))).toMatchObject({ param: 'source_transaction' });
});

test('a refund does not take a transfer back, a reversal does, in parts up to the whole', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const destination = await payee(sdk, simulator);
  const charge = await chargeOf(sdk);
  const { id } = await sdk.transfers.create({
    amount: 1500,
    currency: 'usd',
    destination,
    source_transaction: charge,
  });
  await sdk.refunds.create({ charge });
  expect((await sdk.transfers.retrieve(id)).amount_reversed).toBe(0);
  const reversal = await sdk.transfers.createReversal(id, { amount: 500, metadata: { step_id: '9' } });
  expect(reversal).toMatchObject({ amount: 500, transfer: id, metadata: { step_id: '9' } });
  expect(eventTypes().at(-1)).toBe('transfer.reversed');
  expect(await errorOf(sdk.transfers.createReversal(id, { amount: 1001 }))).toMatchObject({
    param: 'amount',
  });
  await sdk.transfers.createReversal(id);
  expect(await sdk.transfers.retrieve(id)).toMatchObject({
    amount_reversed: 1500,
    reversed: true,
    reversals: { data: [{ amount: 1000 }, { amount: 500 }] },
  });
  expect((await errorOf(sdk.transfers.createReversal(id))).message).toContain('already fully reversed');
  const { pending } = await sdk.balance.retrieve({}, { stripeAccount: destination });
  expect(pending).toMatchObject([{ amount: 0 }]);
});

test('what the payee was paid out already cannot be reversed', async () => {
  const { sdk, simulator, eventTypes } = openBench();
  const destination = await payee(sdk, simulator, 'daily');
  const source = await chargeOf(sdk);
  const { id } = await sdk.transfers.create({
    amount: 1500,
    currency: 'usd',
    destination,
    source_transaction: source,
  });
  simulator.advance(3 * DAY);
  const payouts = await sdk.payouts.list({}, { stripeAccount: destination });
  expect(payouts.data).toMatchObject([{ amount: 1500, automatic: true, status: 'in_transit' }]);
  expect(await errorOf(sdk.transfers.createReversal(id, { amount: 500 }))).toMatchObject({
    code: 'balance_insufficient',
  });
  simulator.advance(2 * DAY);
  expect(eventTypes(destination)).toEqual(['account.updated', 'payout.created', 'payout.paid']);
});

test('a payout that fails is in the balance again', async () => {
  const { sdk, simulator } = openBench();
  const destination = await payee(sdk, simulator, 'daily');
  const source = await chargeOf(sdk);
  await sdk.transfers.create({ amount: 1500, currency: 'usd', destination, source_transaction: source });
  simulator.advance(3 * DAY);
  const [payout] = (await sdk.payouts.list({}, { stripeAccount: destination })).data;
  simulator.controls.failPayout(payout?.id ?? '');
  const failed = await sdk.payouts.retrieve(payout?.id ?? '', {}, { stripeAccount: destination });
  expect(failed).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
  const { available } = await sdk.balance.retrieve({}, { stripeAccount: destination });
  expect(available).toMatchObject([{ amount: 1500 }]);
});

test('the platform pays itself out by hand, and only what is available', async () => {
  const { sdk, simulator } = openBench();
  await chargeOf(sdk);
  const payout = { amount: 1912, currency: 'usd' };
  expect(await errorOf(sdk.payouts.create(payout))).toMatchObject({ code: 'balance_insufficient' });
  simulator.advance(2 * DAY);
  expect((await sdk.payouts.create(payout)).status).toBe('in_transit');
  expect((await sdk.balance.retrieve()).available).toMatchObject([{ amount: 0 }]);
});
