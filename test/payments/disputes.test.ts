import { describe, expect, it } from 'vitest';
import { readPayeeFacts } from '#db/queries/payee-facts.ts';
import { register, type TestPerson } from '#test/client.ts';
import { registerAdmin } from '#test/privileged.ts';
import { endRefund, hasten, postWebhook, stripe, takeWebhooks } from '#test/stripe.ts';
import {
  accountsOf,
  activeScene,
  command,
  completedScene,
  db,
  intentsOf,
  moneyEventsOf,
  moneyOf,
  orderOf,
  payableProvider,
  paymentFor,
  postingsOf,
  releasedScene,
  type Scene,
  settled,
  stripeFeeOf,
} from './scene.ts';

async function resolve(scene: Scene, body: object, admin?: TestPerson) {
  const by = admin ?? (await registerAdmin());
  const resolved = await command(by, scene.order.id, 'resolve', body);
  await settled(scene.order.id);
  return resolved;
}

async function disputedScene(given: { provider?: TestPerson } = {}): Promise<Scene> {
  const scene = await completedScene(given);
  await command(scene.creator, scene.order.id, 'dispute', { reason: 'It was dark' });
  return scene;
}

/** What Stripe gave back of the order's charge, in all. */
async function refundsOf(orderId: string) {
  const [intent] = await intentsOf(orderId);
  return (await stripe.refunds.list({ payment_intent: intent?.id ?? '' })).data;
}

/** All that a connected account has becomes available, and goes to the payee's bank. */
async function takeToBank(stripeAccount: string): Promise<void> {
  const moved = await stripe.balanceTransactions.list({}, { stripeAccount });
  for (const { id } of moved.data) await hasten(id);
  const transfers = await stripe.transfers.list({ destination: stripeAccount });
  for (const { balance_transaction } of transfers.data) await hasten(String(balance_transaction));
  await hasten(stripeAccount);
  const { available, pending } = await stripe.balance.retrieve({}, { stripeAccount });
  expect([...available, ...pending].filter(({ amount }) => amount !== 0)).toEqual([]);
}

describe('a dispute', () => {
  it('while the stream runs takes the money at once, so that deciding can only give it back', async () => {
    const scene = await activeScene();
    const { creator, order } = scene;
    await command(creator, order.id, 'dispute', { reason: 'I see nothing' });
    await settled(order.id);
    expect(await orderOf(scene)).toMatchObject({ status: 'disputed' });
    expect(await intentsOf(order.id)).toMatchObject([{ status: 'succeeded', amount_received: 2_500 }]);
    expect(await accountsOf(order.id)).toMatchObject({ escrow: -2_500 });
    const released = await creator.api.post(`/orders/${order.id}/release`);
    expect(released.status).toBe(409);

    expect(await resolve(scene, { outcome: 'refund' })).toMatchObject({ status: 'cancelled' });
    const fee = await stripeFeeOf(order.id);
    // Stripe keeps its fee; that is ours to bear.
    expect(await accountsOf(order.id)).toEqual({ stripe: -fee, stripe_fees: fee });
    expect(await refundsOf(order.id)).toMatchObject([{ amount: 2_500, status: 'succeeded' }]);
    expect(await paymentFor(creator, order.id)).toMatchObject({ status: 'refunded', amountRefunded: 25 });
    expect(await moneyEventsOf(order.id)).toEqual([
      'payment:processing',
      'payment:completed',
      'payment:refunded',
    ]);
  });

  it('decided for the provider pays them all', async () => {
    const provider = await payableProvider();
    const scene = await disputedScene({ provider });
    expect(await resolve(scene, { outcome: 'release' })).toMatchObject({
      status: 'completed',
      releasedAt: expect.any(String),
    });
    expect(await paymentFor(provider, scene.order.id)).toMatchObject({
      netAmount: 21.25,
      amountTransferred: 21.25,
    });
    expect(await refundsOf(scene.order.id)).toEqual([]);
  });

  it('that is split gives each a part, and fees are reckoned on the provider’s', async () => {
    const provider = await payableProvider();
    const scene = await disputedScene({ provider });
    await resolve(scene, { outcome: 'split', providerShare: 10.5 });
    const { id } = scene.order;
    const fee = await stripeFeeOf(id);
    // 15 % of 10.50 is 1.575: rounded down for the provider.
    expect(await paymentFor(provider, id)).toMatchObject({
      status: 'succeeded',
      grossAmount: 10.5,
      platformFee: 1.26,
      processingFee: 0.31,
      netAmount: 8.93,
      amountTransferred: 8.93,
      amountRefunded: 14.5,
    });
    expect(await accountsOf(id)).toEqual({
      stripe: 2_500 - fee - 893 - 1_450,
      stripe_fees: fee,
      platform_revenue: -126,
      processing_revenue: -31,
    });
    expect(await refundsOf(id)).toMatchObject([{ amount: 1_450 }]);
    expect(await postingsOf(id)).toEqual(['capture', 'fee', 'refund', 'release', 'transfer']);
  });

  it('and a release at once: one of them wins, the other is 409, and the money follows the winner', async () => {
    const scene = await completedScene({ provider: await payableProvider() });
    const { creator, provider, order } = scene;
    const answers = await Promise.all([
      creator.api.post(`/orders/${order.id}/release`),
      provider.api.post(`/orders/${order.id}/dispute`, { reason: 'They owe me more' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await settled(order.id);
    const { status } = await orderOf(scene);
    expect(await accountsOf(order.id)).toMatchObject(
      status === 'disputed' ? { escrow: -2_500 } : { platform_revenue: -300 },
    );
  });
});

describe('after the release', () => {
  it('all is given back: the transfer is reversed, and so are our fees', async () => {
    const provider = await payableProvider();
    const scene = await releasedScene({ provider });
    const { id } = scene.order;
    await resolve(scene, { outcome: 'refund' });
    const fee = await stripeFeeOf(id);
    expect(await accountsOf(id)).toEqual({ stripe: -fee, stripe_fees: fee });
    const [transfer] = (await stripe.transfers.list({ destination: provider.accountId })).data;
    expect(transfer).toMatchObject({ amount: 2_125, amount_reversed: 2_125 });
    expect(await paymentFor(provider, id)).toMatchObject({
      status: 'refunded',
      netAmount: 0,
      amountRefunded: 25,
    });
    expect(await postingsOf(id)).toEqual(['capture', 'fee', 'refund', 'release', 'reversal', 'transfer']);
  });

  it('a part is given back, and then another', async () => {
    const provider = await payableProvider();
    const scene = await releasedScene({ provider });
    const admin = await registerAdmin();
    const { id } = scene.order;
    await resolve(scene, { outcome: 'split', providerShare: 20 }, admin);
    await resolve(scene, { outcome: 'split', providerShare: 10 }, admin);
    expect((await refundsOf(id)).map(({ amount }) => amount).sort()).toEqual([1_000, 500]);
    expect(await paymentFor(provider, id)).toMatchObject({
      grossAmount: 10,
      platformFee: 1.2,
      processingFee: 0.3,
      netAmount: 8.5,
      amountRefunded: 15,
    });
    const fee = await stripeFeeOf(id);
    expect(await accountsOf(id)).toEqual({
      stripe: 2_500 - fee - 1_500 - 850,
      stripe_fees: fee,
      platform_revenue: -120,
      processing_revenue: -30,
    });
  });

  it('what the provider’s account no longer has is taken off their next pay', async () => {
    const provider = await payableProvider();
    const first = await releasedScene({ provider });
    await takeToBank(provider.accountId);

    await resolve(first, { outcome: 'refund' });
    expect(await refundsOf(first.order.id)).toMatchObject([{ amount: 2_500 }]);
    expect(await accountsOf(first.order.id)).toMatchObject({ receivable: 2_125 });
    expect(await readPayeeFacts(db, provider.id, 'USD')).toMatchObject({ receivable: 2_125n });

    const second = await releasedScene({ provider, baseAmount: 40 });
    // Of 34.00 net.
    expect(await paymentFor(provider, second.order.id)).toMatchObject({
      netAmount: 34,
      amountTransferred: 12.75,
    });
    expect(await readPayeeFacts(db, provider.id, 'USD')).toMatchObject({ receivable: 0n });
    expect(await postingsOf(second.order.id)).toContain('netting');
  });

  it('a transfer that had still to wait is not made larger than what is left', async () => {
    const scene = await releasedScene();
    const { id } = scene.order;
    await resolve(scene, { outcome: 'refund' });
    expect(await accountsOf(id)).toMatchObject({ payable: -2_125, receivable: 2_125 });
  });
});

describe('a refund that fails', () => {
  it('at the bank leaves the money with us, owed to the creator', async () => {
    const scene = await disputedScene();
    await resolve(scene, { outcome: 'refund' });
    const { id } = scene.order;
    const [refund] = await refundsOf(id);
    await endRefund(refund?.id ?? '', 'failed');
    for (const webhook of await takeWebhooks(id)) await postWebhook(webhook);
    await expect.poll(() => moneyEventsOf(id)).toContain('payment:refund_failed');
    const fee = await stripeFeeOf(id);
    expect(await accountsOf(id)).toEqual({ stripe: 2_500 - fee, stripe_fees: fee, refund_due: -2_500 });
    expect(await paymentFor(scene.creator, id)).toMatchObject({ amountRefunded: 0 });
  });
});

it('the provider of a disputed order can be paid though they had no account when it was decided', async () => {
  const scene = await disputedScene({ provider: await register('provider') });
  await resolve(scene, { outcome: 'split', providerShare: 12 });
  expect(
    (await moneyOf(scene.order.id)).steps.find(({ params }) => params.kind === 'transfer'),
  ).toMatchObject({
    state: 'blocked',
  });
  expect(await refundsOf(scene.order.id)).toMatchObject([{ amount: 1_300 }]);
});
