import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { CardSavingAnswer, ConnectStatus } from '#contract/payments.ts';
import { database } from '#db/client.ts';
import { findPayoutAccount, ordersBlockedOnPayee } from '#db/queries/payout-accounts.ts';
import { ledgerEntries, ledgerTransactions, payments, stripeEvents } from '#db/schema/index.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { register } from '#test/client.ts';
import { acceptedOrder, activeOrder, give } from '#test/order-steps.ts';
import { member } from '#test/security/member.ts';
import { orderThatIs } from '#test/security/record.ts';
import {
  deliverWebhooks,
  endRefund,
  failPayout,
  finishOnboarding,
  hasten,
  postWebhook,
  requireMore,
  stripe,
  takeWebhooks,
  untilApplied,
} from '#test/stripe.ts';
import { eventOf, postSigned, signatureOf } from '#test/webhook-forgery.ts';

const db = database(env);

const keptEvent = async (id: string) =>
  (await db.select().from(stripeEvents).where(eq(stripeEvents.id, id)))[0];

const paymentOf = async (orderId: string) => {
  const [payment] = await db.select().from(payments).where(eq(payments.subjectId, orderId));
  if (!payment) throw new Error('no payment');
  return payment;
};

describe('an event about a payment', () => {
  it('has its order look at Stripe again: a hold that lapsed is lost', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    const { id, paymentIntentId } = await paymentOf(order.id);
    expect(await deliverWebhooks(id)).toContain('payment_intent.amount_capturable_updated');
    expect((await paymentOf(order.id)).status).toBe('authorized');

    await hasten(paymentIntentId ?? '');
    expect(await deliverWebhooks(id)).toEqual(['charge.expired', 'payment_intent.canceled']);
    expect((await paymentOf(order.id)).status).not.toBe('authorized');
    expect((await paymentOf(order.id)).amountAuthorized).toBe(0n);
  });

  it('is taken in once, however often and in whatever order it comes', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    const { id } = await paymentOf(order.id);
    const webhooks = await takeWebhooks(id);
    expect(webhooks.length).toBeGreaterThan(2);
    for (const webhook of webhooks.toReversed()) {
      const twice = await Promise.all([postWebhook(webhook), postWebhook(webhook)]);
      expect(twice.map(({ status }) => status)).toEqual([200, 200]);
    }
    await untilApplied(webhooks.map(({ event }) => event));
    const { version } = await orderOf(creator, order.id);
    const first = await keptEvent(webhooks[0]?.event ?? '');
    for (const webhook of webhooks) expect((await postWebhook(webhook)).status).toBe(200);
    expect(await keptEvent(webhooks[0]?.event ?? '')).toEqual(first);
    expect((await orderOf(creator, order.id)).version).toBe(version);
  });

  it('keeps ids of what it tells, and nothing of the card', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    const { id, paymentIntentId, chargeId } = await paymentOf(order.id);
    const webhook = (await takeWebhooks(id)).find(({ type }) => type === 'charge.succeeded');
    await postWebhook(webhook ?? expect.unreachable());
    expect(webhook?.body).toContain('4242');
    const kept = await keptEvent(webhook?.event ?? '');
    expect(kept).toMatchObject({
      type: 'charge.succeeded',
      account: null,
      objectId: chargeId,
      payload: { objectType: 'charge', intentId: paymentIntentId, chargeId, stepId: `${id}-s1` },
    });
    expect(JSON.stringify(kept)).not.toContain('4242');
  });

  it('is of the object that it carries, whatever its type begins with: a refund failed', async () => {
    const [owner, assignee] = [await member('creator'), await member('provider')];
    const parties = { owner: owner.id, assignee: assignee.id, applicant: assignee.id };
    const { id: orderId } = await orderThatIs('disputed', parties);
    const { paymentIntentId } = await paymentOf(orderId);
    const refund = await stripe.refunds.create({ payment_intent: paymentIntentId ?? '', amount: 1_000 });
    await deliverWebhooks(refund.id);
    expect(await paymentOf(orderId)).toMatchObject({ amountRefunded: 1_000n, amountOwed: 0n });

    await endRefund(refund.id, 'failed');
    const told = (await takeWebhooks(refund.id)).filter(({ type }) => type === 'charge.refund.updated');
    for (const webhook of told) await postWebhook(webhook);
    await untilApplied(told.map(({ event }) => event));
    expect(told).toHaveLength(1);
    expect(await paymentOf(orderId)).toMatchObject({ amountRefunded: 0n, amountOwed: 1_000n });
  });

  it('that is told again after it could not be taken in is taken in then', async () => {
    const event = eventOf('payment_intent.succeeded', { id: 'pi_nobodys', object: 'payment_intent' });
    const body = JSON.stringify(event);
    expect((await postSigned(body, await signatureOf(body))).status).toBe(200);
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    expect((await keptEvent(event.id))?.appliedAt).toBeNull();

    const about = (await paymentOf(order.id)).paymentIntentId;
    const again = JSON.stringify({ ...event, data: { object: { id: about, object: 'payment_intent' } } });
    expect((await postSigned(again, await signatureOf(again))).status).toBe(200);
    await untilApplied([event.id]);
  });
});

async function orderOf(person: Awaited<ReturnType<typeof register>>, orderId: string) {
  return (await person.api.get<{ order: { version: number } }>(`/orders/${orderId}`)).data.order;
}

describe('an event about something else', () => {
  it('of a card that was saved, or of a type that nobody knows, is kept and done with', async () => {
    const person = await member('creator');
    const { data } = await person.api.post<CardSavingAnswer>('/payment-methods', {
      paymentMethodId: 'pm_card_visa',
    });
    expect(await deliverWebhooks(data.setup.id)).toEqual(['setup_intent.created', 'setup_intent.succeeded']);

    const unknown = eventOf('moon.landed', { id: 'moon_1', object: 'moon' });
    const body = JSON.stringify(unknown);
    expect((await postSigned(body, await signatureOf(body))).status).toBe(200);
    await untilApplied([unknown.id]);
    expect(await keptEvent(unknown.id)).toMatchObject({ type: 'moon.landed', objectId: 'moon_1' });
  });

  it('of a connected account is read anew: what comes late says nothing old', async () => {
    const person = await member('provider');
    await person.api.post('/payments/connect/onboarding');
    const account = (await findPayoutAccount(db, person.id))?.accountId ?? '';
    await finishOnboarding(account);
    const ready = await takeWebhooks(account);
    await requireMore(account, ['individual.id_number']);
    const restricted = await takeWebhooks(account);
    expect([ready, restricted].map((taken) => taken.map(({ type }) => type))).toEqual([
      ['account.updated'],
      ['account.updated'],
    ]);
    for (const webhook of [...restricted, ...ready]) await postWebhook(webhook);
    await untilApplied([...restricted, ...ready].map(({ event }) => event));
    expect(await findPayoutAccount(db, person.id)).toMatchObject({
      transfersEnabled: false,
      payoutsEnabled: false,
      requirementsDue: ['individual.id_number'],
    });
    await finishOnboarding(account);
    await deliverWebhooks(account);
    expect(await findPayoutAccount(db, person.id)).toMatchObject({ transfersEnabled: true });
    const { data } = await person.api.get<ConnectStatus>('/payments/connect/status');
    expect(data.state).toBe('ready');
  });

  it('that a payee can be paid now sends what waited for that', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await activeOrder(creator, provider);
    await give(provider, order.id, 'complete');
    const captured = async () => (await paymentOf(order.id)).status;
    await expect.poll(captured, { timeout: 15_000 }).toBe('succeeded');
    await give(creator, order.id, 'release');
    const blocked = () => ordersBlockedOnPayee(db, provider.id, 1);
    await expect.poll(blocked, { timeout: 15_000 }).toEqual([order.id]);

    const onboarded = async () => {
      expect((await provider.api.post('/payments/connect/onboarding')).status).toBe(200);
      return (await findPayoutAccount(db, provider.id))?.accountId ?? '';
    };
    // The first one they leave: what waits takes the next.
    await stripe.accounts.del(await onboarded());
    const account = await onboarded();
    await finishOnboarding(account);
    await deliverWebhooks(account);
    const sent = async () => Number((await paymentOf(order.id)).amountTransferred);
    await expect.poll(sent, { timeout: 15_000 }).toBeGreaterThan(0);
    const [transfer] = (await stripe.transfers.list({ destination: account })).data;
    expect(transfer?.amount).toBe(await sent());
  });

  it("of the platform's own payout is posted once, and again the other way when it comes back", async () => {
    await stripe.paymentIntents.create({
      // Enough, whatever other tests take out of the one balance that all share.
      amount: 90_000_000,
      currency: 'usd',
      payment_method: 'pm_card_bypassPending',
      confirm: true,
      capture_method: 'automatic',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const payout = await stripe.payouts.create({ amount: 1_234, currency: 'usd' });
    const posted = async () => {
      const rows = await db
        .select({
          cause: ledgerTransactions.cause,
          account: ledgerEntries.account,
          amount: ledgerEntries.amount,
        })
        .from(ledgerTransactions)
        .innerJoin(ledgerEntries, eq(ledgerEntries.transactionId, ledgerTransactions.id));
      return rows.filter(({ cause }) => cause.includes(payout.id));
    };
    expect(await deliverWebhooks(payout.id)).toEqual(['payout.created']);
    const out = [
      { cause: `stripe:${payout.id}`, account: 'bank', amount: 1_234n },
      { cause: `stripe:${payout.id}`, account: 'stripe', amount: -1_234n },
    ];
    expect(await posted()).toEqual(expect.arrayContaining(out));
    await hasten(payout.id);
    expect(await deliverWebhooks(payout.id)).toEqual(['payout.paid']);
    expect(await posted()).toHaveLength(2);
    await failPayout(payout.id);
    expect(await deliverWebhooks(payout.id)).toEqual(['payout.failed']);
    expect(await posted()).toEqual(
      expect.arrayContaining([
        ...out,
        { cause: `stripe:${payout.id}:failed`, account: 'bank', amount: -1_234n },
        { cause: `stripe:${payout.id}:failed`, account: 'stripe', amount: 1_234n },
      ]),
    );
    expect(await posted()).toHaveLength(4);
  });
});

it('a room tells its payment anew when asked to compare it', async () => {
  const [creator, provider] = [await register('creator'), await register('provider')];
  const order = await acceptedOrder(creator, provider);
  const { paymentIntentId } = await paymentOf(order.id);
  await hasten(paymentIntentId ?? '');
  await orderRoom(env, order.id).syncPayment(order.id);
  expect((await paymentOf(order.id)).amountAuthorized).toBe(0n);
});
