import { expect, test } from 'vitest';
import { openBench, startOfTest } from '#simulators/stripe/bench.ts';
import type { WebhookRequest } from '#simulators/stripe/webhooks/courier.ts';
import { signatureHeader } from '#simulators/stripe/webhooks/signature.ts';
import { createAccount } from './accounts.ts';
import { openScene } from './scene.ts';
import { readWebhook } from './webhook-events.ts';

const now = new Date(startOfTest * 1000);
const secret = 'whsec_platform';
const connectSecret = 'whsec_connect';
const endpoint = { url: 'https://app.example/webhooks', events: ['*'] };

async function open() {
  const received: WebhookRequest[] = [];
  const bench = openBench({
    webhookEndpoints: [
      { ...endpoint, id: 'we_1', secret, connect: false },
      { ...endpoint, id: 'we_2', secret: connectSecret, connect: true },
    ],
    send: async (request) => {
      received.push(request);
      return 200;
    },
  });
  const scene = await openScene(bench.sdk, now);
  /** All that was sent since, as it is read. */
  async function read(wanted = secret) {
    await bench.simulator.courier.deliverDue();
    const results = await Promise.all(
      received.splice(0).map(({ body, headers }) =>
        readWebhook(body, {
          signature: headers['stripe-signature'] ?? null,
          secret: wanted,
          secretKey: 'sk_test_1',
          receivedAt: now,
        }),
      ),
    );
    return results.flatMap((result) => (result.ok ? [result.value] : []));
  }
  return { ...bench, ...scene, read };
}

test('an event says what happened to what, and whose it is', async () => {
  const { authorize, call, read } = await open();
  await read();
  const step = authorize();
  const outcome = await call(step);
  const id = outcome.kind === 'succeeded' ? outcome.fact.id : '';
  const ours = { account: null, intentId: id, stepId: step.id };
  const events = (await read()).filter(({ intentId }) => intentId !== null);
  expect(events).toMatchObject([
    { ...ours, type: 'payment_intent.created', objectType: 'payment_intent', objectId: id },
    { ...ours, type: 'charge.succeeded', objectType: 'charge' },
    { ...ours, type: 'payment_intent.amount_capturable_updated', objectType: 'payment_intent' },
  ]);
});

test('a chargeback has no metadata of ours, and leads to its intent', async () => {
  const { captured, simulator, read } = await open();
  const { chargeId, paymentIntentId } = await captured();
  await read();
  const { id } = simulator.controls.openDispute({ charge: chargeId, reason: 'fraudulent', inquiry: false });
  expect((await read())[0]).toMatchObject({
    type: 'charge.dispute.created',
    objectType: 'dispute',
    objectId: id,
    intentId: paymentIntentId,
    stepId: null,
  });
});

test("a connected account's event names the account, and has a secret of its own", async () => {
  const { sdk, simulator, read } = await open();
  await read();
  const account = await createAccount(sdk, { environment: 'test', userId: 'user-2' });
  simulator.controls.finishOnboarding(account);
  expect(await read(connectSecret)).toMatchObject([
    { type: 'account.updated', account, objectType: 'account', objectId: account, intentId: null },
  ]);
  simulator.controls.requireMore(account, ['external_account'], true);
  expect(await read()).toEqual([]);
});

const event = {
  id: 'evt_1',
  object: 'event',
  type: 'something.new',
  created: startOfTest,
  livemode: false,
  data: { object: {} },
};

function readSigned(body: string, changes: Partial<Parameters<typeof readWebhook>[1]> = {}) {
  return readWebhook(body, {
    signature: signatureHeader(body, secret, startOfTest),
    secret,
    secretKey: 'sk_test_1',
    receivedAt: now,
    ...changes,
  });
}

test('an event of a type that nobody knows is read, too', async () => {
  expect(await readSigned(JSON.stringify(event))).toEqual({
    ok: true,
    value: {
      id: 'evt_1',
      type: 'something.new',
      account: null,
      objectType: '',
      objectId: null,
      intentId: null,
      chargeId: null,
      stepId: null,
    },
  });
});

test('what Stripe did not sign is refused', async () => {
  const body = JSON.stringify(event);
  const refused = { ok: false, error: 'bad_signature' };
  expect(await readSigned(body, { secret: 'whsec_other' })).toEqual(refused);
  expect(await readSigned(body, { signature: null })).toEqual(refused);
  expect(await readSigned(body, { signature: 'nonsense' })).toEqual(refused);
  expect(await readSigned(`${body} `, { signature: signatureHeader(body, secret, startOfTest) })).toEqual(
    refused,
  );
  expect(await readSigned('')).toEqual(refused);
  // Neither is anything signed without a secret.
  expect(await readSigned(body, { secret: '', signature: signatureHeader(body, '', startOfTest) })).toEqual(
    refused,
  );
});

test('a signature is good for five minutes', async () => {
  const body = JSON.stringify(event);
  const after = (seconds: number) =>
    readSigned(body, { receivedAt: new Date((startOfTest + seconds) * 1000) });
  expect((await after(300)).ok).toBe(true);
  expect(await after(301)).toEqual({ ok: false, error: 'bad_signature' });
});

test('test events beside a live key, and live ones beside a test key, are refused', async () => {
  const wrong = { ok: false, error: 'wrong_mode' };
  expect(await readSigned(JSON.stringify(event), { secretKey: 'rk_live_1' })).toEqual(wrong);
  const live = JSON.stringify({ ...event, livemode: true });
  expect(await readSigned(live)).toEqual(wrong);
  expect((await readSigned(live, { secretKey: 'sk_live_1' })).ok).toBe(true);
});

test.each([
  'null',
  '[]',
  '{}',
  'no JSON',
  JSON.stringify({ ...event, livemode: undefined }),
  JSON.stringify({ ...event, data: { object: null } }),
  JSON.stringify({ ...event, data: undefined }),
  JSON.stringify({ ...event, object: 'v2.core.event' }),
])('signed, but no event: %s', async (body) => {
  expect(await readSigned(body)).toEqual({ ok: false, error: 'unreadable' });
});
