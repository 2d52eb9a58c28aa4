import { expect, test } from 'vitest';
import { authorization, errorOf, openBench } from '../bench.ts';

const setup = {
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const;

test('a card is saved for a payment days later, without its owner', async () => {
  const { sdk, eventTypes } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const intent = await sdk.setupIntents.create({ ...setup, customer, payment_method: 'pm_card_visa' });
  expect(intent.status).toBe('succeeded');
  expect(eventTypes()).toEqual([
    'customer.created',
    'setup_intent.created',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
  const payment = await sdk.paymentIntents.create({
    ...authorization,
    customer,
    off_session: true,
    payment_method: String(intent.payment_method),
  });
  expect(payment.status).toBe('requires_capture');
});

test('3-D Secure at setup spares the owner later', async () => {
  const { sdk, simulator } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const method = 'pm_card_authenticationRequiredOnSetup';
  const waiting = await sdk.setupIntents.create({ ...setup, customer, payment_method: method });
  expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
  simulator.controls.authenticate(waiting.id, true);
  const intent = await sdk.setupIntents.retrieve(waiting.id);
  expect(intent.status).toBe('succeeded');
  const payment = await sdk.paymentIntents.create({
    ...authorization,
    customer,
    off_session: true,
    payment_method: String(intent.payment_method),
  });
  expect(payment.status).toBe('requires_capture');
});

test('3-D Secure refused at setup saves nothing', async () => {
  const { sdk, simulator } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const method = 'pm_card_authenticationRequired';
  const waiting = await sdk.setupIntents.create({ ...setup, customer, payment_method: method });
  simulator.controls.authenticate(waiting.id, false);
  expect(await sdk.setupIntents.retrieve(waiting.id)).toMatchObject({
    status: 'requires_payment_method',
    last_setup_error: { code: 'setup_intent_authentication_failure' },
  });
  expect((await sdk.paymentMethods.list({ customer })).data).toEqual([]);
});

test('a card that the bank declines is not saved', async () => {
  const { sdk, eventTypes } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const method = 'pm_card_visa_chargeDeclined';
  const error = await errorOf(sdk.setupIntents.create({ ...setup, customer, payment_method: method }));
  expect(error).toMatchObject({ statusCode: 402, decline_code: 'generic_decline' });
  expect(error.setup_intent?.status).toBe('requires_payment_method');
  expect(eventTypes().at(-1)).toBe('setup_intent.setup_failed');
});

test('a setup is confirmed later, listed by customer, or cancelled', async () => {
  const { sdk } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const open = await sdk.setupIntents.create({ customer, allowed_payment_method_types: ['card'] });
  expect(open.status).toBe('requires_payment_method');
  const done = await sdk.setupIntents.confirm(open.id, { payment_method: 'pm_card_visa' });
  expect(done.status).toBe('succeeded');
  expect(await errorOf(sdk.setupIntents.cancel(open.id))).toMatchObject({
    code: 'setup_intent_unexpected_state',
  });
  const other = await sdk.setupIntents.create({ customer });
  expect((await sdk.setupIntents.cancel(other.id)).status).toBe('canceled');
  expect((await sdk.setupIntents.list({ customer })).data.map(({ id }) => id)).toEqual([other.id, open.id]);
});
