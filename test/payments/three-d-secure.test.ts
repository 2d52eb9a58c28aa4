import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { idempotencyKeys, stripeEvents } from '#db/schema/index.ts';
import { customerOf } from '#payments/customers.ts';
import { openSocket, register } from '#test/client.ts';
import { applyTo } from '#test/order-steps.ts';
import { authenticate, deliverWebhooks, injectStripeFault, saveCard, stripe } from '#test/stripe.ts';
import {
  accept,
  accountsOf,
  applicationsOf,
  appliedOrder,
  type CardReply,
  command,
  db,
  eventsOf,
  intentStates,
  intentsOf,
  later,
  moneyEventsOf,
  orderOf,
  paymentFor,
  type Scene,
  settled,
  sync,
} from './scene.ts';

/** Is saved without a question; its owner is asked whenever they are there. */
const ASKING_CARD = 'pm_card_authenticationRequiredSetupForOffSession';
const FIFTEEN_MINUTES = 15 * 60_000;

/** An order whose acceptance waits for the creator to answer their bank. */
async function waitingScene(): Promise<Scene & { intentId: string; asked: CardReply }> {
  const creator = await register('creator');
  await saveCard(creator.id, ASKING_CARD);
  const scene = await appliedOrder({ creator });
  const asked = await accept(scene);
  expect(asked.error).toBeNull();
  const [intent] = await intentsOf(scene.order.id);
  if (!intent) throw new Error('an intent waits');
  return { ...scene, intentId: intent.id, asked };
}

describe('a bank that asks', () => {
  it('has the creator given a secret that nobody keeps, while the order waits', async () => {
    const { creator, provider, order, intentId, asked, ...scene } = await waitingScene();
    expect(asked).toMatchObject({
      status: 200,
      data: {
        order: { status: 'pending', accepting: true },
        payment: { status: 'processing', requiresAction: true, amountAuthorized: 0 },
      },
    });
    const { clientSecret = '' } = asked.data.payment;
    expect(clientSecret).toMatch(new RegExp(`^${intentId}_secret_`));
    expect(await moneyEventsOf(order.id)).toEqual(['payment:processing', 'payment:processing']);

    // They get it again when they ask; the provider does not, and reading does not show it.
    expect((await sync(creator, order.id)).data.payment.clientSecret).toBe(clientSecret);
    expect(await paymentFor(creator, order.id)).not.toHaveProperty('clientSecret');

    const edited = await creator.api.put(`/orders/${order.id}`, { title: 'Later' });
    expect([edited.status, edited.error?.details]).toMatchObject([409, { reason: 'accepting' }]);
    const again = await accept({ creator, provider, order, ...scene });
    expect([again.status, again.error?.details]).toMatchObject([409, { reason: 'accepting' }]);

    await deliverWebhooks(order.id);
    const kept = await db.execute<{ found: boolean }>(sql`
      select exists (select from ${idempotencyKeys} where answer::text like ${`%${clientSecret}%`})
        or exists (select from ${stripeEvents} where payload::text like ${`%${clientSecret}%`})
        or exists (select from order_events where data::text like ${`%${clientSecret}%`}) as found`);
    expect(kept.rows).toEqual([{ found: false }]);
  });

  it('keeps no secret with the key of the request, and gives the same again for it', async () => {
    const creator = await register('creator');
    await saveCard(creator.id, ASKING_CARD);
    const { order, applicationId } = await appliedOrder({ creator });
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const send = (): Promise<CardReply> =>
      creator.api.post(`/orders/${order.id}/accept`, { applicationId }, { headers });
    const [first, second] = [await send(), await send()];
    expect(first.data.payment.clientSecret).toBeDefined();
    expect(second.data.payment).toEqual(first.data.payment);
    expect(await intentsOf(order.id)).toHaveLength(1);
    const rows = await db
      .select({ answer: idempotencyKeys.answer })
      .from(idempotencyKeys)
      .where(eq(idempotencyKeys.key, headers['Idempotency-Key']));
    expect(rows).toEqual([{ answer: null }]);
  });

  it('is content: the order is accepted when the creator comes back', async () => {
    const scene = await waitingScene();
    const { creator, order, intentId } = scene;
    const room = await openSocket(`/orders/${order.id}/room`, creator.accessToken);
    await authenticate(intentId);
    const synced = await sync(creator, order.id);
    expect(synced.data).toMatchObject({
      order: { status: 'accepted', accepting: false },
      payment: { status: 'authorized', requiresAction: false },
    });
    expect(synced.data.payment.clientSecret).toBeUndefined();
    await room.next('order:accepted');

    const before = await eventsOf(order.id);
    expect(await deliverWebhooks(order.id)).toContain('payment_intent.amount_capturable_updated');
    expect(await eventsOf(order.id)).toEqual(before);
    expect(before.filter((name) => name === 'order:accepted')).toHaveLength(1);
    room.close();
  });

  it('is content: the order is accepted when Stripe says so first, doubled and in any order', async () => {
    const scene = await waitingScene();
    const { creator, order, intentId } = scene;
    await authenticate(intentId);
    await deliverWebhooks(order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'accepted' });
    expect((await sync(creator, order.id)).data.order.status).toBe('accepted');
    expect((await eventsOf(order.id)).filter((name) => name === 'order:accepted')).toHaveLength(1);
  });

  it('is told wrong: the payment failed, and another card works', async () => {
    const scene = await waitingScene();
    const { creator, order, intentId } = scene;
    await authenticate(intentId, 'failed');
    const synced = await sync(creator, order.id);
    expect(synced.data).toMatchObject({
      order: { status: 'pending', accepting: false },
      payment: { status: 'failed', failure: { code: 'payment_intent_authentication_failure' } },
    });
    expect(synced.data.payment.failure?.message).toMatch(/confirm that it is you/);
    await settled(order.id);
    // Whoever has its secret could go on confirming it.
    expect(await intentStates(order.id)).toEqual(['canceled']);

    const good = await saveCard(creator.id);
    expect((await accept(scene, { paymentMethodId: good })).data.order.status).toBe('accepted');
  });

  it('is content and declines: told as any decline', async () => {
    const creator = await register('creator');
    const customer = await customerOf(db, stripe, { environment: env.ENVIRONMENT, userId: creator.id });
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
      confirm: true,
      usage: 'off_session',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await authenticate(setup.id);
    const scene = await appliedOrder({ creator });
    const asked = await accept(scene, { paymentMethodId: String(setup.payment_method) });
    expect(asked.data.payment.requiresAction).toBe(true);
    await authenticate((await intentsOf(scene.order.id))[0]?.id ?? '');
    await deliverWebhooks(scene.order.id);
    expect(await paymentFor(creator, scene.order.id)).toMatchObject({
      status: 'failed',
      failure: {
        declineCode: 'insufficient_funds',
        message: 'There is not enough money on this card. Please use another card.',
      },
    });
    expect(await orderOf(scene)).toMatchObject({ status: 'pending', accepting: false });
  });
});

describe('a bank that nobody answers', () => {
  it('is waited for 15 minutes; then the order is free again', async () => {
    const scene = await waitingScene();
    const { creator, order } = scene;
    await later(order.id, FIFTEEN_MINUTES - 5_000);
    expect(await orderOf(scene)).toMatchObject({ accepting: true });
    await later(order.id, FIFTEEN_MINUTES + 1_000);
    expect(await orderOf(scene)).toMatchObject({ status: 'pending', accepting: false });
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled']);
    expect(await moneyEventsOf(order.id)).toContain('payment:failed');
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'pending', requiresAction: false });
    const good = await saveCard(creator.id);
    expect((await accept(scene, { paymentMethodId: good })).data.order.status).toBe('accepted');
  });

  it.each([
    {
      what: 'expires',
      end: async ({ order }: Scene) => later(order.id, FIFTEEN_MINUTES + 1_000),
      status: 'pending',
    },
    {
      what: 'is cancelled',
      end: async ({ creator, order }: Scene) => command(creator, order.id, 'cancel'),
      status: 'cancelled',
    },
    {
      what: 'is withdrawn from',
      end: async ({ provider, order, applicationId }: Scene) => {
        const path = `/orders/${order.id}/applications/${applicationId}/withdraw`;
        expect((await provider.api.post(path)).status).toBe(200);
      },
      status: 'pending',
    },
  ])('and is answered when the acceptance $what: what arrives is given back', async ({ end, status }) => {
    const scene = await waitingScene();
    const { order, intentId } = scene;
    // Our cancellation is held up, so that the answer comes before it.
    const fault = await injectStripeFault({
      kind: 'rate_limited',
      method: 'POST',
      path: `^/v1/payment_intents/${intentId}/cancel`,
      times: 100,
    });
    await end(scene);
    expect(await orderOf(scene)).toMatchObject({ status, accepting: false, providerId: null });
    await authenticate(intentId);
    expect(await intentStates(order.id)).toEqual(['requires_capture']);
    await deliverWebhooks(order.id);
    expect(await orderOf(scene)).toMatchObject({ status, accepting: false, providerId: null });
    expect(await eventsOf(order.id)).not.toContain('order:accepted');

    expect(await fault.remove()).toBeGreaterThan(0);
    await later(order.id, FIFTEEN_MINUTES + 60_000);
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled']);
    expect(await accountsOf(order.id)).toEqual({});
  });

  it('lets its provider go, who is then no longer to be chosen, and others are', async () => {
    const scene = await waitingScene();
    const { creator, provider, order, applicationId } = scene;
    await provider.api.post(`/orders/${order.id}/applications/${applicationId}/withdraw`);
    expect(await applicationsOf(scene)).toMatchObject([{ status: 'withdrawn' }]);
    const other = await applyTo(order.id, await register('provider'));
    const good = await saveCard(creator.id);
    const accepted = await accept({ ...scene, applicationId: other.id }, { paymentMethodId: good });
    expect(accepted.data.order).toMatchObject({ status: 'accepted' });
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled', 'requires_capture']);
  });
});

it('while Stripe is away a payment that waits for the bank is told without its secret, and a sync says that it cannot be', async () => {
  const creator = await register('creator');
  await saveCard(creator.id, ASKING_CARD);
  const scene = await appliedOrder({ creator });
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const { order, applicationId } = scene;
  const ask = (): Promise<CardReply> =>
    creator.api.post(`/orders/${order.id}/accept`, { applicationId }, { headers });
  await ask();
  const [intent] = await intentsOf(order.id);
  const fault = await injectStripeFault({
    kind: 'fail_before',
    method: 'GET',
    path: `^/v1/payment_intents/${intent?.id}`,
    times: 100,
  });
  const asked = await ask();
  expect(asked).toMatchObject({ status: 200, data: { payment: { requiresAction: true } } });
  expect(asked.data.payment.clientSecret).toBeUndefined();
  expect((await sync(creator, order.id)).error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await fault.remove();
  expect((await sync(creator, order.id)).data.payment.clientSecret).toBeDefined();
});
