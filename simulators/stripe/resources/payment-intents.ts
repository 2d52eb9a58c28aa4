import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { checkChargeAmount, checkCurrency } from '../money/currencies.ts';
import type { PaymentIntent } from '../state.ts';
import type { World } from '../world.ts';
import { releaseAuthorization } from './authorization-release.ts';
import { findCustomer } from './customers.ts';
import { find } from './find.ts';
import { capture, readCapture } from './payment-intent-capture.ts';
import { confirm, readConfirmation } from './payment-intent-confirmation.ts';
import { unexpectedState } from './payment-intent-error.ts';
import { usablePaymentMethod } from './payment-methods.ts';

const cancellationReasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

function readCreate(params: Params) {
  const confirmed = params.boolean('confirm') ?? false;
  if (!confirmed && params.has('off_session')) {
    throw invalidRequest('You can only set `off_session` when `confirm` is true.', { param: 'off_session' });
  }
  return {
    ...readFields(params),
    amount: params.requiredAmount('amount'),
    currency: checkCurrency(params.required('currency')),
    captureMethod: params.oneOf('capture_method', ['automatic', 'automatic_async', 'manual']),
    automatic: readAutomatic(params.hash('automatic_payment_methods')),
    allowedTypes: params.list('allowed_payment_method_types'),
    confirm: confirmed,
    confirmation: readConfirmation(params),
  };
}

/** What may be set at creation and changed until confirmation. */
function readFields(params: Params) {
  return {
    customer: params.optional('customer'),
    description: params.unsettable('description'),
    metadata: params.metadata(),
    receiptEmail: params.unsettable('receipt_email'),
    statementDescriptor: params.optional('statement_descriptor'),
    statementDescriptorSuffix: params.optional('statement_descriptor_suffix'),
    transferGroup: params.optional('transfer_group'),
  };
}

function readAutomatic(params: Params | undefined): PaymentIntent['automatic_payment_methods'] {
  // Without a word Stripe offers what the Dashboard has enabled.
  if (!params) return { allow_redirects: 'always', enabled: true };
  const redirects = params.oneOf('allow_redirects', ['always', 'never']) ?? 'always';
  return { allow_redirects: redirects, enabled: params.boolean('enabled') ?? false };
}

function create(world: World, input: ReturnType<typeof readCreate>): PaymentIntent {
  checkChargeAmount(input.amount, input.currency);
  const customer = input.customer ? findCustomer(world, input.customer, 'customer').id : null;
  const { paymentMethod } = input.confirmation;
  const method = paymentMethod ? usablePaymentMethod(world, paymentMethod, customer) : null;
  const id = world.id('pi');
  const intent = world.add<PaymentIntent>(world.state.paymentIntents, {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: input.allowedTypes.length > 0 ? input.allowedTypes : null,
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: input.allowedTypes.length > 0 ? null : input.automatic,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${world.secret(25)}`,
    confirmation_method: 'automatic',
    created: world.now(),
    currency: input.currency,
    customer,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata({}),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: input.confirmation.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: input.statementDescriptor ?? null,
    statement_descriptor_suffix: input.statementDescriptorSuffix ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: input.transferGroup ?? null,
  });
  world.emit('payment_intent.created', intent);
  if (!input.confirm) return intent;
  // The method was made of a test id above: made once, not twice.
  return confirm(world, intent, { ...input.confirmation, paymentMethod: method?.id });
}

const changeable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

function update(world: World, input: ReturnType<typeof readUpdate>, call: Call): PaymentIntent {
  const intent = findIntent(world, call.id(0));
  const { fields, amount, paymentMethod } = input;
  const fixed = amount ?? paymentMethod ?? fields.customer;
  if (fixed !== undefined && !changeable.includes(intent.status)) {
    const message = `This PaymentIntent's amount, customer or payment method could not be updated because it has a status of ${intent.status}.`;
    throw unexpectedState(message, intent);
  }
  if (amount !== undefined) checkChargeAmount(amount, intent.currency);
  const customer = fields.customer ? findCustomer(world, fields.customer, 'customer').id : intent.customer;
  const method = paymentMethod
    ? usablePaymentMethod(world, paymentMethod, customer).id
    : intent.payment_method;
  const confirmable = method ? 'requires_confirmation' : 'requires_payment_method';
  return world.change(world.state.paymentIntents, intent, {
    amount: amount ?? intent.amount,
    customer,
    description: fields.description === undefined ? intent.description : fields.description,
    metadata: fields.metadata(intent.metadata),
    payment_method: method,
    receipt_email: fields.receiptEmail === undefined ? intent.receipt_email : fields.receiptEmail,
    setup_future_usage: input.setupFutureUsage ?? intent.setup_future_usage,
    statement_descriptor: fields.statementDescriptor ?? intent.statement_descriptor,
    statement_descriptor_suffix: fields.statementDescriptorSuffix ?? intent.statement_descriptor_suffix,
    status: paymentMethod ? confirmable : intent.status,
    next_action: paymentMethod ? null : intent.next_action,
    transfer_group: fields.transferGroup ?? intent.transfer_group,
  });
}

function readUpdate(params: Params) {
  return {
    fields: readFields(params),
    amount: params.amount('amount'),
    paymentMethod: params.optional('payment_method'),
    setupFutureUsage: params.oneOf('setup_future_usage', ['off_session', 'on_session']),
  };
}

const cancelable = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
];

function cancel(world: World, input: { reason: string | undefined }, call: Call): PaymentIntent {
  const intent = findIntent(world, call.id(0));
  if (!cancelable.includes(intent.status)) {
    const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancelable.join(', ')}.`;
    throw unexpectedState(message, intent);
  }
  if (intent.status === 'requires_capture') releaseAuthorization(world, intent, null);
  return cancelIntent(world, intent, input.reason ?? null);
}

function cancelIntent(world: World, intent: PaymentIntent, reason: string | null): PaymentIntent {
  const canceled = world.change(world.state.paymentIntents, intent, {
    amount_capturable: 0,
    canceled_at: world.now(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  world.emit('payment_intent.canceled', canceled);
  return canceled;
}

/** Scheduled: nobody captured in time, and the hold lapses. */
export function expireAuthorization(world: World, id: string): void {
  const intent = findIntent(world, id);
  if (intent.status !== 'requires_capture') return;
  releaseAuthorization(world, intent, 'expired_uncaptured_charge');
  cancelIntent(world, intent, 'automatic');
}

export function findIntent(world: World, id: string, param = 'intent'): PaymentIntent {
  return find(world, world.state.paymentIntents, 'payment_intent', id, { param });
}

function list(world: World, query: ListQuery & { customer: string | undefined }, call: Call) {
  const { paymentIntents } = world.state;
  return page(world, call, 'payment_intent', paymentIntents, query, (intent) => {
    return !query.customer || intent.customer === query.customer;
  });
}

export const paymentIntentRoutes: Route[] = [
  route('POST', '/v1/payment_intents', readCreate, create),
  route(
    'GET',
    '/v1/payment_intents',
    (params) => ({ ...readListQuery(params), customer: params.optional('customer') }),
    list,
  ),
  route(
    'GET',
    '/v1/payment_intents/{}',
    (params) => params.optional('client_secret'),
    (world, _secret, call) => findIntent(world, call.id(0)),
  ),
  route('POST', '/v1/payment_intents/{}', readUpdate, update),
  route(
    'POST',
    '/v1/payment_intents/{}/cancel',
    (params) => ({ reason: params.oneOf('cancellation_reason', cancellationReasons) }),
    cancel,
  ),
  route('POST', '/v1/payment_intents/{}/capture', readCapture, (world, input, call) =>
    capture(world, findIntent(world, call.id(0)), input),
  ),
  route('POST', '/v1/payment_intents/{}/confirm', readConfirmation, (world, input, call) =>
    confirm(world, findIntent(world, call.id(0)), input),
  ),
];
