import { expect, test } from 'vitest';
import { newMoney } from '#domain/payments/attempts.ts';
import type { Payment, PaymentAttempt } from '#domain/payments/payment.ts';
import { openBench, startOfTest } from '#simulators/stripe/bench.ts';
import { chargebackFact } from './facts.ts';
import { StripeRefusal, StripeUnavailable } from './failures.ts';
import { madeBy, openScene } from './scene.ts';

const now = new Date(startOfTest * 1000);

async function open() {
  const bench = openBench();
  const scene = await openScene(bench.sdk, now);
  const { customerId } = scene;
  const { payment } = newMoney(
    {
      id: 'payment-1',
      subjectType: 'order',
      subjectId: 'order-1',
      payerId: 'user-1',
      currency: 'USD',
      amount: 20_00n,
      card: { customerId, paymentMethodId: 'pm_card_visa' },
    },
    now,
  );
  const picture = (changes: Partial<Payment>, attempts: PaymentAttempt[] = []) =>
    scene.gateway.picture({ ...payment, ...changes }, attempts);
  const readChargeback = async (id: string) => chargebackFact(await bench.sdk.disputes.retrieve(id));
  return { ...bench, ...scene, picture, readChargeback };
}

function attempt(intentId: string | null, changes: Partial<PaymentAttempt> = {}): PaymentAttempt {
  return {
    id: 'payment-1-a1',
    paymentId: 'payment-1',
    position: 1,
    purpose: 'accept',
    method: 'authorization',
    applicationId: null,
    amount: 20_00n,
    currency: 'USD',
    paymentMethodId: 'pm_card_visa',
    state: 'open',
    intentId,
    awaitsPayer: false,
    failure: null,
    openUntil: null,
    createdAt: now,
    updatedAt: now,
    ...changes,
  };
}

test('the picture of a payment has its intents, then refunds, then what the bank did', async () => {
  const { setup, voiding, call, authorized, captured, refund, picture, simulator } = await open();
  const { paymentIntentId, chargeId } = await captured();
  const waiting = madeBy(await call(setup('pm_card_authenticationRequired')));
  const superseded = await authorized();
  await call(voiding(superseded));
  const first = madeBy(await call(refund(paymentIntentId)));
  const second = madeBy(await call(refund(paymentIntentId, { amount: 1_00n })));
  const dispute = simulator.controls.openDispute({
    charge: chargeId,
    reason: 'fraudulent',
    inquiry: false,
  });

  const facts = await picture({ paymentIntentId }, [
    attempt(waiting.id, { method: 'setup', state: 'failed' }),
    attempt(null, { state: 'failed' }),
    attempt(superseded, { state: 'closed' }),
    attempt(paymentIntentId, { state: 'authorized' }),
  ]);
  expect(facts.map(({ kind, id }) => [kind, id])).toEqual([
    ['setup', waiting.id],
    ['intent', superseded],
    ['intent', paymentIntentId],
    ['refund', first.id],
    ['refund', second.id],
    ['chargeback', dispute.id],
  ]);
  expect(facts[1]).toMatchObject({ status: 'cancelled' });
  expect(facts[2]).toMatchObject({ status: 'captured', charge: { id: chargeId, fee: { amount: 88n } } });
});

test('a card that is saved is not asked for again, and a payment without an intent needs no Stripe', async () => {
  const { setup, call, picture, simulator } = await open();
  const saved = madeBy(await call(setup()));
  simulator.controls.addFault({ kind: 'fail_before', times: 1 });
  expect(await picture({}, [attempt(saved.id, { method: 'setup', state: 'saved' })])).toEqual([]);
});

test('the rest of a hold that was captured in part is in the picture, and moved nothing', async () => {
  const { authorized, call, capture, picture } = await open();
  const paymentIntentId = await authorized();
  await call(capture(paymentIntentId, { amount: 8_00n }));
  expect(await picture({ paymentIntentId })).toMatchObject([
    { kind: 'intent', amount: 20_00n, amountCaptured: 8_00n },
    { kind: 'refund', amount: 12_00n, moved: false, stepId: null },
  ]);
});

test('a picture with a hole in it is none', async () => {
  const { captured, picture, simulator } = await open();
  const { paymentIntentId } = await captured();
  for (const path of ['payment_intents', 'refunds', 'disputes']) {
    simulator.controls.addFault({ kind: 'time_out_before', path: `^/v1/${path}`, times: 1 });
    await expect(picture({ paymentIntentId })).rejects.toThrow(StripeUnavailable);
  }
  expect(await picture({ paymentIntentId })).toHaveLength(1);
});

test('a chargeback takes money and a fee; won, the money comes back', async () => {
  const { captured, simulator, readChargeback } = await open();
  const { chargeId, paymentIntentId } = await captured();
  const { controls } = simulator;
  const { id } = controls.openDispute({ charge: chargeId, reason: 'fraudulent', inquiry: false });
  const open_ = await readChargeback(id);
  expect(open_).toMatchObject({
    kind: 'chargeback',
    id,
    chargeId,
    paymentIntentId,
    amount: 20_00n,
    state: 'open',
    movements: [{ amount: -20_00n, fee: 15_00n }],
  });
  controls.decideDispute(id, 'won');
  expect(await readChargeback(id)).toMatchObject({
    state: 'won',
    movements: [...open_.movements, { amount: 20_00n, fee: 0n }],
  });
});

test('a chargeback that is lost has moved no more than when it began', async () => {
  const { captured, simulator, readChargeback } = await open();
  const { chargeId } = await captured();
  const { controls } = simulator;
  const { id } = controls.openDispute({ charge: chargeId, reason: 'fraudulent', inquiry: false });
  controls.decideDispute(id, 'lost');
  expect(await readChargeback(id)).toMatchObject({
    state: 'lost',
    movements: [{ amount: -20_00n }],
  });
});

test('an inquiry moves nothing, also when it is closed; escalated, it is a chargeback', async () => {
  const { captured, simulator, readChargeback } = await open();
  const { controls } = simulator;
  const inquire = async () =>
    controls.openDispute({ charge: (await captured()).chargeId, reason: 'general', inquiry: true });
  const closed = await inquire();
  expect(await readChargeback(closed.id)).toMatchObject({ state: 'inquiry', movements: [] });
  controls.decideDispute(closed.id, 'won');
  expect(await readChargeback(closed.id)).toMatchObject({ state: 'closed', movements: [] });

  const escalated = await inquire();
  controls.escalateDispute(escalated.id);
  expect(await readChargeback(escalated.id)).toMatchObject({
    state: 'open',
    movements: [{ amount: -20_00n }],
  });
});

test('a refund that is on its way has left already', async () => {
  const { captured, refund, call } = await open();
  const { paymentIntentId } = await captured({ paymentMethodId: 'pm_card_pendingRefund' });
  expect(madeBy(await call(refund(paymentIntentId)))).toMatchObject({ status: 'made', moved: true });
});

test('what does not exist is refused by name, what cannot be asked may be asked again', async () => {
  const { gateway, simulator } = await open();
  const reads = [
    gateway.readIntent('pi_none'),
    gateway.readSetup('seti_none'),
    gateway.readCapture('pi_none'),
  ];
  for (const read of reads) await expect(read).rejects.toMatchObject({ code: 'resource_missing' });
  await expect(gateway.readIntent('pi_none')).rejects.toThrow(StripeRefusal);
  for (const kind of ['rate_limited', 'fail_before', 'time_out_before'] as const) {
    simulator.controls.addFault({ kind, times: 1 });
    await expect(gateway.readIntent('pi_none')).rejects.toMatchObject({
      name: 'StripeUnavailable',
      retryable: true,
    });
  }
});
