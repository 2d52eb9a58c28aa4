import { describe, expect, test } from 'vitest';
import { openBench, startOfTest } from '#simulators/stripe/bench.ts';
import { createAccount } from './accounts.ts';
import { madeBy, openScene } from './scene.ts';

const now = new Date(startOfTest * 1000);

async function open() {
  const bench = openBench();
  const scene = await openScene(bench.sdk, now);
  /** A payee who can be paid. */
  async function payee(): Promise<string> {
    const account = await createAccount(bench.sdk, { environment: 'test', userId: 'user-2' });
    bench.simulator.controls.finishOnboarding(account);
    return account;
  }
  return { ...bench, ...scene, payee };
}

const metadata = { payment_id: 'payment-1', order_id: 'order-1' };

describe('authorize', () => {
  test('holds money on the card of a payer who is there, and lets it be charged again later', async () => {
    const { authorize, call, sdk } = await open();
    const step = authorize();
    const fact = madeBy(await call(step));
    expect(fact).toMatchObject({
      kind: 'intent',
      stepId: step.id,
      status: 'authorized',
      amount: 20_00n,
      amountCaptured: 0n,
      error: null,
      charge: { captureBefore: new Date((startOfTest + 7 * 24 * 60 * 60) * 1000), fee: null },
      clientSecret: null,
    });
    expect(await sdk.paymentIntents.retrieve(fact.id)).toMatchObject({
      capture_method: 'manual',
      setup_future_usage: 'off_session',
      transfer_group: 'payment-1',
      metadata: { ...metadata, step_id: step.id },
    });
  });

  test('without the payer the hold is shorter, and nothing is set up', async () => {
    const { authorize, call, sdk } = await open();
    const fact = madeBy(await call(authorize({ offSession: true })));
    expect(fact).toMatchObject({
      charge: { captureBefore: new Date((startOfTest + (4 * 24 + 18) * 60 * 60) * 1000) },
    });
    expect((await sdk.paymentIntents.retrieve(fact.id)).setup_future_usage).toBeNull();
  });

  test('a declined card is refused with the decline code, and the intent rides along', async () => {
    const { authorize, call, find } = await open();
    const step = authorize({ paymentMethodId: 'pm_card_visa_chargeDeclinedInsufficientFunds' });
    const expected = {
      kind: 'refused',
      error: { code: 'card_declined', declineCode: 'insufficient_funds' },
      fact: {
        kind: 'intent',
        stepId: step.id,
        status: 'awaits_method',
        error: { code: 'card_declined', declineCode: 'insufficient_funds' },
        charge: null,
        clientSecret: null,
      },
    };
    expect(await call(step)).toMatchObject(expected);
    expect(await find(step)).toMatchObject(expected);
  });

  test('a decline without a decline code has none', async () => {
    const { authorize, call } = await open();
    expect(await call(authorize({ paymentMethodId: 'pm_card_chargeDeclinedExpiredCard' }))).toMatchObject({
      kind: 'refused',
      error: { code: 'expired_card', declineCode: null },
    });
  });

  test('a bank that asks the payer gets its answer by the secret; without the payer it refuses', async () => {
    const { authorize, call, gateway, simulator } = await open();
    const paymentMethodId = 'pm_card_authenticationRequired';
    const waiting = madeBy(await call(authorize({ paymentMethodId })));
    expect(waiting).toMatchObject({ status: 'awaits_payer', error: null, charge: null });
    expect(waiting).toHaveProperty('clientSecret', expect.stringMatching(/^pi_.*_secret_/));

    simulator.controls.authenticate(waiting.id, true);
    expect(await gateway.readIntent(waiting.id)).toMatchObject({ status: 'authorized', clientSecret: null });

    expect(await call(authorize({ paymentMethodId, offSession: true }))).toMatchObject({
      kind: 'refused',
      error: { code: 'authentication_required', declineCode: 'authentication_required' },
    });
  });

  test('a payer who fails to answer the bank has an intent without a card', async () => {
    const { authorize, call, find, gateway, simulator } = await open();
    const step = authorize({ paymentMethodId: 'pm_card_authenticationRequired' });
    const { id } = madeBy(await call(step));
    simulator.controls.authenticate(id, false);
    const error = { code: 'payment_intent_authentication_failure', declineCode: null };
    expect(await gateway.readIntent(id)).toMatchObject({ status: 'awaits_method', error });
    expect(await find(step)).toMatchObject({ kind: 'refused', error });
  });

  test('what Stripe will not have is refused', async () => {
    const { authorize, call } = await open();
    expect(await call(authorize({ amount: 49n }))).toMatchObject({
      kind: 'refused',
      error: { code: 'amount_too_small', declineCode: null },
      fact: null,
    });
    expect(await call(authorize({ paymentMethodId: 'pm_unknown' }))).toMatchObject({
      error: { code: 'resource_missing' },
    });
  });

  test('the same generation again is the same intent, another one is another', async () => {
    const { authorize, call, simulator } = await open();
    const step = authorize();
    const first = madeBy(await call(step));
    expect(madeBy(await call(step))).toEqual(first);
    expect(simulator.world.state.paymentIntents.size).toBe(1);
    expect(madeBy(await call({ ...step, generation: 1 })).id).not.toBe(first.id);
  });

  test('a key that was used for something else has to be looked after', async () => {
    const { authorize, call } = await open();
    const step = authorize();
    await call(step);
    const other = { ...step, params: { ...step.params, amount: 21_00n } };
    expect(await call(other)).toEqual({ kind: 'unclear', answered: true });
  });

  test('a key that Stripe does not take leaves everything as it was', async () => {
    const { authorize } = await open();
    const { sdk, simulator } = openBench();
    const scene = await openScene(sdk, now);
    simulator.handle = async () => ({
      status: 401,
      headers: {},
      body: JSON.stringify({ error: { type: 'invalid_request_error', message: 'Invalid API Key' } }),
    });
    expect(await scene.call(authorize())).toEqual({ kind: 'deferred' });
    expect(await scene.find(authorize())).toEqual({ kind: 'deferred' });
  });
});

describe('setup', () => {
  test('saves the card for payments without the payer', async () => {
    const { setup, call, sdk, customerId, authorize } = await open();
    const step = setup('pm_card_authenticationRequiredOnSetup');
    const waiting = madeBy(await call(step));
    expect(waiting).toMatchObject({ kind: 'setup', status: 'awaits_payer', stepId: step.id });

    const saved = madeBy(await call(setup()));
    expect(saved).toMatchObject({ kind: 'setup', status: 'saved', error: null, clientSecret: null });
    expect((await sdk.setupIntents.retrieve(saved.id)).metadata).toMatchObject(metadata);
    const [card] = (await sdk.customers.listPaymentMethods(customerId)).data;
    const later = await call(authorize({ paymentMethodId: card?.id ?? '', offSession: true }));
    expect(madeBy(later)).toMatchObject({ status: 'authorized' });
  });

  test('a declined card is refused, and the intent rides along', async () => {
    const { setup, call, find } = await open();
    const step = setup('pm_card_visa_chargeDeclined');
    const expected = {
      kind: 'refused',
      error: { code: 'card_declined', declineCode: 'generic_decline' },
      fact: { kind: 'setup', status: 'awaits_method', stepId: step.id },
    };
    expect(await call(step)).toMatchObject(expected);
    expect(await find(step)).toMatchObject(expected);
  });
});

describe('capture', () => {
  test('takes all, and knows the fee', async () => {
    const { capture, call, authorized } = await open();
    const paymentIntentId = await authorized();
    const fact = madeBy(await call(capture(paymentIntentId)));
    expect(fact).toMatchObject({ status: 'captured', amount: 20_00n, amountCaptured: 20_00n });
    expect(fact).toHaveProperty('charge', {
      id: expect.stringMatching(/^ch_/),
      captureBefore: null,
      fee: { balanceTransactionId: expect.stringMatching(/^txn_/), amount: 88n },
    });
  });

  test('takes a part, and the rest that goes back moves nothing', async () => {
    const { capture, call, authorized, gateway } = await open();
    const paymentIntentId = await authorized();
    const step = capture(paymentIntentId, { amount: 8_00n });
    expect(madeBy(await call(step))).toMatchObject({ amountCaptured: 8_00n });
    const [, rest] = await gateway.readCapture(paymentIntentId);
    expect(rest).toMatchObject({
      stepId: null,
      paymentIntentId,
      amount: 12_00n,
      status: 'hold',
      moved: false,
    });
  });

  test('of what was captured before is done', async () => {
    const { capture, call, authorized } = await open();
    const paymentIntentId = await authorized();
    await call(capture(paymentIntentId));
    expect(await call(capture(paymentIntentId))).toMatchObject({
      kind: 'succeeded',
      fact: { status: 'captured', amountCaptured: 20_00n, charge: { fee: { amount: 88n } } },
    });
  });

  test('of a hold that has lapsed is refused, and the intent says why', async () => {
    const { capture, call, find, authorized, simulator } = await open();
    const step = capture(await authorized());
    simulator.advance(8 * 24 * 60 * 60);
    const expected = {
      kind: 'refused',
      error: { code: 'payment_intent_unexpected_state' },
      fact: { status: 'cancelled' },
    };
    expect(await call(step)).toMatchObject(expected);
    expect(await find(step)).toMatchObject(expected);
  });

  test('of more than is held is refused', async () => {
    const { capture, call, authorized } = await open();
    expect(await call(capture(await authorized(), { amount: 20_01n }))).toMatchObject({
      kind: 'refused',
      error: { code: 'amount_too_large' },
    });
  });

  test('that cannot be looked after is not clear', async () => {
    const { capture, call, authorized, simulator } = await open();
    const paymentIntentId = await authorized();
    await call(capture(paymentIntentId));
    simulator.controls.addFault({ kind: 'fail_before', method: 'GET', times: 1 });
    expect(await call(capture(paymentIntentId))).toEqual({ kind: 'unclear', answered: true });
  });
});

describe('void', () => {
  test('gives a hold back, once; again it is done', async () => {
    const { voiding, call, authorized } = await open();
    const id = await authorized();
    for (let times = 0; times < 2; times += 1) {
      expect(madeBy(await call(voiding(id)))).toMatchObject({ kind: 'intent', id, status: 'cancelled' });
    }
  });

  test('of what was captured is refused, with what was captured', async () => {
    const { voiding, call, find, captured } = await open();
    const { paymentIntentId } = await captured();
    const step = voiding(paymentIntentId);
    const expected = {
      kind: 'refused',
      error: { code: 'payment_intent_unexpected_state' },
      fact: { status: 'captured', amountCaptured: 20_00n, charge: { fee: { amount: 88n } } },
    };
    expect(await call(step)).toMatchObject(expected);
    expect(await find(step)).toMatchObject(expected);
  });

  test('of a setup gives it up; of a saved card it is refused', async () => {
    const { voiding, setup, call, find } = await open();
    const waiting = madeBy(await call(setup('pm_card_authenticationRequired')));
    const step = voiding(waiting.id, 'setup');
    expect(await find(step)).toEqual({ kind: 'absent' });
    expect(madeBy(await call(step))).toMatchObject({ kind: 'setup', status: 'cancelled' });
    expect(madeBy(await call(voiding(waiting.id, 'setup')))).toMatchObject({ status: 'cancelled' });

    const saved = madeBy(await call(setup()));
    expect(await call(voiding(saved.id, 'setup'))).toMatchObject({
      kind: 'refused',
      error: { code: 'setup_intent_unexpected_state' },
      fact: { kind: 'setup', status: 'saved' },
    });
  });
});

describe('refund', () => {
  test('gives a part back, out of the balance', async () => {
    const { refund, call, captured } = await open();
    const { paymentIntentId } = await captured();
    const step = refund(paymentIntentId);
    expect(madeBy(await call(step))).toEqual({
      kind: 'refund',
      id: expect.stringMatching(/^re_/),
      stepId: step.id,
      paymentIntentId,
      amount: 5_00n,
      status: 'made',
      moved: true,
    });
  });

  test('of more than there is, or while the bank disputes it, is refused', async () => {
    const { refund, call, captured, simulator } = await open();
    const { paymentIntentId, chargeId } = await captured();
    expect(await call(refund(paymentIntentId, { amount: 20_01n }))).toMatchObject({ kind: 'refused' });
    simulator.controls.openDispute({ charge: chargeId, reason: 'fraudulent', inquiry: false });
    expect(await call(refund(paymentIntentId))).toMatchObject({
      kind: 'refused',
      error: { code: 'charge_disputed' },
    });
  });

  test('that the bank sends back has failed', async () => {
    const { refund, call, captured, simulator, gateway } = await open();
    const { paymentIntentId } = await captured();
    const { id } = madeBy(await call(refund(paymentIntentId)));
    simulator.controls.endRefund(id, 'failed');
    const [, refunded] = await gateway.readCapture(paymentIntentId);
    expect(refunded).toMatchObject({ id, status: 'failed', moved: true });
  });
});

describe('transfer', () => {
  test('sends what a charge brought to the payee, before it is available', async () => {
    const { transfer, call, captured, payee, sdk } = await open();
    const { chargeId } = await captured();
    const accountId = await payee();
    const step = transfer(chargeId, accountId);
    const fact = madeBy(await call(step));
    expect(fact).toEqual({
      kind: 'transfer',
      id: expect.stringMatching(/^tr_/),
      stepId: step.id,
      amount: 15_00n,
      accountId,
    });
    expect(await sdk.transfers.retrieve(fact.id)).toMatchObject({
      source_transaction: chargeId,
      transfer_group: 'payment-1',
      metadata,
    });
  });

  test('to an account that cannot take it yet is refused; without an account it is a fault', async () => {
    const { transfer, call, captured, sdk } = await open();
    const { chargeId } = await captured();
    const accountId = await createAccount(sdk, { environment: 'test', userId: 'user-2' });
    expect(await call(transfer(chargeId, accountId))).toMatchObject({
      kind: 'refused',
      error: { code: 'insufficient_capabilities_for_transfer' },
    });
    await expect(call(transfer(chargeId, null))).rejects.toThrow('no account');
  });
});

describe('reversal', () => {
  test('takes a part back', async () => {
    const { transfer, reversal, call, captured, payee } = await open();
    const { chargeId } = await captured();
    const accountId = await payee();
    const { id: transferId } = madeBy(await call(transfer(chargeId, accountId)));
    const step = reversal(transferId, accountId);
    expect(madeBy(await call(step))).toEqual({
      kind: 'reversal',
      id: expect.stringMatching(/^trr_/),
      stepId: step.id,
      transferId,
      amount: 4_00n,
    });
  });

  test('without cover is refused, and says how much there is', async () => {
    const { transfer, reversal, call, captured, payee, sdk, simulator } = await open();
    const { chargeId } = await captured({ paymentMethodId: 'pm_card_bypassPending' });
    const accountId = await payee();
    const { id: transferId } = madeBy(await call(transfer(chargeId, accountId)));
    await sdk.payouts.create({ amount: 12_00, currency: 'usd' }, { stripeAccount: accountId });
    const refused = await call(reversal(transferId, accountId));
    expect(refused).toMatchObject({
      kind: 'refused',
      error: { code: 'balance_insufficient', available: 3_00n },
    });
    expect(madeBy(await call(reversal(transferId, accountId, { amount: 3_00n })))).toMatchObject({
      amount: 3_00n,
    });

    // What is there is paid out within the day.
    simulator.advance(24 * 60 * 60);
    expect(await call(reversal(transferId, accountId))).toMatchObject({ error: { available: 0n } });
  });

  test('without cover, and without a word on how much there is, is not clear', async () => {
    const { transfer, reversal, call, captured, payee, sdk, simulator } = await open();
    const { chargeId } = await captured({ paymentMethodId: 'pm_card_bypassPending' });
    const accountId = await payee();
    const { id: transferId } = madeBy(await call(transfer(chargeId, accountId)));
    await sdk.payouts.create({ amount: 15_00, currency: 'usd' }, { stripeAccount: accountId });
    const step = reversal(transferId, accountId);
    const faulty = async (kind: 'time_out_before' | 'rate_limited') => {
      simulator.controls.addFault({ kind, path: '^/v1/balance$', times: 1 });
      return call(step);
    };
    expect(await faulty('time_out_before')).toEqual({ kind: 'unclear', answered: true });
    expect(await faulty('rate_limited')).toEqual({ kind: 'deferred' });
    expect(await call(step)).toMatchObject({ kind: 'refused', error: { available: 0n } });
  });
});

describe.each([
  { currency: 'ISK', amount: 2_500n, onWire: 250_000, part: 1_000n },
  { currency: 'KWD', amount: 12_340n, onWire: 12_340, part: 5_000n },
  { currency: 'JPY', amount: 3_000n, onWire: 3_000, part: 1_000n },
])('$currency', ({ currency, amount, onWire, part }) => {
  test('goes all the way and back', async () => {
    const scene = await open();
    const { call, sdk } = scene;
    const { paymentIntentId, chargeId } = await scene.captured({ amount, currency });
    expect((await sdk.paymentIntents.retrieve(paymentIntentId)).amount).toBe(onWire);
    const seen = await scene.gateway.readIntent(paymentIntentId);
    expect(seen).toMatchObject({ amount, amountCaptured: amount });
    expect(seen.charge?.fee?.amount).toBeGreaterThan(0n);

    const refund = scene.refund(paymentIntentId, { amount: part, currency });
    expect(madeBy(await call(refund))).toMatchObject({ amount: part });
    const accountId = await scene.payee();
    const transfer = scene.transfer(chargeId, accountId, { amount: part, currency });
    const sent = madeBy(await call(transfer));
    expect(sent).toMatchObject({ amount: part });
    const reversal = scene.reversal(sent.id, accountId, { amount: part, currency });
    expect(madeBy(await call(reversal))).toMatchObject({ amount: part });
  });
});
