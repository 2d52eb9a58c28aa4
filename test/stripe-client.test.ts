import { afterEach, expect, test, vi } from 'vitest';
import { CALL_TIMEOUT_MS, stripeClient } from '#payments/stripe/client.ts';
import { openScene } from '#payments/stripe/scene.ts';
import { readWebhook } from '#payments/stripe/webhook-events.ts';
import { createStripe } from '#simulators/stripe/stripe.ts';
import { signatureHeader } from '#simulators/stripe/webhooks/signature.ts';

/** The runtime's own fetch cannot reach this runtime: it is led to a simulator within. */
function openSimulator() {
  const simulator = createStripe();
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = typeof init.body === 'string' ? init.body : '';
    const method = init.method ?? 'GET';
    const answer = await simulator.handle({ method, path: pathname + search, headers, body });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  });
  return simulator;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('where the Worker runs, Stripe is asked by fetch, and no timer outlives the answer', async () => {
  const simulator = openSimulator();
  const started = vi.spyOn(globalThis, 'setTimeout');
  const ended = vi.spyOn(globalThis, 'clearTimeout');
  const client = stripeClient({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_API_URL: 'http://127.0.0.1:4242' });
  const { call, authorize } = await openScene(client, new Date());
  expect(await call(authorize())).toMatchObject({ kind: 'succeeded', fact: { status: 'authorized' } });
  expect(await call(authorize({ paymentMethodId: 'pm_card_visa_chargeDeclined' }))).toMatchObject({
    kind: 'refused',
    error: { declineCode: 'generic_decline' },
  });
  expect(simulator.world.state.paymentIntents.size).toBe(2);

  const timers = started.mock.calls.flatMap(([, ms], index) =>
    ms === CALL_TIMEOUT_MS ? [started.mock.results[index]?.value] : [],
  );
  const cleared = new Set<unknown>(ended.mock.calls.map(([timer]) => timer));
  expect(timers).toHaveLength(3);
  expect(timers.filter((timer) => !cleared.has(timer))).toEqual([]);
});

test('where the Worker runs, webhooks are verified', async () => {
  const body = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'payout.paid',
    account: 'acct_1',
    created: 1_790_000_000,
    livemode: false,
    data: { object: { id: 'po_1', object: 'payout' } },
  });
  const read = (secret: string) =>
    readWebhook(body, {
      signature: signatureHeader(body, 'whsec_1', 1_790_000_000),
      secret,
      secretKey: 'sk_test_1',
      receivedAt: new Date(1_790_000_000_000),
    });
  expect(await read('whsec_1')).toMatchObject({ ok: true, value: { id: 'evt_1', account: 'acct_1' } });
  expect(await read('whsec_2')).toEqual({ ok: false, error: 'bad_signature' });
});
