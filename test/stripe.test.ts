import { expect, it } from 'vitest';
import { authenticate, injectStripeFault, stripe, takeWebhooks } from './stripe.ts';

it('is there for tests, who see only their own webhooks and meet only their own faults', async () => {
  const customer = await stripe.customers.create({ metadata: { order_id: 'mine' } });
  const fault = await injectStripeFault({
    kind: 'rate_limited',
    method: 'POST',
    body: `customer=${customer.id}`,
    times: 2,
  });
  await stripe.customers.create({});
  const setup = { customer: customer.id, payment_method: 'pm_card_authenticationRequired', confirm: true };
  const confirmed = { ...setup, return_url: 'http://taplive.test/', usage: 'off_session' } as const;
  await expect(stripe.setupIntents.create(confirmed)).rejects.toMatchObject({ statusCode: 429 });
  expect(await fault.remove()).toBe(1);

  const { id } = await stripe.setupIntents.create(confirmed);
  await authenticate(id);
  const taken = await takeWebhooks(id, customer.id);
  expect(taken.map(({ type }) => type)).toEqual([
    'customer.created',
    'setup_intent.created',
    'setup_intent.requires_action',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
  expect(await takeWebhooks(id)).toEqual([]);
});
