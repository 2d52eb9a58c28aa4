import { expect, test } from 'vitest';
import { createStripe } from '../stripe.ts';
import { checked } from './checked.ts';
import { ContractChecker } from './contract-checker.ts';
import { loadContract } from './load-contract.ts';

const contract = loadContract();
const checker = new ContractChecker(contract);
const key = { authorization: 'Bearer sk_test_contract' };

/** An object as the simulator answers it. */
async function served(body: string, path = '/v1/payment_intents') {
  const { body: text } = await createStripe().handle({ method: 'POST', path, headers: key, body });
  return JSON.parse(text);
}

const payment = 'amount=500&currency=usd&confirm=true&payment_method=pm_card_visa&off_session=true';

test('the routes are the ones that the SDK calls', () => {
  expect(checker.routeOf('POST', '/v1/payment_intents/pi_1/capture')).toBe(
    'POST /v1/payment_intents/{}/capture',
  );
  expect(checker.routeOf('GET', '/v1/charges/search')).toBe('GET /v1/charges/search');
  expect(checker.routeOf('GET', '/v1/charges/ch_1')).toBe('GET /v1/charges/{}');
  expect(checker.routeOf('PUT', '/v1/charges/ch_1')).toBeNull();
  expect(Object.keys(contract.routes).length).toBeGreaterThan(100);
});

test('requests are read as forms: numbers and booleans are text', () => {
  const check = (params: Record<string, unknown>) =>
    checker.checkRequest('POST', '/v1/payment_intents', params);
  expect(check({ amount: '500', currency: 'usd', confirm: 'true', metadata: { order: '1' } })).toEqual([]);
  expect(check({ currency: 'usd' })[0]).toContain('amount');
  expect(check({ amount: 'many', currency: 'usd' })[0]).toContain('/amount');
  // Until 2026 this was a parameter, and most examples still have it.
  expect(check({ amount: '500', currency: 'usd', payment_method_types: ['card'] })[0]).toContain(
    'payment_method_types',
  );
  expect(check({ amount: '500', currency: 'usd', capture_method: 'by_hand' })[0]).toContain('by_hand');
  expect(checker.checkRequest('POST', '/v1/payment_intents/pi_1/steal', {})[0]).toContain('no route');
});

test('answers are closed: no field too many, none missing, no value that the SDK does not know', async () => {
  const intent = await served(payment);
  const check = (changes: object) =>
    checker.checkAnswer('POST', '/v1/payment_intents', 200, { ...intent, ...changes }, []);
  expect(check({})).toEqual([]);
  expect(check({ invented: 1 })[0]).toContain('invented');
  expect(check({ amount: undefined })[0]).toContain("'amount'");
  expect(check({ status: 'paid' })[0]).toContain('"paid"');
  expect(check({ latest_charge: { id: 'ch_1' } })[0]).toContain('/latest_charge');
});

test('what was expanded is checked as the object that it is', async () => {
  const intent = await served(`${payment}&expand[0]=latest_charge.payment_intent&expand[1]=customer`);
  const check = (answer: object, expand = ['latest_charge.payment_intent', 'customer']) =>
    checker.checkAnswer('POST', '/v1/payment_intents', 200, answer, expand);
  expect(check(intent)).toEqual([]);
  expect(check(intent, [])).not.toEqual([]);
  const broken = { ...intent, latest_charge: { ...intent.latest_charge, captured: 'yes' } };
  expect(check(broken)[0]).toContain('/captured');
});

test('events are checked by their type', async () => {
  const intent = await served(payment);
  const event = {
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1,
    data: { object: intent },
    livemode: false,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
  };
  expect(checker.checkEvent({ ...event, type: 'payment_intent.succeeded' })).toEqual([]);
  expect(checker.checkEvent({ ...event, type: 'charge.succeeded' })).not.toEqual([]);
  expect(checker.checkEvent({ ...event, type: 'payment_intent.invented' })[0]).toContain('no event');
});

test('a checked simulator notes what is wrong on its wire, and what it does not serve', async () => {
  const stripe = checked(createStripe());
  const request = { method: 'POST', headers: key, path: '/v1/payment_intents' };
  await stripe.handle({ ...request, body: payment });
  expect(stripe.takeViolations()).toEqual([]);
  expect((await stripe.handle({ ...request, body: `${payment}&invented=1` })).status).toBe(400);
  expect(stripe.takeViolations()).toMatchObject([{ where: 'request' }]);
  await stripe.handle({ ...request, path: '/v1/topups', body: 'amount=1&currency=usd' });
  expect(stripe.takeViolations().map(({ problem }) => problem)).toEqual([
    "POST /v1/topups is no route of the SDK's that the contract knows",
    'the simulator does not serve POST /v1/topups',
  ]);
});
