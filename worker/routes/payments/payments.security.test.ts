import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { CardSavingAnswer, ConnectStatus, Earnings } from '#contract/payments.ts';
import { database } from '#db/client.ts';
import { idempotencyKeys } from '#db/schema/index.ts';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { register } from '#test/client.ts';
import { applyTo, placeOrder } from '#test/order-steps.ts';
import { recordOrder } from '#test/orders.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { type Member, member } from '#test/security/member.ts';
import { authenticate, stripe } from '#test/stripe.ts';
import { createApp } from '../../app.ts';

const save = async (person: Member, paymentMethodId: string) => {
  const { data } = await person.api.post<CardSavingAnswer>('/payment-methods', { paymentMethodId });
  return data.paymentMethod?.id ?? '';
};

describe("somebody else's card", () => {
  it('is neither seen, nor removed, nor taken over', async () => {
    const [owner, thief] = [await member('creator'), await member('creator')];
    const card = await save(owner, 'pm_card_visa');
    await save(thief, 'pm_card_amex');
    const seen = await thief.api.get<{ items: { id: string }[] }>('/payment-methods');
    expect(seen.data.items.map(({ id }) => id)).not.toContain(card);

    const removed = await thief.api.delete(`/payment-methods/${card}`);
    const unknown = await thief.api.delete('/payment-methods/pm_1Nothing');
    expect(removed.status).toBe(404);
    expect(removed.error).toEqual(unknown.error);

    const taken = await thief.api.post('/payment-methods', { paymentMethodId: card });
    expect(taken.status).toBe(400);
    const { data } = await owner.api.get<{ items: { id: string }[] }>('/payment-methods');
    expect(data.items.map(({ id }) => id)).toEqual([card]);
  });
});

describe('who may', () => {
  it.each([
    ['post', '/payments/connect/onboarding'],
    ['get', '/payments/connect/status'],
    ['get', '/users/me/earnings'],
  ] as const)('provide, may also be paid: %s %s', async (method, path) => {
    for (const role of ['creator', 'admin'] as const) {
      const reply = await (await member(role)).api[method](path);
      expect(reply.error).toEqual({ code: 'FORBIDDEN', message: 'Your role may not do this.' });
    }
    for (const role of ['provider', 'both'] as const) {
      expect((await (await member(role)).api[method](path)).status).toBe(200);
    }
  });

  it.each(['/admin/payment-steps', '/admin/disputes'])('run the platform, may read %s', async (path) => {
    for (const role of ['creator', 'provider', 'both'] as const) {
      expect((await (await member(role)).api.get(path)).status).toBe(403);
    }
  });
});

describe('what Stripe learns and what we keep', () => {
  it('of a payer is no more than our id', async () => {
    const person = await member('creator');
    const card = await save(person, 'pm_card_visa');
    const { customer } = await stripe.paymentMethods.retrieve(card);
    const { email, name, metadata } = { ...(await stripe.customers.retrieve(String(customer))) } as {
      email?: string | null;
      name?: string | null;
      metadata?: object;
    };
    expect({ email, name, metadata }).toEqual({ email: null, name: null, metadata: { user_id: person.id } });
  });

  it('of a payment that the bank asks about is not the secret, which is told again to who repeats the request', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { data } = await creator.api.post<CardSavingAnswer>('/payment-methods', {
      paymentMethodId: 'pm_card_authenticationRequired',
    });
    await authenticate(data.setup.id);
    const order = await placeOrder(creator);
    const application = await applyTo(order.id, provider);
    const accept = () =>
      creator.api.post<{ payment: { id: string; clientSecret?: string } }>(
        `/orders/${order.id}/accept`,
        { applicationId: application.id },
        { headers: { 'Idempotency-Key': 'accept' } },
      );
    const { payment } = (await accept()).data;
    expect(payment.clientSecret).toMatch(/^pi_\w+_secret_/);
    const sync = () =>
      creator.api.post<{ payment: { clientSecret?: string } }>(`/payments/${payment.id}/sync`, undefined, {
        headers: { 'Idempotency-Key': 'sync' },
      });
    expect((await sync()).data.payment.clientSecret).toBe(payment.clientSecret);
    const kept = await database(env)
      .select()
      .from(idempotencyKeys)
      .where(eq(idempotencyKeys.userId, creator.id));
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain('_secret_');
    expect((await accept()).data.payment).toEqual(payment);
    expect((await sync()).data.payment.clientSecret).toBe(payment.clientSecret);
  });

  it('of a payee who is to answer questions is not the link to them, which is good once', async () => {
    const payee = await member('provider');
    const link = async () => {
      const headers = { 'Idempotency-Key': 'the same' };
      const reply = await payee.api.post<{ url: string }>('/payments/connect/onboarding', undefined, {
        headers,
      });
      expect(reply.status).toBe(200);
      return reply.data.url;
    };
    const first = await link();
    const kept = await database(env)
      .select()
      .from(idempotencyKeys)
      .where(eq(idempotencyKeys.userId, payee.id));
    expect(kept).toMatchObject([{ status: null, answer: null }]);
    expect(await link()).not.toBe(first);
  });

  it('of earnings is for their payee alone', async () => {
    const [payer, payee, other] = [
      await member('creator'),
      await member('provider'),
      await member('provider'),
    ];
    const db = database(env);
    const order = await recordOrder(db, payer.id, { createdAt: new Date(), providerId: payee.id });
    await RecordedMoney.released(db, order, payee.id, NEW_PAYEE);
    const { data } = await other.api.get<Earnings>('/users/me/earnings');
    expect(data).toMatchObject({ totals: [], items: [] });
    expect((await payee.api.get<Earnings>('/users/me/earnings')).data.items).toHaveLength(1);
  });

  it('of an account is for its payee alone', async () => {
    const [payee, other] = [await member('provider'), await member('provider')];
    await payee.api.post('/payments/connect/onboarding');
    const mine = (await payee.api.get<ConnectStatus>('/payments/connect/status')).data.accountId;
    await other.api.post('/payments/connect/onboarding');
    const theirs = (await other.api.get<ConnectStatus>('/payments/connect/status')).data.accountId;
    expect(mine).toMatch(/^acct_/);
    expect(theirs).not.toBe(mine);
  });
});

it('a listed origin may be come back to, as it may call', async () => {
  const person = await member('provider');
  const call = (returnUrl: string) =>
    createApp().fetch(
      new Request('http://taplive.test/api/v1/payments/connect/onboarding', {
        method: 'POST',
        headers: { Authorization: `Bearer ${person.accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ returnUrl }),
      }),
      { ...env, CORS_ORIGINS: 'https://app.example' },
      createExecutionContext(),
    );
  expect((await call('https://app.example/paid?x=1')).status).toBe(200);
  expect((await call('https://app.example.evil.example/')).status).toBe(400);
});
