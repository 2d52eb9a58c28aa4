import { ApiError, invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import type { PaymentMethod, SetupIntent } from '../state.ts';
import type { World } from '../world.ts';
import { cardOf } from './charges.ts';
import { nextAction } from './payment-intent-confirmation.ts';
import { cardError, type LastPaymentError } from './payment-intent-error.ts';
import { attachTo, usablePaymentMethod } from './payment-methods.ts';

interface Confirmation {
  paymentMethod: string | undefined;
  returnUrl: string | undefined;
  useStripeSdk: boolean;
}

export function readConfirmation(params: Params): Confirmation {
  return {
    paymentMethod: params.optional('payment_method'),
    returnUrl: params.optional('return_url'),
    useStripeSdk: params.boolean('use_stripe_sdk') ?? false,
  };
}

/** What can still be confirmed or cancelled. */
export const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** @throws ApiError 402 when the bank will not have the card saved; the intent has changed then, too */
export function confirm(world: World, intent: SetupIntent, input: Confirmation): SetupIntent {
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

export function unexpectedState(message: string, intent: SetupIntent): ApiError {
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
