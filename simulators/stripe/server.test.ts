import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { authorization, errorOf } from './bench.ts';
import { checked, prepareChecks } from './contract/checked.ts';
import { type StripeServer, serveStripe } from './server.ts';

let server: StripeServer;
let sdk: Stripe;

beforeAll(prepareChecks);

beforeEach(async () => {
  server = await serveStripe({ wrap: checked });
  sdk = new Stripe('sk_test_server', {
    host: '127.0.0.1',
    port: server.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
});

afterEach(async () => {
  const violations = server.stripe.takeViolations?.();
  await server.close();
  expect(violations).toEqual([]);
});

function control(path: string, body?: unknown, method = 'POST') {
  const json = { 'content-type': 'application/json' };
  return fetch(`${server.url}/_sim${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: json }),
  });
}

function form(path: string, outcome: string) {
  return fetch(path, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });
}

test('the SDK pays, captures and refunds over sockets', async () => {
  const intent = await sdk.paymentIntents.create(authorization);
  const captured = await sdk.paymentIntents.capture(intent.id, { expand: ['latest_charge'] });
  expect(captured.status).toBe('succeeded');
  expect((await sdk.refunds.create({ payment_intent: intent.id })).status).toBe('succeeded');
});

test("the bank's question is a page, and leads back to the shop", async () => {
  const waiting = await sdk.paymentIntents.create({
    ...authorization,
    payment_method: 'pm_card_authenticationRequired',
    return_url: 'https://app.example/back?order=1',
  });
  const page = waiting.next_action?.redirect_to_url?.url ?? '';
  expect(page.startsWith(server.url)).toBe(true);
  expect(await (await fetch(page)).text()).toContain('Approve');
  const answered = await form(page, 'succeed');
  expect(answered.status).toBe(303);
  const back = new URL(answered.headers.get('location') ?? '');
  expect(Object.fromEntries(back.searchParams)).toMatchObject({
    order: '1',
    payment_intent: waiting.id,
    redirect_status: 'succeeded',
  });
  expect((await sdk.paymentIntents.retrieve(waiting.id)).status).toBe('requires_capture');
  expect((await form(page, 'succeed')).status).toBe(404);
});

test("the bank's question can be opened in Stripe.js' place, and leads back to whoever did", async () => {
  const ask = { ...authorization, payment_method: 'pm_card_authenticationRequired' };
  const open = async (returnUrl: string) => {
    const { id } = await sdk.paymentIntents.create(ask);
    const page = `${server.url}/authenticate/${id}?return_url=${encodeURIComponent(returnUrl)}`;
    return form(page, 'succeed');
  };
  const answered = await open('https://app.example/order');
  expect(answered.headers.get('location')).toMatch(/^https:\/\/app\.example\/order\?payment_intent=pi_/);
  const stays = await open('javascript:alert(1)');
  expect([stays.status, stays.headers.get('location')]).toEqual([200, null]);
});

test('a payee finishes onboarding on a page, once, in time', async () => {
  const account = await sdk.accounts.create({ capabilities: { transfers: { requested: true } } });
  const link = () =>
    sdk.accountLinks.create({
      account: account.id,
      type: 'account_onboarding',
      refresh_url: 'https://app.example/again',
      return_url: 'https://app.example/done',
    });
  const left = await link();
  expect(await (await fetch(left.url)).text()).toContain('individual.first_name');
  expect((await form(left.url, 'leave')).headers.get('location')).toBe('https://app.example/done');
  expect((await sdk.accounts.retrieve(account.id)).details_submitted).toBe(false);
  expect((await form(left.url, 'finish')).headers.get('location')).toBe('https://app.example/again');

  const late = await link();
  await control('/clock', { advance_seconds: 301 });
  const refreshed = await fetch(late.url, { redirect: 'manual' });
  expect(refreshed.headers.get('location')).toBe('https://app.example/again');

  await form((await link()).url, 'finish');
  expect((await sdk.accounts.retrieve(account.id)).payouts_enabled).toBe(true);
});

test('the clock is moved, never back, and brings what was due', async () => {
  const { id } = await sdk.paymentIntents.create(authorization);
  const { now } = await (await control('/clock', undefined, 'GET')).json();
  expect((await control('/clock', { now: now - 10 })).status).toBe(400);
  expect((await control('/clock', { advance_seconds: -1 })).status).toBe(400);
  expect((await control('/clock', { now: now + 8 * 24 * 60 * 60 })).status).toBe(200);
  expect((await sdk.paymentIntents.retrieve(id)).status).toBe('canceled');
});

test('faults are asked for, and a cut connection is sent again by the SDK itself', async () => {
  await control('/faults', { kind: 'cut_after', method: 'POST' });
  const intent = await sdk.paymentIntents.create(authorization);
  expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(server.stripe.world.state.paymentIntents.size).toBe(1);
  expect((await control('/faults', { kind: 'rate_limited', path: '(' })).status).toBe(400);
  await control('/faults', { kind: 'rate_limited', times: 9 });
  expect((await errorOf(sdk.customers.create({}))).statusCode).toBe(429);
  expect(await (await control('/faults', undefined, 'DELETE')).json()).toEqual([]);
});

test('a request without an answer ends with the client’s patience', async () => {
  await control('/faults', { kind: 'time_out_after', method: 'POST' });
  const error = await errorOf(sdk.customers.create({}, { timeout: 100 }));
  expect(error.type).toBe('StripeConnectionError');
  await vi.waitFor(() => expect(server.stripe.world.state.customers.size).toBe(1), { timeout: 10_000 });
});

test('webhooks arrive signed, as raw JSON', async () => {
  const received: { signature: string; body: string }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ signature: String(request.headers['stripe-signature']), body });
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo; // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}/webhooks`;
  await control('/webhooks/endpoints', [{ url, secret: 'whsec_test' }], 'PUT');
  await sdk.customers.create({ email: 'payer@example.com' });
  await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 10_000 });
  const [{ body, signature } = { body: '', signature: '' }] = received;
  const event = await Stripe.webhooks.constructEventAsync(body, signature, 'whsec_test');
  expect(event).toMatchObject({ type: 'customer.created', data: { object: { email: 'payer@example.com' } } });

  await control('/webhooks', { held: true });
  await sdk.customers.create({});
  const { waiting } = await (await control('/webhooks', undefined, 'GET')).json();
  expect(waiting).toHaveLength(1);
  await control(`/webhooks/${waiting[0].id}/double`);
  await control(`/webhooks/${waiting[0].id}/deliver`);
  expect(received).toHaveLength(2);
  await control('/webhooks', { held: false });
  await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 10_000 });
  await new Promise((resolve) => receiver.close(resolve));
});

test('disputes, refunds and payees are moved by switches', async () => {
  const { id } = await sdk.paymentIntents.create(authorization);
  const { latest_charge: charge } = await sdk.paymentIntents.capture(id);
  const refund = await sdk.refunds.create({ payment_intent: id, amount: 100 });
  expect((await control(`/refunds/${refund.id}/end`, { outcome: 'failed' })).status).toBe(200);
  const dispute = await (await control('/disputes', { charge, inquiry: true })).json();
  expect((await control(`/disputes/${dispute.id}/escalate`)).status).toBe(200);
  expect((await control(`/disputes/${dispute.id}/decide`, { outcome: 'won' })).status).toBe(200);
  expect((await control(`/disputes/${dispute.id}/decide`, { outcome: 'won' })).status).toBe(400);
  const account = await sdk.accounts.create({ capabilities: { transfers: { requested: true } } });
  await control(`/accounts/${account.id}/finish_onboarding`);
  await control(`/accounts/${account.id}/requirements`, { currently_due: ['tos_acceptance.date'] });
  expect((await sdk.accounts.retrieve(account.id)).payouts_enabled).toBe(false);
  expect(await (await control('/violations', undefined, 'GET')).json()).toEqual([]);
});

test('a reset forgets everything', async () => {
  const { id } = await sdk.customers.create({});
  await control('/reset');
  expect((await errorOf(sdk.customers.retrieve(id))).code).toBe('resource_missing');
});
