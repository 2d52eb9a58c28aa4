import { expect, test } from 'vitest';
import { authorization, errorOf, openBench } from '../bench.ts';

test('a payment with a customer saves the card when it is for later', async () => {
  const { sdk, eventTypes } = openBench();
  const customer = (await sdk.customers.create({ email: 'payer@example.com' })).id;
  const intent = await sdk.paymentIntents.create({
    ...authorization,
    customer,
    setup_future_usage: 'off_session',
  });
  const saved = await sdk.paymentMethods.list({ customer, type: 'card' });
  expect(saved.data.map(({ id }) => id)).toEqual([intent.payment_method]);
  expect(eventTypes()).toContain('payment_method.attached');
  expect((await sdk.customers.listPaymentMethods(customer)).data).toHaveLength(1);
});

test('a card used without being saved may not be used again', async () => {
  const { sdk } = openBench();
  const { payment_method: used } = await sdk.paymentIntents.create(authorization);
  const again = sdk.paymentIntents.create({ ...authorization, payment_method: String(used) });
  expect((await errorOf(again)).message).toContain('may not be used again');
});

test("another customer's card is refused, and so is a saved one without its customer", async () => {
  const { sdk } = openBench();
  const [mine, other] = await Promise.all([sdk.customers.create({}), sdk.customers.create({})]);
  const method = await sdk.paymentMethods.attach('pm_card_visa', { customer: mine.id });
  const payment = { ...authorization, payment_method: method.id };
  expect(await errorOf(sdk.paymentIntents.create({ ...payment, customer: other.id }))).toMatchObject({
    statusCode: 400,
    param: 'payment_method',
  });
  expect(await errorOf(sdk.paymentIntents.create(payment))).toMatchObject({ param: 'payment_method' });
  expect((await sdk.paymentIntents.create({ ...payment, customer: mine.id })).status).toBe(
    'requires_capture',
  );
});

test('a declined card cannot be saved, one that only ever fails when charged can', async () => {
  const { sdk } = openBench();
  const customer = (await sdk.customers.create({})).id;
  expect(await errorOf(sdk.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer }))).toMatchObject(
    {
      statusCode: 402,
      decline_code: 'generic_decline',
    },
  );
  const method = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  expect(
    await errorOf(sdk.paymentIntents.create({ ...authorization, customer, payment_method: method.id })),
  ).toMatchObject({ statusCode: 402, code: 'card_declined' });
});

test('a detached card is gone for good', async () => {
  const { sdk } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const { id } = await sdk.paymentMethods.attach('pm_card_mastercard', { customer });
  expect((await sdk.paymentMethods.detach(id)).customer).toBeNull();
  expect((await sdk.paymentMethods.list({ customer })).data).toEqual([]);
  expect((await errorOf(sdk.paymentMethods.attach(id, { customer }))).statusCode).toBe(400);
});

test('card numbers are refused', async () => {
  const { sdk } = openBench();
  const number = '4242424242424242';
  const card = { number, exp_month: 1, exp_year: 2030, cvc: '123' };
  const error = await errorOf(sdk.paymentMethods.create({ type: 'card', card }));
  expect(error.statusCode).toBe(400);
  expect(error.message).not.toContain(number);
});

test('a deleted customer is told as deleted, keeps no cards, and pays nothing', async () => {
  const { sdk } = openBench();
  const customer = (await sdk.customers.create({})).id;
  const { id } = await sdk.paymentMethods.attach('pm_card_visa', { customer });
  await sdk.customers.del(customer);
  expect(await sdk.customers.retrieve(customer)).toMatchObject({ deleted: true });
  expect((await sdk.paymentMethods.retrieve(id)).customer).toBeNull();
  expect(await errorOf(sdk.paymentIntents.create({ ...authorization, customer }))).toMatchObject({
    code: 'resource_missing',
    param: 'customer',
  });
});
