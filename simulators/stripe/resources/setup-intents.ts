import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import type { SetupIntent } from '../state.ts';
import type { World } from '../world.ts';
import { findCustomer } from './customers.ts';
import { find } from './find.ts';
import { usablePaymentMethod } from './payment-methods.ts';
import { confirm, open, readConfirmation, unexpectedState } from './setup-intent-confirmation.ts';

function readCreate(params: Params) {
  const automatic = params.hash('automatic_payment_methods');
  return {
    customer: params.optional('customer'),
    description: params.optional('description'),
    metadata: params.metadata(),
    usage: params.oneOf('usage', ['off_session', 'on_session']),
    allowedTypes: params.list('allowed_payment_method_types'),
    redirects: automatic?.oneOf('allow_redirects', ['always', 'never']) ?? ('always' as const),
    enabled: automatic?.boolean('enabled') ?? true,
    confirm: params.boolean('confirm') ?? false,
    confirmation: readConfirmation(params),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>): SetupIntent {
  const customer = input.customer ? findCustomer(world, input.customer, 'customer').id : null;
  const { paymentMethod } = input.confirmation;
  const method = paymentMethod ? usablePaymentMethod(world, paymentMethod, customer) : null;
  const id = world.id('seti');
  const narrowed = input.allowedTypes.length > 0;
  const intent = world.add<SetupIntent>(world.state.setupIntents, {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: narrowed ? input.allowedTypes : null,
    application: null,
    automatic_payment_methods: narrowed ? null : { allow_redirects: input.redirects, enabled: input.enabled },
    cancellation_reason: null,
    client_secret: `${id}_secret_${world.secret(25)}`,
    created: world.now(),
    customer,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: input.metadata({}),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    usage: input.usage ?? 'off_session',
  });
  world.emit('setup_intent.created', intent);
  return input.confirm
    ? confirm(world, intent, { ...input.confirmation, paymentMethod: method?.id })
    : intent;
}

const cancellationReasons = ['abandoned', 'duplicate', 'requested_by_customer'] as const;

function cancel(world: World, input: { reason: SetupIntent['cancellation_reason'] | undefined }, call: Call) {
  const intent = findSetupIntent(world, call.id(0));
  if (!open.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
      intent,
    );
  }
  const canceled = world.change(world.state.setupIntents, intent, {
    cancellation_reason: input.reason ?? null,
    next_action: null,
    status: 'canceled',
  });
  world.emit('setup_intent.canceled', canceled);
  return canceled;
}

export function findSetupIntent(world: World, id: string): SetupIntent {
  return find(world, world.state.setupIntents, 'setup_intent', id, { param: 'intent' });
}

interface SetupFilter extends ListQuery {
  customer: string | undefined;
  paymentMethod: string | undefined;
}

function list(world: World, query: SetupFilter, call: Call) {
  return page(world, call, 'setup_intent', world.state.setupIntents, query, (intent) => {
    if (query.customer && intent.customer !== query.customer) return false;
    return !query.paymentMethod || intent.payment_method === query.paymentMethod;
  });
}

export const setupIntentRoutes: Route[] = [
  route('POST', '/v1/setup_intents', readCreate, create),
  route(
    'GET',
    '/v1/setup_intents',
    (params) => ({
      ...readListQuery(params),
      customer: params.optional('customer'),
      paymentMethod: params.optional('payment_method'),
    }),
    list,
  ),
  route(
    'GET',
    '/v1/setup_intents/{}',
    (params) => params.optional('client_secret'),
    (world, _secret, call) => findSetupIntent(world, call.id(0)),
  ),
  route('POST', '/v1/setup_intents/{}/confirm', readConfirmation, (world, input, call) =>
    confirm(world, findSetupIntent(world, call.id(0)), input),
  ),
  route(
    'POST',
    '/v1/setup_intents/{}/cancel',
    (params) => ({ reason: params.oneOf('cancellation_reason', cancellationReasons) }),
    cancel,
  ),
];
