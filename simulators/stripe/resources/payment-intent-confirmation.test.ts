import { describe, expect, test } from 'vitest';
import { authorization, errorOf, expanded, openBench } from '../bench.ts';

test.each([
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
])('%s is refused with 402, and the intent asks for another method', async (method, code, declineCode) => {
  const { sdk, eventTypes } = openBench();
  const error = await errorOf(sdk.paymentIntents.create({ ...authorization, payment_method: method }));
  expect(error).toMatchObject({ statusCode: 402, rawType: 'card_error', code, decline_code: declineCode });
  expect(error.message).not.toBe('');
  const intent = await sdk.paymentIntents.retrieve(error.payment_intent?.id ?? '', {
    expand: ['latest_charge'],
  });
  expect(intent).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: { code, type: 'card_error', payment_method: { type: 'card' } },
  });
  expect(expanded(intent.latest_charge)).toMatchObject({ status: 'failed', failure_code: code, paid: false });
  expect(eventTypes()).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
});

test('after a refusal the same intent can be paid with another card', async () => {
  const { sdk } = openBench();
  const declined = { ...authorization, payment_method: 'pm_card_chargeDeclined' };
  const { payment_intent: refused } = await errorOf(sdk.paymentIntents.create(declined));
  const intent = await sdk.paymentIntents.confirm(refused?.id ?? '', { payment_method: 'pm_card_visa' });
  expect(intent).toMatchObject({ status: 'requires_capture', last_payment_error: null });
});

test('an intent is confirmed in two steps, too', async () => {
  const { sdk } = openBench();
  const { confirm: _, ...unconfirmed } = authorization;
  const intent = await sdk.paymentIntents.create(unconfirmed);
  expect(intent.status).toBe('requires_confirmation');
  expect((await sdk.paymentIntents.confirm(intent.id)).status).toBe('requires_capture');
  expect(await errorOf(sdk.paymentIntents.confirm(intent.id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('a confirmation without a method, or where one could redirect without a return_url, is refused', async () => {
  const { sdk } = openBench();
  const bare = await sdk.paymentIntents.create({ amount: 500, currency: 'usd' });
  expect(await errorOf(sdk.paymentIntents.confirm(bare.id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  const error = await errorOf(sdk.paymentIntents.confirm(bare.id, { payment_method: 'pm_card_visa' }));
  expect(error.message).toContain('return_url');
});

describe('3-D Secure', () => {
  const asking = { ...authorization, payment_method: 'pm_card_authenticationRequired' };

  test('waits for the owner, then goes on by itself', async () => {
    const { sdk, simulator, eventTypes } = openBench();
    const waiting = await sdk.paymentIntents.create({ ...asking, return_url: 'https://app.example/back' });
    expect(waiting).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: { return_url: 'https://app.example/back', url: expect.stringContaining(waiting.id) },
      },
    });
    simulator.controls.authenticate(waiting.id, true);
    expect(await sdk.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_capture',
      next_action: null,
    });
    expect(eventTypes()).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
    ]);
  });

  test('failed, it leaves the intent asking for another method, and no charge', async () => {
    const { sdk, simulator } = openBench();
    const waiting = await sdk.paymentIntents.create(asking);
    expect(waiting.next_action?.type).toBe('use_stripe_sdk');
    simulator.controls.authenticate(waiting.id, false);
    expect(await sdk.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      latest_charge: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  test('passed, the bank may still refuse', async () => {
    const { sdk, simulator, eventTypes } = openBench();
    const method = 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds';
    const waiting = await sdk.paymentIntents.create({ ...authorization, payment_method: method });
    simulator.controls.authenticate(waiting.id, true);
    expect(await sdk.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    });
    expect(eventTypes().slice(-2)).toEqual(['charge.failed', 'payment_intent.payment_failed']);
  });

  test('cancelled while the owner is asked, it ends; the answer comes too late', async () => {
    const { sdk, simulator } = openBench();
    const waiting = await sdk.paymentIntents.create(asking);
    await sdk.paymentIntents.cancel(waiting.id);
    expect(() => simulator.controls.authenticate(waiting.id, true)).toThrow('canceled');
  });

  test('without the owner it is a decline', async () => {
    const { sdk } = openBench();
    const error = await errorOf(sdk.paymentIntents.create({ ...asking, off_session: true }));
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
    });
    expect(error.payment_intent?.status).toBe('requires_payment_method');
  });

  test('a card set up with its owner is charged without asking again, where its bank allows that', async () => {
    const { sdk, simulator } = openBench();
    const customer = (await sdk.customers.create({})).id;
    const { id: unasked } = await sdk.paymentMethods.attach('pm_card_authenticationRequiredOnSetup', {
      customer,
    });
    const away = { ...authorization, customer, payment_method: unasked, off_session: true };
    expect((await errorOf(sdk.paymentIntents.create(away))).code).toBe('authentication_required');
    const first = await sdk.paymentIntents.create({
      ...authorization,
      customer,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      setup_future_usage: 'off_session',
    });
    expect(first.status).toBe('requires_action');
    simulator.controls.authenticate(first.id, true);
    const { payment_method: saved } = await sdk.paymentIntents.retrieve(first.id);
    const later = { ...authorization, customer, payment_method: String(saved) };
    expect((await sdk.paymentIntents.create({ ...later, off_session: true })).status).toBe(
      'requires_capture',
    );
    expect((await sdk.paymentIntents.create(later)).status).toBe('requires_action');
  });

  test('a card that was set up elsewhere is charged without its owner, and asks in their presence', async () => {
    const { sdk } = openBench();
    const method = { ...authorization, payment_method: 'pm_card_authenticationRequiredSetupForOffSession' };
    expect((await sdk.paymentIntents.create({ ...method, off_session: true })).status).toBe(
      'requires_capture',
    );
    expect((await sdk.paymentIntents.create(method)).status).toBe('requires_action');
  });
});
