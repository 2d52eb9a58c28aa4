import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { disputePage } from '#contract/disputes.ts';
import {
  type CardSavingAnswer,
  type ConnectStatus,
  cardSaving,
  connectStatus,
  type Earnings,
  earnings,
  type PaymentStepView,
  paymentStep,
  type SavedCardView,
  savedCards,
} from '#contract/payments.ts';
import { database } from '#db/client.ts';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { register } from '#test/client.ts';
import { acceptedOrder, give } from '#test/order-steps.ts';
import { recordOrder } from '#test/orders.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { type Member, member } from '#test/security/member.ts';
import { orderThatIs } from '#test/security/record.ts';
import { authenticate, failPayout, finishOnboarding, hasten, requireMore, stripe } from '#test/stripe.ts';

const db = database(env);

const save = (person: Member, paymentMethodId?: string, headers?: Record<string, string>) =>
  person.api.post<CardSavingAnswer>('/payment-methods', paymentMethodId ? { paymentMethodId } : undefined, {
    ...(headers ? { headers } : {}),
  });

const cardsOf = async (person: Member) =>
  (await person.api.get<{ items: SavedCardView[] }>('/payment-methods')).data.items;

describe('a card', () => {
  it('is saved at once, seen, and forgotten', async () => {
    const person = await member('creator');
    expect(await cardsOf(person)).toEqual([]);
    const saved = await save(person, 'pm_card_visa');
    expect(saved.status).toBe(201);
    const { paymentMethod, setup } = cardSaving.strict().parse(saved.data);
    expect(setup).toEqual({ id: setup.id, status: 'saved', clientSecret: null, actionUrl: null });
    expect(paymentMethod).toMatchObject({ brand: 'visa', last4: '4242' });
    await save(person, 'pm_card_mastercard');

    const listed = await person.api.get<{ items: SavedCardView[] }>('/payment-methods');
    expect(
      savedCards
        .parse(listed.data)
        .items.map(({ brand }) => brand)
        .sort(),
    ).toEqual(['mastercard', 'visa']);
    expect((await person.api.delete(`/payment-methods/${paymentMethod?.id}`)).status).toBe(200);
    expect((await cardsOf(person)).map(({ brand }) => brand)).toEqual(['mastercard']);
    expect((await person.api.delete(`/payment-methods/${paymentMethod?.id}`)).status).toBe(404);
  });

  it("is taken by Stripe's own form, by the secret of a setup that was begun", async () => {
    const person = await member('creator');
    const begun = await save(person);
    expect(begun.status).toBe(201);
    expect(begun.data).toEqual({
      paymentMethod: null,
      setup: {
        id: expect.stringMatching(/^seti_/),
        status: 'awaits_method',
        clientSecret: expect.stringMatching(/^seti_\w+_secret_/),
        actionUrl: null,
      },
    });
    await stripe.setupIntents.confirm(begun.data.setup.id, { payment_method: 'pm_card_amex' });
    expect((await cardsOf(person)).map(({ brand }) => brand)).toEqual(['amex']);
  });

  it('is saved once its owner has answered their bank', async () => {
    const person = await member('creator');
    const { setup } = (await save(person, 'pm_card_authenticationRequiredOnSetup')).data;
    expect(setup).toMatchObject({
      status: 'awaits_payer',
      clientSecret: expect.stringContaining('_secret_'),
      actionUrl: `${env.STRIPE_API_URL}/authenticate/${setup.id}`,
    });
    expect((await fetch(setup.actionUrl ?? '')).status).toBe(200);
    expect(await cardsOf(person)).toEqual([]);
    await authenticate(setup.id);
    expect(await cardsOf(person)).toHaveLength(1);
  });

  it('is saved once for one key, whose answer Stripe keeps and we do not', async () => {
    const person = await member('creator');
    const headers = { 'Idempotency-Key': 'the same' };
    const first = await save(person, undefined, headers);
    const again = await save(person, undefined, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.data).toEqual(first.data);
    expect(again.headers.has('Idempotency-Replayed')).toBe(false);
    expect((await save(person, 'pm_card_visa', headers)).status).toBe(422);
  });

  it('makes one customer of a person, however many of their cards come at once', async () => {
    const person = await member('creator');
    const brands = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'];
    for (const { status } of await Promise.all(brands.map((brand) => save(person, brand)))) {
      expect(status).toBe(201);
    }
    expect(await cardsOf(person)).toHaveLength(3);
  });

  it('may be forgotten once no order depends on it any more', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    const [card] = (await creator.api.get<{ items: SavedCardView[] }>('/payment-methods')).data.items;
    const forget = () => creator.api.delete(`/payment-methods/${card?.id}`);
    const refused = await forget();
    expect(refused.status).toBe(409);
    expect(refused.error.details).toEqual({ reason: 'card_in_use', orderId: order.id });
    await give(provider, order.id, 'cancel', { reason: 'Rain' });
    await expect.poll(async () => (await forget()).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('a payee', () => {
  const statusOf = async (person: Member) => {
    const reply = await person.api.get<ConnectStatus>('/payments/connect/status');
    expect(reply.status).toBe(200);
    return connectStatus.strict().parse(reply.data);
  };
  const link = (person: Member, body?: object) =>
    person.api.post<{ url: string; expiresAt: string }>('/payments/connect/onboarding', body);

  it('answers what Stripe wants to know, and can be paid then', async () => {
    const person = await member('provider');
    expect(await statusOf(person)).toMatchObject({ state: 'none', accountId: null, payouts: [] });

    const { status, data } = await link(person, { returnUrl: 'http://taplive.test/earnings' });
    expect(status).toBe(200);
    expect(Date.parse(data.expiresAt)).toBeGreaterThan(Date.now());
    const begun = await statusOf(person);
    expect(begun).toMatchObject({ state: 'onboarding', transfersEnabled: false, detailsSubmitted: false });
    expect(begun.requirementsDue).toContainEqual({
      code: 'external_account',
      description: 'The bank account that you are paid on',
    });

    const finish = { method: 'POST', body: new URLSearchParams({ outcome: 'finish' }), redirect: 'manual' };
    const back = await fetch(data.url, finish as RequestInit);
    expect(back.headers.get('Location')).toBe('http://taplive.test/earnings');
    expect(await statusOf(person)).toMatchObject({
      state: 'ready',
      accountId: begun.accountId,
      payoutsEnabled: true,
      requirementsDue: [],
      disabledReason: null,
    });
    await requireMore(begun.accountId ?? '', ['individual.verification.document']);
    expect(await statusOf(person)).toMatchObject({
      state: 'restricted',
      requirementsDue: [{ description: 'A document that proves who you are' }],
      disabledReason: 'requirements.past_due',
    });
  });

  it('has one account, however often they ask at once', async () => {
    const person = await member('both');
    const links = await Promise.all([link(person), link(person), link(person)]);
    expect(links.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(links.map(({ data }) => data.url)).size).toBe(3);
    expect((await statusOf(person)).state).toBe('onboarding');
  });

  it('who has left their account gets another one, however they ask', async () => {
    const person = await member('provider');
    await link(person);
    const { accountId: first } = await statusOf(person);
    await stripe.accounts.del(first ?? '');
    // Nobody has told us yet.
    const links = await Promise.all([link(person), link(person)]);
    expect(links.map(({ status }) => status)).toEqual([200, 200]);
    const { accountId: second } = await statusOf(person);
    expect(second).not.toBe(first);

    await stripe.accounts.del(second ?? '');
    expect(await statusOf(person)).toMatchObject({ accountId: second, disabledReason: 'account_gone' });
    expect((await link(person)).status).toBe(200);
    const { accountId: third, ...standing } = await statusOf(person);
    expect([first, second]).not.toContain(third);
    expect(standing).toMatchObject({ state: 'onboarding', disabledReason: 'requirements.past_due' });
  });

  it('sees their payouts, and why one failed', async () => {
    const person = await member('provider');
    await link(person);
    const account = (await statusOf(person)).accountId ?? '';
    await finishOnboarding(account);
    const charge = await stripe.paymentIntents.create({
      amount: 5_000,
      currency: 'usd',
      payment_method: 'pm_card_bypassPending',
      confirm: true,
      capture_method: 'automatic',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await stripe.transfers.create({
      amount: 4_000,
      currency: 'usd',
      destination: account,
      source_transaction: String(charge.latest_charge),
    });
    await hasten(account);
    const { payouts } = await statusOf(person);
    expect(payouts).toEqual([
      expect.objectContaining({ amount: 40, currency: 'USD', status: 'in_transit', failureCode: null }),
    ]);
    await failPayout(payouts[0]?.id ?? '');
    expect((await statusOf(person)).payouts).toEqual([
      expect.objectContaining({ status: 'failed', failureCode: 'account_closed' }),
    ]);
  });

  it('sees what they have earned, and for what', async () => {
    const [payer, person] = [await member('creator'), await member('provider')];
    const at = new Date();
    const order = await recordOrder(db, payer.id, { createdAt: at, providerId: person.id });
    const payee = { ...NEW_PAYEE, accountId: 'acct_1' };
    const { money } = await RecordedMoney.released(db, order, person.id, payee);
    const reply = await person.api.get<Earnings>('/users/me/earnings');
    expect(reply.status).toBe(200);
    const { totals, items, pagination } = earnings.strict().parse(reply.data);
    const [entry] = items;
    expect(entry).toMatchObject({ orderId: order.id, title: order.title, currency: 'USD', gross: 25 });
    expect(entry?.paymentId).toBe(money.payment.id);
    const { platformFee = 0, processingFee = 0, net = 0, transferred } = entry ?? {};
    expect(Math.round((platformFee + processingFee + net) * 100)).toBe(2_500);
    expect(transferred).toBe(net);
    expect(totals).toEqual([
      {
        currency: 'USD',
        gross: 25,
        platformFee,
        processingFee,
        net,
        transferred: net,
        reversed: 0,
        pending: 0,
        receivable: 0,
      },
    ]);
    expect(pagination).toMatchObject({ totalCount: 1, hasNextPage: false });
  });
});

describe('an admin', () => {
  it('reads the steps of payments by their state', async () => {
    const [payer, payee, admin] = [await member('creator'), await member('provider'), await member('admin')];
    const order = await recordOrder(db, payer.id, { createdAt: new Date(), providerId: payee.id });
    await RecordedMoney.released(db, order, payee.id, NEW_PAYEE);
    const reply = await admin.api.get<{ items: PaymentStepView[] }>(
      '/admin/payment-steps?state=blocked&limit=100',
    );
    expect(reply.status).toBe(200);
    const { items } = reply.data;
    expect(items.every(({ state }) => state === 'blocked')).toBe(true);
    // Other tests' steps are of all kinds, also of some that no room makes.
    const step = paymentStep.parse(items.find(({ orderId }) => orderId === order.id));
    expect(step).toMatchObject({ kind: 'transfer', payeeId: payee.id, currency: 'USD', error: null });
    expect(step?.amount).toBeGreaterThan(0);
  });

  it('reads the disputes of sides and of banks', async () => {
    const [owner, assignee, admin] = [
      await member('creator'),
      await member('provider'),
      await member('admin'),
    ];
    const parties = { owner: owner.id, assignee: assignee.id, applicant: assignee.id };
    const { id: disputed } = await orderThatIs('disputed', parties);
    const { id: calm } = await orderThatIs('active', parties);
    const reply = await admin.api.get('/admin/disputes?limit=100');
    expect(reply.status).toBe(200);
    const { items } = disputePage.parse(reply.data);
    const ids = items.map(({ order }) => order.id);
    expect(ids).toContain(disputed);
    expect(ids).not.toContain(calm);
  });
});
