import { describe, expect, it } from 'vitest';
import { findCustomer } from '#db/queries/payment-customers.ts';
import { register } from '#test/client.ts';
import { applyTo } from '#test/order-steps.ts';
import { injectStripeFault } from '#test/stripe.ts';
import {
  accept,
  applicationsOf,
  appliedOrder,
  type CardReply,
  command,
  db,
  eventsOf,
  intentStates,
  later,
  moneyOf,
  orderOf,
  type Scene,
  settled,
} from './scene.ts';

/** Stripe is too busy to hold anybody's money for this order, until the fault is removed. */
async function busyFor({ creator }: Scene) {
  return injectStripeFault({
    kind: 'rate_limited',
    method: 'POST',
    path: '^/v1/payment_intents$',
    body: `customer=${await findCustomer(db, creator.id)}`,
    times: 100,
  });
}

describe('two accepts at once', () => {
  it('of two providers: exactly one wins, and one hold is made', async () => {
    const scene = await appliedOrder();
    const rita = await register('provider');
    const other = await applyTo(scene.order.id, rita);
    const answers = await Promise.all([accept(scene), accept({ ...scene, applicationId: other.id })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await orderOf(scene)).toMatchObject({ status: 'accepted' });
    const applications = await applicationsOf(scene);
    expect(applications.map(({ status }) => status).sort()).toEqual(['accepted', 'rejected']);
    expect(await intentStates(scene.order.id)).toEqual(['requires_capture']);
    const events = await eventsOf(scene.order.id);
    expect(events.filter((name) => name === 'payment:processing')).toHaveLength(1);
  });

  it('of one application, with one key and with two: one hold', async () => {
    const scene = await appliedOrder();
    const { creator, order, applicationId } = scene;
    const send = (key: string): Promise<CardReply> =>
      creator.api.post(
        `/orders/${order.id}/accept`,
        { applicationId },
        { headers: { 'Idempotency-Key': key } },
      );
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    const answers = await Promise.all([send(one), send(one), send(two), send(two)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    expect(await intentStates(order.id)).toEqual(['requires_capture']);
  });
});

describe('while an application is being accepted', () => {
  it('nothing else happens to the order, but to be called off', async () => {
    const scene = await appliedOrder();
    const { creator, provider, order, applicationId } = scene;
    const rita = await register('provider');
    const other = await applyTo(order.id, rita);
    const busy = await busyFor(scene);

    const begun = await accept(scene);
    expect(begun).toMatchObject({
      status: 200,
      data: {
        order: { status: 'pending', accepting: true },
        payment: { status: 'processing', requiresAction: false },
      },
    });
    const refused = await Promise.all([
      accept({ ...scene, applicationId: other.id }),
      creator.api.put(`/orders/${order.id}`, { baseAmount: 99 }),
      provider.api.post(`/orders/${order.id}/applications/${applicationId}/withdraw`),
    ]);
    for (const { status, error } of refused) {
      expect([status, error?.details]).toMatchObject([409, { reason: 'accepting' }]);
    }
    // Whoever is not being accepted may go, and others may come.
    const withdrawn = await rita.api.post(`/orders/${order.id}/applications/${other.id}/withdraw`);
    expect(withdrawn.status).toBe(200);
    await applyTo(order.id, await register('provider'));

    await busy.remove();
    await later(order.id, 60_000);
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({
      status: 'accepted',
      providerId: provider.id,
      baseAmount: 25,
    });
    expect(await intentStates(order.id)).toEqual(['requires_capture']);
  });

  it('the order is called off: what Stripe comes to hold is given back', async () => {
    const scene = await appliedOrder();
    const { creator, order } = scene;
    const busy = await busyFor(scene);
    await accept(scene);
    expect(await command(creator, order.id, 'cancel')).toMatchObject({
      status: 'cancelled',
      accepting: false,
    });
    await busy.remove();
    // The step that is under way is carried out all the same: nobody could know whether it was.
    await later(order.id, 60_000);
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'cancelled' });
    expect(await eventsOf(order.id)).not.toContain('order:accepted');
    expect(await intentStates(order.id)).toEqual(['canceled']);
    expect((await moneyOf(order.id)).payment).toMatchObject({ amountAuthorized: 0n, status: 'cancelled' });
  });

  it('Stripe does not answer for 15 minutes: the order is free again, and what comes after is given back', async () => {
    const scene = await appliedOrder();
    const { order } = scene;
    const busy = await busyFor(scene);
    await accept(scene);
    await later(order.id, 15 * 60_000 + 1_000);
    expect(await orderOf(scene)).toMatchObject({ status: 'pending', accepting: false });
    await busy.remove();
    await later(order.id, 30 * 60_000);
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'pending' });
    expect(await intentStates(order.id)).toEqual(['canceled']);

    const accepted = await accept(scene);
    expect(accepted.data.order.status).toBe('accepted');
    expect(await intentStates(order.id)).toEqual(['canceled', 'requires_capture']);
  });
});
