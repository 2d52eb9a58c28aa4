import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { authorization, errorOf, expanded, openBench } from '../bench.ts';
import type { ApiRequest } from './wire.ts';

/** A request as no typed client would send it. */
function bare(changes: Partial<ApiRequest> = {}): ApiRequest {
  return {
    method: 'POST',
    path: '/v1/customers',
    headers: { authorization: 'Bearer sk_test_bench' },
    body: '',
    ...changes,
  };
}

describe('errors', () => {
  test('a missing, malformed or unknown parameter is named', async () => {
    const { simulator } = openBench();
    const refusal = async (body: string) => {
      const answer = await simulator.handle(bare({ path: '/v1/payment_intents', body }));
      return { status: answer.status, ...JSON.parse(answer.body).error };
    };
    expect(await refusal('currency=usd')).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      code: 'parameter_missing',
      param: 'amount',
    });
    expect(await refusal('amount=ten&currency=usd')).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
    expect(await refusal('amount=500&currency=')).toMatchObject({ code: 'parameter_invalid_empty' });
    expect(await refusal('amount=500&currency=usd&tip=1')).toMatchObject({
      code: 'parameter_unknown',
      param: 'tip',
    });
    expect(await refusal('amount=500&currency=usd&automatic_payment_methods[on]=1')).toMatchObject({
      param: 'automatic_payment_methods[on]',
    });
    expect(await refusal('amount=500&currency=usd&capture_method=later')).toMatchObject({
      param: 'capture_method',
    });
    simulator.takeViolations();
  });

  test('what does not exist is told with its name', async () => {
    const { sdk } = openBench();
    const error = await errorOf(sdk.paymentIntents.retrieve('pi_unknown'));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'intent' });
    expect(error.message).toBe("No such payment_intent: 'pi_unknown'");
    expect(error.requestId).toMatch(/^req_/);
  });

  test('only secret test keys get in', async () => {
    const { simulator } = openBench();
    for (const authorization of ['', 'Bearer sk_live_1234567890', 'Bearer pk_test_1']) {
      const { status, body } = await simulator.handle(bare({ headers: { authorization } }));
      expect(status).toBe(401);
      expect(body).not.toContain('sk_live_1234567890');
    }
  });

  test('another version of the API is refused', async () => {
    const { simulator } = openBench();
    const headers = { ...bare().headers, 'stripe-version': '2020-08-27' };
    expect((await simulator.handle(bare({ headers }))).status).toBe(400);
    const current = { ...bare().headers, 'stripe-version': Stripe.API_VERSION };
    expect((await simulator.handle(bare({ headers: current }))).status).toBe(200);
  });
});

describe('lists', () => {
  test('come in pages, newest first, both ways', async () => {
    const { sdk } = openBench();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await sdk.customers.create({})).id);
    const first = await sdk.customers.list({ limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.has_more).toBe(true);
    const last = await sdk.customers.list({ limit: 3, starting_after: ids[1] ?? '' });
    expect(last.data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(last.has_more).toBe(false);
    const back = await sdk.customers.list({ limit: 2, ending_before: ids[3] ?? '' });
    expect(back.data.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
    expect(await sdk.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 })).toHaveLength(5);
  });

  test('refuse a wrong limit or cursor', async () => {
    const { sdk } = openBench();
    expect(await errorOf(sdk.customers.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await errorOf(sdk.customers.list({ starting_after: 'cus_unknown' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  test('are filtered by time', async () => {
    const { sdk, simulator } = openBench();
    const old = await sdk.customers.create({});
    simulator.advance(100);
    const young = await sdk.customers.create({});
    const since = await sdk.customers.list({ created: { gt: old.created } });
    expect(since.data.map(({ id }) => id)).toEqual([young.id]);
    expect((await sdk.customers.list({ created: old.created })).data.map(({ id }) => id)).toEqual([old.id]);
  });
});

describe('expand', () => {
  test('puts objects in place of ids, as deep as asked', async () => {
    const { sdk } = openBench();
    const { id } = await sdk.paymentIntents.create(authorization);
    const intent = await sdk.paymentIntents.capture(id, {
      expand: ['latest_charge.balance_transaction', 'payment_method', 'customer'],
    });
    expect(expanded(intent.payment_method).object).toBe('payment_method');
    expect(intent.customer).toBeNull();
    expect(expanded(expanded(intent.latest_charge).balance_transaction).amount).toBe(2000);
    const list = await sdk.paymentIntents.list({ expand: ['data.latest_charge'] });
    expect(expanded(list.data[0]?.latest_charge).object).toBe('charge');
    expect(typeof (await sdk.paymentIntents.retrieve(id)).latest_charge).toBe('string');
  });

  test('refuses what cannot be expanded, before anything is done', async () => {
    const { sdk } = openBench();
    const { id } = await sdk.paymentIntents.create(authorization);
    expect((await errorOf(sdk.paymentIntents.capture(id, { expand: ['charges'] }))).param).toBe('expand');
    expect((await sdk.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    for (const path of ['amount', 'charges', 'latest_charge.status']) {
      const error = await errorOf(sdk.paymentIntents.retrieve(id, { expand: [path] }));
      expect(error.message).toContain('cannot be expanded');
    }
  });
});

test('events hold objects as they were then', async () => {
  const { sdk, lastEvent } = openBench();
  const { id } = await sdk.paymentIntents.create(authorization);
  await sdk.paymentIntents.capture(id);
  expect(lastEvent('payment_intent.created').data.object).toMatchObject({ status: 'requires_confirmation' });
  expect(lastEvent('payment_intent.amount_capturable_updated').data.object).toMatchObject({
    status: 'requires_capture',
  });
  const event = await sdk.events.retrieve(lastEvent('payment_intent.succeeded').id);
  expect(event).toMatchObject({ livemode: false, api_version: Stripe.API_VERSION, data: { object: { id } } });
  expect((await sdk.events.list({ type: 'charge.captured' })).data).toHaveLength(1);
  expect((await sdk.events.list({ types: ['charge.captured', 'charge.succeeded'] })).data).toHaveLength(2);
});

test('events tell which request brought them', async () => {
  const { sdk, lastEvent } = openBench();
  const intent = await sdk.paymentIntents.create(authorization, { idempotencyKey: 'test:1:0' });
  expect(lastEvent('charge.succeeded').request).toEqual({
    id: intent.lastResponse.requestId,
    idempotency_key: 'test:1:0',
  });
});
