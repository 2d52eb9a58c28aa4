import { describe, expect, it } from 'vitest';
import { register } from '#test/client.ts';
import { applyTo, placeOrder } from '#test/order-steps.ts';
import { member } from '#test/security/member.ts';
import { deliverWebhooks, saveCard } from '#test/stripe.ts';
import {
  accept,
  accountsOf,
  applicationsOf,
  appliedOrder,
  type CardReply,
  eventsOf,
  intentStates,
  intentsOf,
  moneyEventsOf,
  moneyOf,
  orderOf,
  paymentFor,
} from './scene.ts';

/** Can be saved; every charge of it is declined. */
const DECLINED_CARD = 'pm_card_chargeCustomerFail';

describe('a declined card', () => {
  it('leaves the order pending, says why, and another card works', async () => {
    const creator = await register('creator');
    const good = (await creator.api.get<{ items: { id: string }[] }>('/payment-methods')).data.items[0]?.id;
    await saveCard(creator.id, DECLINED_CARD);
    const scene = await appliedOrder({ creator });
    const { id } = scene.order;

    const declined = await accept(scene);
    expect(declined).toMatchObject({
      status: 402,
      error: {
        code: 'PAYMENT_FAILED',
        message: 'Your card was declined. Please use another card or ask your bank.',
        details: { reason: 'card_declined', declineCode: 'generic_decline' },
      },
    });
    expect(await orderOf(scene)).toMatchObject({ status: 'pending', accepting: false, providerId: null });
    expect(await applicationsOf(scene)).toMatchObject([{ id: scene.applicationId, status: 'pending' }]);
    expect(await moneyEventsOf(id)).toEqual(['payment:processing', 'payment:failed']);
    expect(await paymentFor(scene.creator, id)).toMatchObject({
      status: 'failed',
      amountAuthorized: 0,
      failure: { code: 'card_declined', declineCode: 'generic_decline' },
    });
    expect(await intentStates(id)).toEqual(['requires_payment_method']);

    const accepted = await accept(scene, { paymentMethodId: good ?? '' });
    expect(accepted).toMatchObject({
      status: 200,
      data: { order: { status: 'accepted' }, payment: { status: 'authorized', failure: null } },
    });
    expect(await intentStates(id)).toEqual(['requires_payment_method', 'requires_capture']);
    // What Stripe tells of the first one, late, changes nothing.
    const before = await eventsOf(id);
    expect(await deliverWebhooks(id)).toContain('payment_intent.payment_failed');
    expect(await eventsOf(id)).toEqual(before);
    expect(await accountsOf(id)).toEqual({});
  });

  it('is declined once, however often it is asked with one key', async () => {
    const creator = await register('creator');
    await saveCard(creator.id, DECLINED_CARD);
    const { order, applicationId } = await appliedOrder({ creator });
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const path = `/orders/${order.id}/accept`;
    const first: CardReply = await creator.api.post(path, { applicationId }, { headers });
    const again: CardReply = await creator.api.post(path, { applicationId }, { headers });
    expect([first.status, again.status]).toEqual([402, 402]);
    expect(again.error).toEqual(first.error);
    expect(await intentsOf(order.id)).toHaveLength(1);
  });

  it('for one provider does not keep another from being chosen with it replaced', async () => {
    const creator = await register('creator');
    await saveCard(creator.id, DECLINED_CARD);
    const scene = await appliedOrder({ creator });
    const rita = await register('provider');
    const dearer = await applyTo(scene.order.id, rita, { proposedAmount: 40 });
    expect((await accept(scene)).status).toBe(402);
    await saveCard(creator.id);
    const accepted = await accept({ ...scene, applicationId: dearer.id });
    expect(accepted.data).toMatchObject({
      order: { status: 'accepted', providerId: rita.id, agreedAmount: 40 },
      payment: { payeeId: rita.id, grossAmount: 40, amountAuthorized: 40 },
    });
    expect((await moneyOf(scene.order.id)).attempts.map(({ state }) => state)).toEqual([
      'failed',
      'authorized',
    ]);
  });
});

describe('a card', () => {
  it.each([
    ['of somebody else', async () => saveCard((await register('creator')).id)],
    ["of nobody's", async () => 'pm_card_visa'],
    ['that is not there', async () => 'pm_1234567890'],
  ])('%s is refused by its field, and nothing begins', async (_, cardId) => {
    const scene = await appliedOrder();
    const refused = await accept(scene, { paymentMethodId: await cardId() });
    expect(refused).toMatchObject({
      status: 400,
      error: { code: 'VALIDATION_ERROR', details: [{ field: 'paymentMethodId' }] },
    });
    expect(await eventsOf(scene.order.id)).toEqual(['order:created', 'order:applied']);
    expect(await orderOf(scene)).toMatchObject({ accepting: false });
  });

  it('is needed: whoever has none is told so', async () => {
    const [owner, provider] = [await member('creator'), await register('provider')];
    const creator = { ...(await register('provider')), ...owner };
    const order = await placeOrder(creator);
    const { id: applicationId } = await applyTo(order.id, provider);
    const refused = await accept({ creator, provider, order, applicationId });
    expect([refused.status, refused.error?.details]).toMatchObject([400, [{ field: 'paymentMethodId' }]]);
  });

  it('that was saved earlier pays when it is named, and otherwise the one that was saved last', async () => {
    const creator = await register('creator');
    const older = await saveCard(creator.id, 'pm_card_mastercard');
    const newer = await saveCard(creator.id, 'pm_card_amex');
    const [named, unnamed] = [await appliedOrder({ creator }), await appliedOrder({ creator })];
    await accept(named, { paymentMethodId: older });
    await accept(unnamed);
    expect(await intentsOf(named.order.id)).toMatchObject([{ payment_method: older }]);
    expect(await intentsOf(unnamed.order.id)).toMatchObject([{ payment_method: newer }]);
  });

  it('of a provider is not needed to look at what is none of theirs: a stranger is refused before any card is', async () => {
    const scene = await appliedOrder();
    const stranger = await register('creator');
    const refused = await accept({ ...scene, creator: stranger }, { paymentMethodId: 'pm_card_visa' });
    expect(refused.status).toBe(403);
  });
});
