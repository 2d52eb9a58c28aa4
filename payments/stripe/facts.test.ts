import type Stripe from 'stripe';
import { expect, test, vi } from 'vitest';
import { expanded, openBench, startOfTest } from '#simulators/stripe/bench.ts';
import { chargebackFact, EXPANDED_CHARGE, intentFact } from './facts.ts';
import { openScene } from './scene.ts';

const now = new Date(startOfTest * 1000);

/** 2500 kr. that were taken, and what is said in the log. */
async function open() {
  const bench = openBench();
  const scene = await openScene(bench.sdk, now);
  const taken = await scene.captured({ amount: 2_500n, currency: 'ISK' });
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  return { ...bench, ...taken, logged: () => log.mock.calls.splice(0).map(([line]) => JSON.parse(line)) };
}

/** The simulator takes whole krónur; Stripe itself may take half a one more. */
function withHalf(transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...transaction, fee: transaction.fee + 50, net: transaction.net - 50 };
}

test('a fee with a part of a króna is left out and said; what was captured is captured', async () => {
  const { sdk, paymentIntentId, logged } = await open();
  const intent = await sdk.paymentIntents.retrieve(paymentIntentId, { expand: EXPANDED_CHARGE });
  const charge = expanded(intent.latest_charge);
  const transaction = expanded(charge.balance_transaction);
  const whole = intentFact(intent);
  expect(whole.charge?.fee?.amount).toBe(BigInt(transaction.fee) / 100n);
  expect(logged()).toEqual([]);

  const half = withHalf(transaction);
  const latest_charge = { ...charge, balance_transaction: half };
  expect(intentFact({ ...intent, latest_charge })).toEqual({
    ...whole,
    charge: { ...whole.charge, fee: null },
  });
  const { id: balanceTransactionId, fee, currency } = half;
  expect(logged()).toEqual([
    { level: 'error', event: 'stripe_fee_unreadable', balanceTransactionId, fee, currency },
  ]);
});

test('so is that of a chargeback, which freezes the money all the same', async () => {
  const { sdk, chargeId, simulator, logged } = await open();
  const { id } = simulator.controls.openDispute({ charge: chargeId, reason: 'fraudulent', inquiry: false });
  const dispute = await sdk.disputes.retrieve(id);
  const balance_transactions = dispute.balance_transactions.map(withHalf);
  expect(chargebackFact({ ...dispute, balance_transactions })).toMatchObject({
    state: 'open',
    movements: [{ amount: -2_500n, fee: 0n }],
  });
  expect(logged()).toMatchObject([{ event: 'stripe_fee_unreadable' }]);
});
