import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { stripeEvents } from '#db/schema/index.ts';
import { eventOf, postSigned, signatureOf } from '#test/webhook-forgery.ts';
import { createApp } from '../../app.ts';

const db = database(env);

async function isKept({ id }: { id: string }): Promise<boolean> {
  return (await db.select().from(stripeEvents).where(eq(stripeEvents.id, id))).length > 0;
}

describe('a webhook', () => {
  it('is taken when Stripe signed it', async () => {
    const event = eventOf('invoice.paid', { id: 'in_1', object: 'invoice' });
    const body = JSON.stringify(event);
    const response = await postSigned(body, await signatureOf(body));
    expect(response.status).toBe(200);
    expect(response.headers.has('RateLimit-Limit')).toBe(false);
    expect(await isKept(event)).toBe(true);
  });

  const forged: [string, (body: string) => Promise<string | null>][] = [
    ['nobody signed', async () => null],
    ['is signed with nothing', async () => ''],
    ['is signed with nonsense', async () => 't=1,v1=00'],
    ['somebody else signed', (body) => signatureOf(body, { secret: 'whsec_guessed' })],
    [
      'was signed for the other endpoint',
      (body) => signatureOf(body, { secret: env.STRIPE_CONNECT_WEBHOOK_SECRET }),
    ],
    ['was signed for another body', (body) => signatureOf(`${body} `)],
    ['was signed long ago', (body) => signatureOf(body, { age: 301 })],
  ];
  it.each(forged)('that %s is refused without a word on why, and leaves no trace', async (_, signature) => {
    const event = eventOf('payment_intent.succeeded', { id: 'pi_1', object: 'payment_intent' });
    const body = JSON.stringify(event);
    const response = await postSigned(body, await signature(body));
    expect(response.status).toBe(400);
    expect((await response.json<{ error: object }>()).error).toEqual({
      code: 'VALIDATION_ERROR',
      message: 'The request is not valid.',
      details: [{ field: 'body', message: 'is no webhook that Stripe signed for us' }],
    });
    expect(await isKept(event)).toBe(false);
  });

  it("of the platform is not taken by the other endpoint, nor connected accounts' by the platform's", async () => {
    const event = eventOf('account.updated', { id: 'acct_1', object: 'account' }, { account: 'acct_1' });
    const body = JSON.stringify(event);
    const secret = env.STRIPE_CONNECT_WEBHOOK_SECRET;
    const connect = '/webhooks/stripe-connect';
    expect((await postSigned(body, await signatureOf(body), connect)).status).toBe(400);
    expect((await postSigned(body, await signatureOf(body, { secret }))).status).toBe(400);
    expect((await postSigned(body, await signatureOf(body, { secret }), connect)).status).toBe(200);
  });

  it('of the wrong mode is refused: real money beside a test key, test money beside a live one', async () => {
    const real = eventOf('charge.succeeded', { id: 'ch_1', object: 'charge' }, { livemode: true });
    const body = JSON.stringify(real);
    expect((await postSigned(body, await signatureOf(body))).status).toBe(400);

    const test = JSON.stringify(eventOf('charge.succeeded', { id: 'ch_1', object: 'charge' }));
    const context = createExecutionContext();
    const response = await createApp().fetch(
      new Request('http://taplive.test/webhooks/stripe', {
        method: 'POST',
        headers: { 'Stripe-Signature': await signatureOf(test) },
        body: test,
      }),
      { ...env, STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1', STRIPE_API_URL: '' },
      context,
    );
    await waitOnExecutionContext(context);
    expect(response.status).toBe(400);
    expect(await isKept(real)).toBe(false);
  });

  it.each(['', '{', 'null', '[]', '"event"', '{"object":"event"}', '{"id":7,"object":"event"}'])(
    'that is signed and no event is refused: %j',
    async (body) => {
      expect((await postSigned(body, await signatureOf(body))).status).toBe(400);
    },
  );

  it('that is too large is not even read', async () => {
    const body = JSON.stringify(eventOf('a.type', { id: 'x', object: 'x', text: 'x'.repeat(600_000) }));
    const response = await postSigned(body, await signatureOf(body));
    expect(response.status).toBe(413);
    const chunked = new Request('http://taplive.test/webhooks/stripe', {
      method: 'POST',
      body: new Response(body).body,
    });
    expect((await createApp().fetch(chunked, env, createExecutionContext())).status).toBe(413);
  });

  it('cannot be read back, and comes by POST only', async () => {
    const { exports } = await import('cloudflare:workers');
    expect((await exports.default.fetch('http://taplive.test/webhooks/stripe')).status).toBe(404);
  });
});
