import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { CardSavingAnswer } from '#contract/payments.ts';
import { database } from '#db/client.ts';
import { findCustomer } from '#db/queries/payment-customers.ts';
import { member } from '#test/security/member.ts';
import { injectStripeFault } from '#test/stripe.ts';

const db = database(env);

describe('a card', () => {
  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline', /^Your card was declined/],
    [
      'pm_card_visa_chargeDeclinedInsufficientFunds',
      'card_declined',
      'insufficient_funds',
      /not enough money/,
    ],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', null, /has expired/],
    // What would warn a thief reads as any other decline.
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', /^Your card was declined/],
  ])('%s is refused with the decline code and a sentence', async (card, reason, declineCode, sentence) => {
    const person = await member('creator');
    const reply = await person.api.post('/payment-methods', { paymentMethodId: card });
    expect(reply.status).toBe(402);
    expect(reply.error).toMatchObject({ code: 'PAYMENT_FAILED', details: { reason, declineCode } });
    expect(reply.error.message).toMatch(sentence);
    expect((await person.api.get('/payment-methods')).data).toEqual({ items: [] });
  });

  it.each([
    ['', 'paymentMethodId'],
    ['tok_visa', 'paymentMethodId'],
    ['pm_../customers', 'paymentMethodId'],
    [4242, 'paymentMethodId'],
    [`pm_${'x'.repeat(300)}`, 'paymentMethodId'],
    ['pm_card_nobodyKnows', 'paymentMethodId'],
  ])('%j is none, and the field is named', async (paymentMethodId, field) => {
    const person = await member('creator');
    const reply = await person.api.post('/payment-methods', { paymentMethodId });
    expect(reply.status).toBe(400);
    expect(reply.error.details).toEqual([{ field, message: expect.any(String) }]);
  });

  it('number is never taken', async () => {
    const person = await member('creator');
    const reply = await person.api.post('/payment-methods', { card: { number: '4242424242424242' } });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply)).not.toContain('4242');
  });

  it('that does not exist cannot be removed', async () => {
    const person = await member('creator');
    expect((await person.api.delete('/payment-methods/pm_nothing')).status).toBe(404);
    expect((await person.api.delete('/payment-methods/nothing')).status).toBe(400);
  });

  it('is saved once when Stripe answers late, and is then asked for again with the same key', async () => {
    const person = await member('creator');
    // So that the customer is known by whom the fault can be told.
    await person.api.post('/payment-methods');
    const customer = await findCustomer(db, person.id);
    const fault = await injectStripeFault({
      kind: 'fail_before',
      path: '^/v1/setup_intents$',
      body: `customer=${customer}`,
    });
    const save = () =>
      person.api.post<CardSavingAnswer>(
        '/payment-methods',
        { paymentMethodId: 'pm_card_visa' },
        { headers: { 'Idempotency-Key': 'once' } },
      );
    const failed = await save();
    expect(failed.status).toBe(503);
    expect(failed.error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(failed.headers.get('Retry-After')).toBe('2');
    expect(await fault.remove()).toBe(0);
    expect((await save()).status).toBe(201);
    const { data } = await person.api.get<{ items: unknown[] }>('/payment-methods');
    expect(data.items).toHaveLength(1);
  });
});

describe('onboarding', () => {
  it.each([
    ['returnUrl', 'https://evil.example/'],
    ['returnUrl', 'http://taplive.test.evil.example/'],
    ['returnUrl', 'http://taplive.test@evil.example/'],
    ['returnUrl', 'http://evil.example@taplive.test/'],
    ['refreshUrl', 'https://evil.example/'],
    ['refreshUrl', 'javascript:alert(1)'],
    ['refreshUrl', '/relative'],
    ['refreshUrl', ''],
  ])('leads back to nobody else: %s %s', async (field, url) => {
    const person = await member('provider');
    const reply = await person.api.post('/payments/connect/onboarding', { [field]: url });
    expect(reply.status).toBe(400);
    expect(reply.error.details).toEqual([{ field, message: expect.any(String) }]);
  });
});

describe('a list', () => {
  it.each([
    ['/admin/payment-steps?state=lost', 'state'],
    ['/admin/payment-steps?limit=0', 'limit'],
    ['/admin/disputes?cursor=nothing', 'cursor'],
    ['/admin/disputes?limit=101', 'limit'],
  ])('of admins refuses %s', async (path, field) => {
    const reply = await (await member('admin')).api.get(path);
    expect(reply.status).toBe(400);
    expect(reply.error.details).toEqual([{ field, message: expect.any(String) }]);
  });

  it('of earnings refuses a cursor that is none', async () => {
    const reply = await (await member('provider')).api.get('/users/me/earnings?cursor=AAAA');
    expect(reply.status).toBe(400);
  });
});
