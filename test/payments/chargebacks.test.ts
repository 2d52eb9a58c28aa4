import { describe, expect, it } from 'vitest';
import { PATIENCE } from '#domain/orders/deadlines.ts';
import { registerAdmin } from '#test/privileged.ts';
import { decideDispute, deliverWebhooks, escalateDispute, openDispute, stripe } from '#test/stripe.ts';
import {
  accountsOf,
  command,
  completedScene,
  eventsOf,
  later,
  moneyEventsOf,
  moneyOf,
  orderOf,
  payableProvider,
  paymentFor,
  releasedScene,
  type Scene,
  settled,
  stripeFeeOf,
  sync,
} from './scene.ts';

/** What Stripe charges for a chargeback, won or lost. */
const CHARGEBACK_FEE = 1_500;

/** The creator complains at their bank about what they paid. */
async function complain({ order }: Scene, how: { inquiry?: boolean; amount?: number } = {}): Promise<string> {
  const { chargeId } = (await moneyOf(order.id)).payment;
  const { id } = await openDispute({ charge: chargeId ?? '', ...how });
  await deliverWebhooks(order.id, chargeId ?? '', id);
  return id;
}

async function decided({ order }: Scene, disputeId: string, outcome: 'won' | 'lost'): Promise<void> {
  const { chargeId } = (await moneyOf(order.id)).payment;
  await decideDispute(disputeId, outcome);
  await deliverWebhooks(order.id, chargeId ?? '', disputeId);
  await settled(order.id);
}

describe('a chargeback before the release', () => {
  it('freezes everything; won, the order goes on as if nothing had been', async () => {
    const provider = await payableProvider();
    const scene = await completedScene({ provider });
    const { creator, order } = scene;
    const dispute = await complain(scene);
    const fee = await stripeFeeOf(order.id);
    expect(await paymentFor(creator, order.id)).toMatchObject({ chargeback: 'open' });
    expect(await accountsOf(order.id)).toEqual({
      stripe: -fee - CHARGEBACK_FEE,
      stripe_fees: fee + CHARGEBACK_FEE,
      escrow: -2_500,
      suspense: 2_500,
    });

    const refused = await creator.api.post(`/orders/${order.id}/release`);
    expect([refused.status, refused.error?.details]).toMatchObject([409, { reason: 'charged_back' }]);
    // No deadline releases it either.
    await later(order.id, PATIENCE.unreleasedMs + 60_000);
    expect(await orderOf(scene)).toMatchObject({ status: 'completed', releasedAt: null });

    await decided(scene, dispute, 'won');
    expect(await paymentFor(creator, order.id)).toMatchObject({ chargeback: 'won' });
    // The deadline passed meanwhile.
    await later(order.id, PATIENCE.unreleasedMs + 120_000);
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({ releasedAt: expect.any(String) });
    const { suspense, escrow, payable } = await accountsOf(order.id);
    expect([suspense, escrow, payable]).toEqual([undefined, undefined, undefined]);
    expect(await paymentFor(provider, order.id)).toMatchObject({ amountTransferred: 21.25 });
    expect(await moneyEventsOf(order.id)).toEqual([
      'payment:processing',
      'payment:completed',
      'payment:chargeback',
      'payment:chargeback',
      'payment:transferred',
    ]);
  });

  it('lost, the money in escrow is what is lost, and nothing is paid twice', async () => {
    const provider = await payableProvider();
    const scene = await completedScene({ provider });
    const { creator, order } = scene;
    const dispute = await complain(scene);
    await decided(scene, dispute, 'lost');
    const fee = await stripeFeeOf(order.id);
    expect(await accountsOf(order.id)).toEqual({
      stripe: -fee - CHARGEBACK_FEE,
      stripe_fees: fee + CHARGEBACK_FEE,
    });
    await command(creator, order.id, 'release');
    await settled(order.id);
    expect((await stripe.transfers.list({ destination: provider.accountId })).data).toEqual([]);
    expect(await accountsOf(order.id)).toEqual({
      stripe: -fee - CHARGEBACK_FEE,
      stripe_fees: fee + CHARGEBACK_FEE,
    });
  });

  it('of a disputed order waits for the bank: an admin cannot decide before', async () => {
    const scene = await completedScene();
    const { creator, order } = scene;
    await command(creator, order.id, 'dispute', { reason: 'It was dark' });
    const dispute = await complain(scene);
    const admin = await registerAdmin();
    const early = await admin.api.post(`/orders/${order.id}/resolve`, { outcome: 'refund' });
    expect([early.status, early.error?.details]).toMatchObject([409, { reason: 'charged_back' }]);
    await decided(scene, dispute, 'won');
    await command(admin, order.id, 'resolve', { outcome: 'refund' });
    await settled(order.id);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'refunded' });
  });
});

describe('a chargeback after the release', () => {
  it('lost, the provider gives back what they were sent', async () => {
    const provider = await payableProvider();
    const scene = await releasedScene({ provider });
    const dispute = await complain(scene);
    const frozen = await (await registerAdmin()).api.post(`/orders/${scene.order.id}/resolve`, {
      outcome: 'refund',
    });
    expect([frozen.status, frozen.error?.details]).toMatchObject([409, { reason: 'charged_back' }]);

    await decided(scene, dispute, 'lost');
    const [transfer] = (await stripe.transfers.list({ destination: provider.accountId })).data;
    expect(transfer?.amount_reversed).toBe(2_125);
    const { suspense, escrow, payable } = await accountsOf(scene.order.id);
    expect([suspense, escrow, payable]).toEqual([undefined, undefined, undefined]);
    expect((await moneyOf(scene.order.id)).payment).toMatchObject({
      amountLost: 2_500n,
      amountReversed: 2_125n,
    });
  });

  it('won, nothing changes hands', async () => {
    const provider = await payableProvider();
    const scene = await releasedScene({ provider });
    const before = await accountsOf(scene.order.id);
    const dispute = await complain(scene);
    await decided(scene, dispute, 'won');
    const after = await accountsOf(scene.order.id);
    expect(after).toMatchObject({ platform_revenue: before.platform_revenue });
    expect(after.suspense).toBeUndefined();
    const [transfer] = (await stripe.transfers.list({ destination: provider.accountId })).data;
    expect(transfer?.amount_reversed).toBe(0);
  });
});

it('an inquiry moves nothing and freezes nothing; when it becomes a chargeback it does', async () => {
  const scene = await completedScene();
  const { creator, order } = scene;
  const before = await accountsOf(order.id);
  const dispute = await complain(scene, { inquiry: true });
  expect(await paymentFor(creator, order.id)).toMatchObject({ chargeback: 'inquiry' });
  expect(await accountsOf(order.id)).toEqual(before);

  await escalateDispute(dispute);
  expect((await sync(creator, order.id)).data.payment.chargeback).toBe('open');
  expect(await accountsOf(order.id)).toMatchObject({ suspense: 2_500 });
  const refused = await creator.api.post(`/orders/${order.id}/release`);
  expect(refused.status).toBe(409);
  const counted = (await eventsOf(order.id)).length;
  await deliverWebhooks(order.id, dispute);
  expect(await eventsOf(order.id)).toHaveLength(counted);
});
