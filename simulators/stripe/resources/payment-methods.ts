import { ApiError, invalidRequest, noSuch } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import type { PaymentMethod } from '../state.ts';
import type { World } from '../world.ts';
import { cardOf } from './charges.ts';
import { findCustomer } from './customers.ts';
import { find } from './find.ts';
import { behaviourOf, type TestCardName, testCardNamed } from './test-cards.ts';

/**
 * The payment method with this id. A test id (`pm_card_visa`) makes a new one each time, as it does at Stripe.
 * @throws ApiError `resource_missing`
 */
export function findPaymentMethod(world: World, id: string, param = 'id'): PaymentMethod {
  const name = testCardNamed(id);
  if (name) return createCard(world, name);
  const found = world.state.paymentMethods.get(id);
  if (!found) throw noSuch('PaymentMethod', id, param);
  return found;
}

/**
 * The payment method for a payment by this customer.
 * @throws ApiError when it is another customer's, or may not be used again
 */
export function usablePaymentMethod(world: World, id: string, customer: string | null): PaymentMethod {
  const method = findPaymentMethod(world, id, 'payment_method');
  if (world.state.usedUp.has(method.id)) {
    throw invalidRequest(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    );
  }
  if (method.customer === null || method.customer === customer) return method;
  const message = customer
    ? `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`
    : `The payment method ${method.id} belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter.`;
  throw invalidRequest(message, { param: 'payment_method' });
}

/** Saves a payment method with a customer; does nothing when it is saved there. */
export function attachTo(world: World, method: PaymentMethod, customer: string): PaymentMethod {
  if (method.customer === customer) return method;
  const attached = world.change(world.state.paymentMethods, method, { customer });
  world.emit('payment_method.attached', attached);
  return attached;
}

export function createCard(world: World, name: TestCardName): PaymentMethod {
  const card = behaviourOf(name);
  const method = world.add<PaymentMethod>(world.state.paymentMethods, {
    id: world.id('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: noAddress, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
      country: card.country,
      display_brand: card.brand,
      exp_month: 12,
      exp_year: new Date(world.now() * 1000).getUTCFullYear() + 3,
      // The same card has the same fingerprint, whichever payment method it is in.
      fingerprint: `sim${card.brand}${card.last4}`.padEnd(16, '0').slice(0, 16),
      funding: 'credit',
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  });
  world.state.cards.set(method.id, name);
  return method;
}

const noAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

function create(world: World, input: ReturnType<typeof readCreate>): PaymentMethod {
  const name = input.token ? testCardNamed(input.token.replace(/^tok_/, 'pm_card_')) : null;
  if (!name) throw noSuch('token', input.token ?? '', 'card[token]');
  const method = createCard(world, name);
  return world.change(world.state.paymentMethods, method, { metadata: input.metadata({}) });
}

/** Card numbers are refused: nothing in front of the simulator may ever see one. */
function readCreate(params: Params) {
  params.oneOf('type', ['card']);
  const card = params.hash('card');
  if (!card?.has('token')) {
    throw invalidRequest(
      'Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test PaymentMethod such as pm_card_visa, or card[token] such as tok_visa.',
      { param: 'card' },
    );
  }
  return { token: card.optional('token'), metadata: params.metadata() };
}

function attach(world: World, input: { customer: string }, call: Call): PaymentMethod {
  const method = findPaymentMethod(world, call.id(0));
  const customer = findCustomer(world, input.customer, 'customer');
  if (method.customer !== null && method.customer !== customer.id) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  if (world.state.usedUp.has(method.id)) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
  }
  const { decline, attaches } = cardOf(world, method);
  if (decline && !attaches) {
    throw new ApiError(402, {
      type: 'card_error',
      code: decline.code,
      ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
      message: decline.message,
    });
  }
  return attachTo(world, method, customer.id);
}

function detach(world: World, _input: null, call: Call): PaymentMethod {
  const method = find(world, world.state.paymentMethods, 'PaymentMethod', call.id(0));
  if (method.customer === null) {
    throw invalidRequest(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      { code: 'payment_method_unexpected_state' },
    );
  }
  const detached = world.change(world.state.paymentMethods, method, { customer: null });
  world.state.usedUp.add(method.id);
  world.emit('payment_method.detached', detached, method);
  return detached;
}

function update(world: World, input: ReturnType<typeof readUpdate>, call: Call): PaymentMethod {
  const method = find(world, world.state.paymentMethods, 'PaymentMethod', call.id(0));
  const changed = world.change(world.state.paymentMethods, method, {
    metadata: input.metadata(method.metadata ?? {}),
    allow_redisplay: input.allowRedisplay ?? method.allow_redisplay,
  });
  world.emit('payment_method.updated', changed, method);
  return changed;
}

function readUpdate(params: Params) {
  return {
    metadata: params.metadata(),
    allowRedisplay: params.oneOf('allow_redisplay', ['always', 'limited', 'unspecified']),
  };
}

interface MethodFilter extends ListQuery {
  customer: string | undefined;
}

function readFilter(params: Params): MethodFilter {
  params.oneOf('type', ['card']);
  return { ...readListQuery(params), customer: params.optional('customer') };
}

function listOfCustomer(world: World, query: ListQuery, call: Call, customer: string) {
  findCustomer(world, customer, 'customer');
  const { paymentMethods } = world.state;
  return page(world, call, 'PaymentMethod', paymentMethods, query, (method) => method.customer === customer);
}

export const paymentMethodRoutes: Route[] = [
  route('POST', '/v1/payment_methods', readCreate, create),
  route('GET', '/v1/payment_methods', readFilter, (world, query, call) => {
    // Without a customer Stripe lists those of Treasury accounts only, and here are none.
    if (!query.customer) return page(world, call, 'PaymentMethod', new Map(), query, () => false);
    return listOfCustomer(world, query, call, query.customer);
  }),
  route(
    'GET',
    '/v1/payment_methods/{}',
    () => null,
    (world, _input, call) => findPaymentMethod(world, call.id(0)),
  ),
  route('POST', '/v1/payment_methods/{}', readUpdate, update),
  route(
    'POST',
    '/v1/payment_methods/{}/attach',
    (params) => ({ customer: params.required('customer') }),
    attach,
  ),
  route('POST', '/v1/payment_methods/{}/detach', () => null, detach),
  route('GET', '/v1/customers/{}/payment_methods', readFilter, (world, query, call) =>
    listOfCustomer(world, query, call, call.id(0)),
  ),
  route(
    'GET',
    '/v1/customers/{}/payment_methods/{}',
    () => null,
    (world, _input, call) => {
      const method = find(world, world.state.paymentMethods, 'PaymentMethod', call.id(1));
      if (method.customer !== call.id(0)) throw noSuch('PaymentMethod', call.id(1));
      return method;
    },
  ),
];
