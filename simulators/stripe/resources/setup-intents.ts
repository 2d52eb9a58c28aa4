import { ApiError, invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import type { PaymentMethod, SetupIntent } from '../state.ts';
import type { World } from '../world.ts';
import { cardOf } from './charges.ts';
import { findCustomer } from './customers.ts';
import { find } from './find.ts';
import { nextAction } from './payment-intent-confirmation.ts';
import { cardError, type LastPaymentError } from './payment-intent-error.ts';
import { attachTo, usablePaymentMethod } from './payment-methods.ts';

interface Confirmation {
  paymentMethod: string | undefined;
  returnUrl: string | undefined;
  useStripeSdk: boolean;
}

function readConfirmation(params: Params): Confirmation {
  return {
    paymentMethod: params.optional('payment_method'),
    returnUrl: params.optional('return_url'),
    useStripeSdk: params.boolean('use_stripe_sdk') ?? false,
  };
}

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

const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** @throws ApiError 402 when the bank will not have the card saved; the intent has changed then, too */
function confirm(world: World, intent: SetupIntent, input: Confirmation): SetupIntent {
  const methodId = input.paymentMethod ?? intent.payment_method;
  if (!open.includes(intent.status) || !methodId) {
    throw unexpectedState(
      methodId
        ? `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`
        : "You cannot confirm this SetupIntent because it's missing a payment method.",
      intent,
    );
  }
  const { automatic_payment_methods: automatic } = intent;
  if (
    automatic?.enabled &&
    automatic.allow_redirects !== 'never' &&
    !input.returnUrl &&
    !input.useStripeSdk
  ) {
    throw invalidRequest(
      'This SetupIntent is configured to accept payment methods that might redirect your customer: you must provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to `never`.',
    );
  }
  const method = usablePaymentMethod(world, methodId, intent.customer);
  const confirmed = world.change(world.state.setupIntents, intent, {
    last_setup_error: null,
    next_action: null,
    payment_method: method.id,
  });
  const { authentication } = cardOf(world, method);
  if (authentication === 'never' || authentication === 'with_owner_only') {
    const { intent: ended, error } = end(world, confirmed, method);
    if (error) throw new ApiError(402, { ...error, type: 'card_error', setup_intent: onWire(ended) });
    return ended;
  }
  const waiting = world.change(world.state.setupIntents, confirmed, {
    next_action: setupAction(world, intent.id, input.returnUrl),
    status: 'requires_action',
  });
  world.emit('setup_intent.requires_action', waiting);
  return waiting;
}

function setupAction(world: World, id: string, returnUrl: string | undefined): SetupIntent['next_action'] {
  const { type, redirect_to_url, use_stripe_sdk } = nextAction(world, id, returnUrl);
  return {
    type,
    ...(redirect_to_url ? { redirect_to_url } : {}),
    ...(use_stripe_sdk ? { use_stripe_sdk: { ...use_stripe_sdk } } : {}),
  };
}

/** The owner has answered the bank. */
export function endSetupAuthentication(world: World, intent: SetupIntent, succeeded: boolean): SetupIntent {
  if (intent.status !== 'requires_action' || !intent.payment_method) {
    throw unexpectedState(
      `This SetupIntent has a status of ${intent.status}, nothing to authenticate.`,
      intent,
    );
  }
  const method = usablePaymentMethod(world, intent.payment_method, intent.customer);
  const authenticated = world.change(world.state.setupIntents, intent, { next_action: null });
  if (succeeded) return end(world, authenticated, method).intent;
  return fail(world, authenticated, {
    code: 'setup_intent_authentication_failure',
    doc_url: 'https://stripe.com/docs/error-codes/setup-intent-authentication-failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_method: onWire(method),
    type: 'invalid_request_error',
  });
}

function end(world: World, intent: SetupIntent, method: PaymentMethod) {
  const { decline, attaches } = cardOf(world, method);
  if (decline && !attaches) {
    const error = cardError(decline, method, null);
    return { intent: fail(world, intent, error), error };
  }
  if (intent.customer) attachTo(world, method, intent.customer);
  else world.state.usedUp.add(method.id);
  if (intent.usage === 'off_session') world.state.setUp.add(method.id);
  const succeeded = world.change(world.state.setupIntents, intent, { status: 'succeeded' });
  world.emit('setup_intent.succeeded', succeeded);
  return { intent: succeeded, error: null };
}

function fail(world: World, intent: SetupIntent, error: LastPaymentError): SetupIntent {
  const failed = world.change(world.state.setupIntents, intent, {
    last_setup_error: error,
    payment_method: null,
    status: 'requires_payment_method',
  });
  world.emit('setup_intent.setup_failed', failed);
  return failed;
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

function unexpectedState(message: string, intent: SetupIntent): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'setup_intent_unexpected_state',
    message,
    setup_intent: onWire(intent),
  });
}

/** Ids are what the API sends where nothing was expanded: a kept object is a whole one. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's type allows expanded objects, a kept object only ids
function onWire(object: SetupIntent | PaymentMethod): any {
  return object;
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
