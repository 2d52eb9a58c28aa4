import { describe, expect, it } from 'vitest';
import { PATIENCE } from '#domain/orders/deadlines.ts';
import { CANCELLATION_POLICY } from '#domain/payments/cancellation.ts';
import { register } from '#test/client.ts';
import { hasten, stripe } from '#test/stripe.ts';
import {
  acceptedScene,
  accountsOf,
  command,
  eventsOf,
  intentStates,
  intentsOf,
  later,
  moneyEventsOf,
  orderOf,
  payableProvider,
  paymentFor,
  postingsOf,
  settled,
  stripeFeeOf,
} from './scene.ts';

const LATE = CANCELLATION_POLICY.graceMs + 1_000;
const HOUR = 3_600_000;

describe('an order that is called off', () => {
  it('by its creator right after the acceptance costs nothing: the hold is given back', async () => {
    const { creator, order } = await acceptedScene();
    await command(creator, order.id, 'cancel');
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled']);
    expect(await postingsOf(order.id)).toEqual([]);
    expect(await moneyEventsOf(order.id)).toEqual(['payment:processing', 'payment:cancelled']);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'cancelled', amountAuthorized: 0 });
  });

  it('by its creator later costs a part, which is taken once and goes to the provider, less our fees', async () => {
    const provider = await payableProvider();
    const { creator, order } = await acceptedScene({ provider });
    await later(order.id, LATE);
    await command(creator, order.id, 'cancel');
    await settled(order.id);
    // A fifth of 25; fees are reckoned on that.
    expect(await intentsOf(order.id)).toMatchObject([
      { status: 'succeeded', amount: 2_500, amount_received: 500 },
    ]);
    const fee = await stripeFeeOf(order.id);
    expect(await accountsOf(order.id)).toEqual({
      stripe: 500 - fee - 425,
      stripe_fees: fee,
      platform_revenue: -60,
      processing_revenue: -15,
    });
    expect(await paymentFor(provider, order.id)).toMatchObject({
      status: 'succeeded',
      amountCaptured: 5,
      grossAmount: 5,
      netAmount: 4.25,
      amountTransferred: 4.25,
    });
    expect((await stripe.transfers.list({ destination: provider.accountId })).data).toMatchObject([
      { amount: 425 },
    ]);
    const cancelled = (
      await creator.api.get<{ items: { event: string; data: object }[] }>(`/orders/${order.id}/events`)
    ).data.items.find(({ event }) => event === 'order:cancelled');
    expect(cancelled?.data).toMatchObject({ by: creator.id, fee: 5 });
  });

  it('late costs at least what can be charged at all, and never more than was agreed', async () => {
    const cheap = await acceptedScene({ baseAmount: 1.2 });
    const cheapest = await acceptedScene({ baseAmount: 0.5 });
    for (const { creator, order } of [cheap, cheapest]) {
      await later(order.id, LATE);
      await command(creator, order.id, 'cancel');
      await settled(order.id);
      expect(await intentsOf(order.id)).toMatchObject([{ amount_received: 50 }]);
    }
  });

  it('long before its time costs nothing, and a day before it does', async () => {
    const in48Hours = new Date(Date.now() + 48 * HOUR).toISOString();
    const [early, late] = [
      await acceptedScene({ scheduledFor: in48Hours }),
      await acceptedScene({ scheduledFor: in48Hours }),
    ];
    await later(early.order.id, 23 * HOUR);
    await command(early.creator, early.order.id, 'cancel');
    await settled(early.order.id);
    expect(await intentStates(early.order.id)).toEqual(['canceled']);
    await later(late.order.id, 24 * HOUR + 60_000);
    await command(late.creator, late.order.id, 'cancel');
    await settled(late.order.id);
    expect(await intentsOf(late.order.id)).toMatchObject([{ amount_received: 500 }]);
  });

  it('by its provider costs the creator nothing, however late', async () => {
    const { creator, provider, order } = await acceptedScene();
    await later(order.id, LATE);
    await command(provider, order.id, 'cancel', { reason: 'My bus broke down' });
    await settled(order.id);
    expect(await intentStates(order.id)).toEqual(['canceled']);
    expect(await postingsOf(order.id)).toEqual([]);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'cancelled', amountCaptured: 0 });
  });

  it('because nobody came costs nothing', async () => {
    const scene = await acceptedScene();
    await later(scene.order.id, PATIENCE.noShowMs + 1_000);
    expect(await orderOf(scene)).toMatchObject({ status: 'cancelled' });
    await settled(scene.order.id);
    expect(await intentStates(scene.order.id)).toEqual(['canceled']);
    expect(await postingsOf(scene.order.id)).toEqual([]);
  });

  it('when the hold has lapsed meanwhile, and nobody has heard of it, takes nothing', async () => {
    const scene = await acceptedScene({ provider: await register('provider') });
    const [intent] = await intentsOf(scene.order.id);
    await hasten(intent?.id ?? '');
    await later(scene.order.id, LATE);
    await command(scene.creator, scene.order.id, 'cancel');
    await settled(scene.order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'cancelled' });
    expect(await postingsOf(scene.order.id)).toEqual([]);
    expect(await eventsOf(scene.order.id)).not.toContain('payment:completed');
    expect(await paymentFor(scene.creator, scene.order.id)).toMatchObject({
      amountAuthorized: 0,
      amountCaptured: 0,
    });
  });
});
