import { expect, it } from 'vitest';
import type { Earnings } from '#contract/payments.ts';
import { openSocket } from '#test/client.ts';
import { deliverWebhooks, finishOnboarding, requireMore, stripe } from '#test/stripe.ts';
import {
  accept,
  accountsOf,
  activeScene,
  appliedOrder,
  becomePayable,
  command,
  eventsOf,
  intentsOf,
  moneyEventsOf,
  moneyOf,
  payableProvider,
  paymentFor,
  postingsOf,
  releasedScene,
  settled,
  start,
  stripeFeeOf,
} from './scene.ts';

it('an order is paid from the card to the account of its provider, and the ledger knows at each point where the money is', async () => {
  const provider = await payableProvider();
  const scene = await appliedOrder({ provider });
  const { creator } = scene;
  const { id } = scene.order;
  const room = await openSocket(`/orders/${id}/room?since=0`, creator.accessToken);

  const accepted = await accept(scene);
  expect(accepted).toMatchObject({
    status: 200,
    data: {
      order: { status: 'accepted', providerId: provider.id, agreedAmount: 25 },
      payment: {
        status: 'authorized',
        grossAmount: 25,
        amountAuthorized: 25,
        amountCaptured: 0,
        requiresAction: false,
        failure: null,
      },
    },
  });
  expect(accepted.data.payment.clientSecret).toBeUndefined();
  expect(await intentsOf(id)).toMatchObject([
    { status: 'requires_capture', amount: 2_500, currency: 'usd', metadata: { order_id: id } },
  ]);
  // A hold moves no money.
  expect(await postingsOf(id)).toEqual([]);

  await start(scene);
  await command(provider, id, 'complete');
  expect((await room.next('payment:completed')).data).toMatchObject({
    by: null,
    amount: 25,
    currency: 'USD',
  });
  const fee = await stripeFeeOf(id);
  expect(fee).toBeGreaterThan(0);
  await settled(id);
  expect(await accountsOf(id)).toEqual({ stripe: 2_500 - fee, escrow: -2_500, stripe_fees: fee });
  expect(await paymentFor(provider, id)).toMatchObject({
    status: 'succeeded',
    amountCaptured: 25,
    processedAt: expect.any(String),
    settledAt: null,
    netAmount: null,
  });

  await command(creator, id, 'release');
  await settled(id);
  expect(await accountsOf(id)).toEqual({
    stripe: 2_500 - fee - 2_125,
    platform_revenue: -300,
    processing_revenue: -75,
    stripe_fees: fee,
  });
  expect(await paymentFor(provider, id)).toMatchObject({
    grossAmount: 25,
    platformFee: 3,
    processingFee: 0.75,
    netAmount: 21.25,
    amountTransferred: 21.25,
    settledAt: expect.any(String),
  });
  const [transfer] = (await stripe.transfers.list({ destination: provider.accountId })).data;
  expect(transfer).toMatchObject({ amount: 2_125, currency: 'usd', metadata: { order_id: id } });
  expect(transfer?.source_transaction).toBe((await moneyOf(id)).payment.chargeId);
  const earnings = await provider.api.get<Earnings>('/users/me/earnings');
  expect(earnings.data).toMatchObject({
    totals: [{ currency: 'USD', gross: 25, net: 21.25, transferred: 21.25, pending: 0 }],
    items: [{ orderId: id, net: 21.25 }],
  });

  // What Stripe tells of all that was known from its answers.
  const before = await eventsOf(id);
  expect(await deliverWebhooks(id)).toEqual(
    expect.arrayContaining(['payment_intent.amount_capturable_updated', 'payment_intent.succeeded']),
  );
  expect(await eventsOf(id)).toEqual(before);
  expect(await moneyEventsOf(id)).toEqual(['payment:processing', 'payment:completed', 'payment:transferred']);
  expect(await postingsOf(id)).toEqual(['capture', 'fee', 'release', 'transfer']);
  room.close();
});

it('the price that was agreed is held, not the one that was asked', async () => {
  const scene = await appliedOrder();
  const path = `/orders/${scene.order.id}/applications/${scene.applicationId}/withdraw`;
  await scene.provider.api.post(path);
  const dearer = await scene.provider.api.post<{ application: { id: string } }>(
    `/orders/${scene.order.id}/applications`,
    { proposedAmount: 31.5 },
  );
  const accepted = await accept({ ...scene, applicationId: dearer.data.application.id });
  expect(accepted.data.payment).toMatchObject({ grossAmount: 31.5, amountAuthorized: 31.5 });
  expect(await intentsOf(scene.order.id)).toMatchObject([{ amount: 3_150 }]);
});

it.each([
  { currency: 'JPY', baseAmount: 1_201, charged: 1_201, sent: 1_021, shares: [144, 36, 1_021] },
  { currency: 'KWD', baseAmount: 7.77, charged: 7_770, sent: 6_600, shares: [0.937, 0.233, 6.6] },
  { currency: 'ISK', baseAmount: 3_333, charged: 333_300, sent: 283_400, shares: [400, 99, 2_834] },
])(
  'in $currency, too, to the smallest unit that Stripe takes',
  async ({ currency, baseAmount, charged, ...expected }) => {
    const provider = await payableProvider();
    const { order } = await releasedScene({ provider, currency, baseAmount });
    expect(await intentsOf(order.id)).toMatchObject([{ amount_received: charged }]);
    const payment = await paymentFor(provider, order.id);
    expect([payment.platformFee, payment.processingFee, payment.netAmount]).toEqual(expected.shares);
    const [transfer] = (await stripe.transfers.list({ destination: provider.accountId })).data;
    expect(transfer?.amount).toBe(expected.sent);
  },
);

it('a provider who cannot be paid yet works all the same, and is paid when ready', async () => {
  const scene = await releasedScene();
  const { provider, order } = scene;
  expect((await moneyOf(order.id)).steps.at(-1)).toMatchObject({
    params: { kind: 'transfer' },
    state: 'blocked',
  });
  expect(await accountsOf(order.id)).toMatchObject({ payable: -2_125 });
  const waiting = await provider.api.get<Earnings>('/users/me/earnings');
  expect(waiting.data.totals).toMatchObject([{ pending: 21.25, transferred: 0 }]);

  const accountId = await becomePayable(provider);
  await settled(order.id);
  await expect.poll(() => moneyEventsOf(order.id)).toContain('payment:transferred');
  expect(await accountsOf(order.id)).not.toHaveProperty('payable');
  expect((await stripe.transfers.list({ destination: accountId })).data).toMatchObject([{ amount: 2_125 }]);
});

it('a provider whose account is restricted when the money is released is paid when Stripe says that it may be', async () => {
  const provider = await payableProvider();
  const scene = await activeScene({ provider });
  await requireMore(provider.accountId, ['individual.verification.document']);
  await deliverWebhooks(provider.accountId);
  await command(provider, scene.order.id, 'complete');
  await command(scene.creator, scene.order.id, 'release');
  await settled(scene.order.id);
  expect((await moneyOf(scene.order.id)).payment.amountTransferred).toBe(0n);

  await finishOnboarding(provider.accountId);
  expect(await deliverWebhooks(provider.accountId)).toContain('account.updated');
  await expect.poll(async () => (await moneyOf(scene.order.id)).payment.amountTransferred).toBe(2_125n);
});
