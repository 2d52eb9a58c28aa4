import { describe, expect, it } from 'vitest';
import { openSocket, register } from '#test/client.ts';
import { applyTo } from '#test/order-steps.ts';
import { authenticate, deliverWebhooks, hasten, saveCard, stripe } from '#test/stripe.ts';
import {
  accept,
  acceptedScene,
  accountsOf,
  activeScene,
  appliedOrder,
  type CardReply,
  command,
  intentStates,
  intentsOf,
  later,
  moneyEventsOf,
  moneyOf,
  orderOf,
  paymentFor,
  type Scene,
  settled,
  start,
  sync,
} from './scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** When the money of an order that is ten days ahead is held. */
const AUTHORIZED_AFTER = 7 * DAY;

const inTenDays = () => new Date(Date.now() + 10 * DAY).toISOString();

async function farAhead(card?: string): Promise<Scene> {
  const creator = await register('creator');
  if (card) await saveCard(creator.id, card);
  return acceptedScene({ creator, scheduledFor: inTenDays() });
}

/** What a person was told of, by what it is about. */
async function noticesOf({ accessToken }: { accessToken: string }): Promise<string[]> {
  const socket = await openSocket('/users/me/socket?since=0', accessToken);
  await socket.next('room:resumed');
  socket.close();
  return socket.frames.filter(({ event }) => event === 'notice').map(({ data }) => data.about);
}

describe('an order that is more than 72 hours ahead', () => {
  it('is accepted with the card saved and no money held; the money is held when it is time', async () => {
    const scene = await farAhead();
    const { creator, order } = scene;
    expect(order).toMatchObject({ status: 'accepted', agreedAmount: 25 });
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'pending', amountAuthorized: 0 });
    expect(await intentsOf(order.id)).toEqual([]);
    const { customerId } = (await moneyOf(order.id)).payment;
    const setups = (await stripe.setupIntents.list({ customer: customerId })).data;
    expect(setups.filter(({ metadata }) => metadata?.order_id === order.id)).toMatchObject([
      { status: 'succeeded', usage: 'off_session' },
    ]);

    await later(order.id, AUTHORIZED_AFTER - 60_000);
    expect(await intentsOf(order.id)).toEqual([]);
    await later(order.id, AUTHORIZED_AFTER + 60_000);
    await settled(order.id);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'authorized', amountAuthorized: 25 });
    expect(await intentStates(order.id)).toEqual(['requires_capture']);
    expect(await moneyEventsOf(order.id)).toEqual([
      'payment:processing',
      'payment:processing',
      'payment:authorized',
    ]);
  });

  it('cannot be started before the money is held', async () => {
    const scene = await farAhead();
    const { provider, order } = scene;
    const room = await openSocket(`/orders/${order.id}/room`, provider.accessToken);
    const { latitude, longitude } = order.location;
    await room.request('location:update', { latitude, longitude });
    const refused = await provider.api.post(`/orders/${order.id}/start`);
    expect([refused.status, refused.error?.details]).toMatchObject([
      409,
      { reason: 'payment_not_authorized' },
    ]);
    room.close();
  });

  it('called off before that costs nothing and leaves nothing', async () => {
    const { creator, order } = await farAhead();
    await command(creator, order.id, 'cancel');
    await settled(order.id);
    expect(await intentsOf(order.id)).toEqual([]);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'cancelled' });
  });

  it('whose bank asks when the card is saved waits for that, and is then accepted', async () => {
    const creator = await register('creator');
    const scene = await appliedOrder({ creator, scheduledFor: inTenDays() });
    // Saved with a question already: it is asked whenever it is set up.
    const { customerId } = await customerOf(creator.id);
    const setup = await stripe.setupIntents.create({
      customer: customerId,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      usage: 'off_session',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await authenticate(setup.id);
    const asked = await accept(scene, { paymentMethodId: String(setup.payment_method) });
    expect(asked.data).toMatchObject({ order: { accepting: true }, payment: { requiresAction: true } });
    expect(asked.data.payment.clientSecret).toMatch(/^seti_.*_secret_/);
    await authenticate((await moneyOf(scene.order.id)).attempts[0]?.intentId ?? '');
    expect((await sync(creator, scene.order.id)).data.order).toMatchObject({ status: 'accepted' });
    await deliverWebhooks(scene.order.id);

    await later(scene.order.id, AUTHORIZED_AFTER + 60_000);
    await settled(scene.order.id);
    expect(await intentStates(scene.order.id)).toEqual(['requires_capture']);
  });
});

describe('a card that is declined when the time has come', () => {
  async function declinedScene(): Promise<Scene> {
    const scene = await farAhead('pm_card_chargeCustomerFail');
    await later(scene.order.id, AUTHORIZED_AFTER + 60_000);
    await settled(scene.order.id);
    return scene;
  }

  it('is told to both, and another card within twelve hours is as good', async () => {
    const scene = await declinedScene();
    const { creator, provider, order } = scene;
    expect(await orderOf(scene)).toMatchObject({ status: 'accepted' });
    const payment = await paymentFor(creator, order.id);
    expect(payment).toMatchObject({
      status: 'failed',
      failure: { declineCode: 'generic_decline' },
      cardDueAt: expect.any(String),
    });
    // The card's troubles are not the provider's business; that there are some is.
    expect(await paymentFor(provider, order.id)).toMatchObject({ status: 'failed', failure: null });
    await expect.poll(() => noticesOf(creator)).toContain('payment_failed');
    await expect.poll(() => noticesOf(provider)).toContain('payment_failed');

    const good = await saveCard(creator.id);
    const paid: CardReply = await creator.api.put(`/orders/${order.id}/payment`, { paymentMethodId: good });
    expect(paid).toMatchObject({
      status: 200,
      data: {
        order: { status: 'accepted' },
        payment: { status: 'authorized', cardDueAt: null, failure: null },
      },
    });
    expect(await intentStates(order.id)).toEqual(['requires_payment_method', 'requires_capture']);
    // The twelve hours are over, and nothing happens.
    await later(order.id, AUTHORIZED_AFTER + 13 * HOUR);
    expect(await orderOf(scene)).toMatchObject({ status: 'accepted' });
  });

  it('and another that is declined, too: 402, and the twelve hours go on', async () => {
    const scene = await declinedScene();
    const { creator, order } = scene;
    const { cardDueAt } = await paymentFor(creator, order.id);
    const path = `/orders/${order.id}/payment`;
    const bad = await saveCard(creator.id, 'pm_card_chargeCustomerFail');
    const declined: CardReply = await creator.api.put(path, { paymentMethodId: bad });
    expect([declined.status, declined.error?.code]).toEqual([402, 'PAYMENT_FAILED']);
    expect(await paymentFor(creator, order.id)).toMatchObject({ cardDueAt, status: 'failed' });
    const theirs = await saveCard((await register('creator')).id);
    const refused: CardReply = await creator.api.put(path, { paymentMethodId: theirs });
    expect([refused.status, refused.error?.details]).toMatchObject([400, [{ field: 'paymentMethodId' }]]);
  });

  it('may be replaced by one whose bank asks: the creator is there', async () => {
    const { creator, order } = await declinedScene();
    const asking = await saveCard(creator.id, 'pm_card_authenticationRequiredSetupForOffSession');
    const path = `/orders/${order.id}/payment`;
    const asked: CardReply = await creator.api.put(path, { paymentMethodId: asking });
    expect(asked.data.payment).toMatchObject({ requiresAction: true, clientSecret: expect.any(String) });
    await authenticate((await intentsOf(order.id)).at(-1)?.id ?? '');
    expect((await sync(creator, order.id)).data.payment).toMatchObject({
      status: 'authorized',
      cardDueAt: null,
    });
  });

  it('without another card for twelve hours ends the order', async () => {
    const scene = await declinedScene();
    await later(scene.order.id, AUTHORIZED_AFTER + 13 * HOUR);
    expect(await orderOf(scene)).toMatchObject({ status: 'cancelled' });
    await settled(scene.order.id);
    expect(await intentStates(scene.order.id)).not.toContain('requires_capture');
    expect(await accountsOf(scene.order.id)).toEqual({});
    const late: CardReply = await scene.creator.api.put(`/orders/${scene.order.id}/payment`, {});
    expect(late.status).toBe(409);
  });

  it('is not asked for where none is due', async () => {
    const { creator, order } = await acceptedScene();
    const refused: CardReply = await creator.api.put(`/orders/${order.id}/payment`, {});
    expect([refused.status, refused.error?.details]).toMatchObject([409, { reason: 'no_card_due' }]);
  });
});

describe('a hold that is about to lapse', () => {
  /** An order whose provider said that they come in nine days: longer than any hold lasts. `lapsing`: from now, in ms. */
  async function patientScene(): Promise<Scene & { lapsing: number }> {
    const scene = await appliedOrder();
    const { creator, provider, order } = scene;
    const path = `/orders/${order.id}/applications`;
    await provider.api.post(`${path}/${scene.applicationId}/withdraw`);
    const { id: applicationId } = await applyTo(order.id, provider, {
      estimatedArrival: new Date(Date.now() + 9 * DAY).toISOString(),
    });
    const accepted = await accept({ ...scene, applicationId });
    expect(accepted.error).toBeNull();
    const { captureBefore } = await paymentFor(creator, order.id);
    const lapsing = new Date(captureBefore ?? '').getTime() - DAY - Date.now();
    expect(lapsing).toBeGreaterThan(3 * DAY);
    return { ...scene, applicationId, order: accepted.data.order, lapsing };
  }

  it('is made anew for an order that has still to begin, and the old one is given back', async () => {
    const { creator, order, lapsing } = await patientScene();
    await later(order.id, lapsing - 60_000);
    expect(await intentStates(order.id)).toEqual(['requires_capture']);
    await later(order.id, lapsing + 60_000);
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled', 'requires_capture']);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'authorized', amountAuthorized: 25 });
    expect((await moneyOf(order.id)).attempts.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['accept', 'closed'],
      ['renewal', 'authorized'],
    ]);
    expect(await accountsOf(order.id)).toEqual({});
  });

  it('is taken while the stream runs', async () => {
    const scene = await patientScene();
    const { order, lapsing } = scene;
    await later(order.id, lapsing - HOUR);
    await start(scene, new Date(Date.now() + lapsing - HOUR));
    await later(order.id, lapsing + 60_000);
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'active' });
    expect(await intentStates(order.id)).toEqual(['succeeded']);
    expect(await accountsOf(order.id)).toMatchObject({ escrow: -2_500 });
    // Completing takes nothing again.
    await command(scene.provider, order.id, 'complete');
    await settled(order.id);
    expect(await moneyEventsOf(order.id)).toEqual([
      'payment:processing',
      'payment:processing',
      'payment:completed',
    ]);
  });

  it('that lapsed unseen is lost: both are told, and the creator gives a card again', async () => {
    const scene = await acceptedScene();
    const { creator, order } = scene;
    await hasten((await intentsOf(order.id))[0]?.id ?? '');
    expect(await deliverWebhooks(order.id)).toContain('payment_intent.canceled');
    expect(await paymentFor(creator, order.id)).toMatchObject({
      status: 'failed',
      cardDueAt: expect.any(String),
    });
    const paid: CardReply = await creator.api.put(`/orders/${order.id}/payment`, {});
    expect(paid.data.payment).toMatchObject({ status: 'authorized' });
    await start(scene);
    await command(scene.provider, order.id, 'complete');
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled', 'succeeded']);
  });

  it('that lapsed while the stream ran is asked for once more, with nobody there', async () => {
    const scene = await activeScene();
    const { order } = scene;
    await hasten((await intentsOf(order.id))[0]?.id ?? '');
    await deliverWebhooks(order.id);
    await settled(order.id);
    await command(scene.provider, order.id, 'complete');
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled', 'succeeded']);
    expect(await accountsOf(order.id)).toMatchObject({ escrow: -2_500 });
  });
});

async function customerOf(userId: string): Promise<{ customerId: string }> {
  const saved = await saveCard(userId);
  const { customer } = await stripe.paymentMethods.retrieve(saved);
  return { customerId: String(customer) };
}
