import { noSuch } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import type { Customer } from '../state.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';
import { given } from './given.ts';

type LivingCustomer = Exclude<Customer, { deleted: true }>;

/** @throws ApiError `resource_missing`, for a deleted one too */
export function findCustomer(world: World, id: string, param: string): LivingCustomer {
  const customer = find(world, world.state.customers, 'customer', id, { param });
  if (isDeleted(customer)) throw noSuch('customer', id, param);
  return customer;
}

function isDeleted(customer: Customer): customer is Exclude<Customer, LivingCustomer> {
  return customer.deleted === true;
}

function create(world: World, input: ReturnType<typeof readCustomer>): LivingCustomer {
  const id = world.id('cus');
  const customer: LivingCustomer = {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: world.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: input.description ?? null,
    discount: null,
    email: input.email ?? null,
    invoice_prefix: world.secret(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: input.defaultPaymentMethod ?? null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: input.metadata({}),
    name: input.name ?? null,
    next_invoice_sequence: 1,
    phone: input.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  world.add<Customer>(world.state.customers, customer);
  world.emit('customer.created', customer);
  return customer;
}

function update(world: World, input: ReturnType<typeof readCustomer>, call: Call): Customer {
  const customer = findCustomer(world, call.id(0), 'id');
  const changed: LivingCustomer = {
    ...customer,
    ...given({
      description: input.description,
      email: input.email,
      name: input.name,
      phone: input.phone,
    }),
    invoice_settings: {
      ...customer.invoice_settings,
      ...given({ default_payment_method: input.defaultPaymentMethod }),
    },
    metadata: input.metadata(customer.metadata),
  };
  world.change<Customer>(world.state.customers, customer, changed);
  world.emit('customer.updated', changed, customer);
  return changed;
}

function readCustomer(params: Params) {
  return {
    description: params.unsettable('description'),
    email: params.unsettable('email'),
    name: params.unsettable('name'),
    phone: params.unsettable('phone'),
    defaultPaymentMethod: params.hash('invoice_settings')?.unsettable('default_payment_method'),
    metadata: params.metadata(),
  };
}

function remove(world: World, _input: null, call: Call): Customer {
  const customer = findCustomer(world, call.id(0), 'id');
  for (const method of world.state.paymentMethods.values()) {
    if (method.customer !== customer.id) continue;
    world.state.usedUp.add(method.id);
    world.emit(
      'payment_method.detached',
      world.change(world.state.paymentMethods, method, { customer: null }),
      method,
    );
  }
  world.emit('customer.deleted', customer);
  return world.add<Customer>(world.state.customers, { id: customer.id, object: 'customer', deleted: true });
}

function list(world: World, query: ListQuery & { email: string | undefined }, call: Call) {
  return page(world, call, 'customer', world.state.customers, query, (customer) => {
    return !isDeleted(customer) && (!query.email || customer.email === query.email);
  });
}

export const customerRoutes: Route[] = [
  route('POST', '/v1/customers', readCustomer, create),
  route(
    'GET',
    '/v1/customers',
    (params) => ({ ...readListQuery(params), email: params.optional('email') }),
    list,
  ),
  route(
    'GET',
    '/v1/customers/{}',
    () => null,
    (world, _input, call) => find(world, world.state.customers, 'customer', call.id(0)),
  ),
  route('POST', '/v1/customers/{}', readCustomer, update),
  route('DELETE', '/v1/customers/{}', () => null, remove),
];
