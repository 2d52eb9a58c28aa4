import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import type { Charge, PaymentIntent, PaymentMethod } from '../state.ts';
import type { World } from '../world.ts';
import { attemptCharge, captureCharge, cardOf } from './charges.ts';
import { cardError, type LastPaymentError, refusal, unexpectedState } from './payment-intent-error.ts';
import { attachTo, usablePaymentMethod } from './payment-methods.ts';
import type { Decline, TestCard } from './test-cards.ts';

interface Confirmation {
  paymentMethod: string | undefined;
  offSession: boolean;
  setupFutureUsage: 'off_session' | 'on_session' | undefined;
  returnUrl: string | undefined;
  errorOnRequiresAction: boolean;
  useStripeSdk: boolean;
}

export function readConfirmation(params: Params): Confirmation {
  return {
    paymentMethod: params.optional('payment_method'),
    offSession:
      (params.oneOf('off_session', ['true', 'false', 'one_off', 'recurring']) ?? 'false') !== 'false',
    setupFutureUsage: params.oneOf('setup_future_usage', ['off_session', 'on_session']),
    returnUrl: params.optional('return_url'),
    errorOnRequiresAction: params.boolean('error_on_requires_action') ?? false,
    useStripeSdk: params.boolean('use_stripe_sdk') ?? false,
  };
}

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/**
 * Tries to make the payment.
 * @throws ApiError 402 when it is refused; the intent has changed then, too
 */
export function confirm(world: World, intent: PaymentIntent, input: Confirmation): PaymentIntent {
  const { method, confirmed } = begin(world, intent, input);
  const card = cardOf(world, method);
  if (!asksForAuthentication(world, card, method, input.offSession)) {
    return orRefuse(attempt(world, confirmed, method, card.decline, input.offSession));
  }
  if (input.offSession) return orRefuse(attempt(world, confirmed, method, authenticationRequired, true));
  if (input.errorOnRequiresAction) {
    return orRefuse(fail(world, confirmed, cardError(authenticationRequired, method, null), null));
  }
  const waiting = world.change(world.state.paymentIntents, confirmed, {
    next_action: nextAction(world, intent.id, input.returnUrl),
    status: 'requires_action',
  });
  world.emit('payment_intent.requires_action', waiting);
  return waiting;
}

function begin(world: World, intent: PaymentIntent, input: Confirmation) {
  if (!confirmable.includes(intent.status)) {
    const message = `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(', ')}.`;
    throw unexpectedState(message, intent);
  }
  const methodId = input.paymentMethod ?? intent.payment_method;
  if (!methodId) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      intent,
    );
  }
  const { automatic_payment_methods: automatic } = intent;
  const mayRedirect = automatic?.enabled && automatic.allow_redirects !== 'never';
  if (mayRedirect && !input.returnUrl && !input.offSession && !input.useStripeSdk) {
    throw invalidRequest(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
  }
  const method = usablePaymentMethod(world, methodId, intent.customer);
  const confirmed = world.change(world.state.paymentIntents, intent, {
    last_payment_error: null,
    next_action: null,
    payment_method: method.id,
    setup_future_usage: input.setupFutureUsage ?? intent.setup_future_usage,
  });
  return { method, confirmed };
}

/** Whether the card's bank wants its owner to prove who they are. */
export function asksForAuthentication(
  world: World,
  { authentication }: TestCard,
  method: PaymentMethod,
  offSession: boolean,
): boolean {
  switch (authentication) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'unless_set_up':
      return !offSession || !world.state.setUp.has(method.id);
    case 'with_owner_only':
      return !offSession;
  }
}

/** The owner has answered the bank: the payment goes on, or it failed. Nobody waits for an answer, only events tell. */
export function endAuthentication(world: World, intent: PaymentIntent, succeeded: boolean): PaymentIntent {
  if (intent.status !== 'requires_action' || !intent.payment_method) {
    throw unexpectedState(
      `This PaymentIntent has a status of ${intent.status}, nothing to authenticate.`,
      intent,
    );
  }
  const method = usablePaymentMethod(world, intent.payment_method, intent.customer);
  const authenticated = world.change(world.state.paymentIntents, intent, { next_action: null });
  if (succeeded) return attempt(world, authenticated, method, cardOf(world, method).decline, false).intent;
  const error: LastPaymentError = {
    ...cardError(authenticationRequired, method, null),
    code: 'payment_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    type: 'invalid_request_error',
  };
  delete error.decline_code;
  return fail(world, authenticated, error, null).intent;
}

interface Attempt {
  intent: PaymentIntent;
  error: LastPaymentError | null;
}

function attempt(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline | null,
  offSession: boolean,
): Attempt {
  const charge = attemptCharge(world, intent, method, { offSession, decline });
  if (decline) return fail(world, intent, cardError(decline, method, charge), charge);
  saveMethod(world, intent, method);
  const manual = intent.capture_method === 'manual';
  if (!manual) captureCharge(world, charge, charge.amount, intent.capture_method === 'automatic_async');
  world.emit('charge.succeeded', world.state.charges.get(charge.id) ?? charge);
  const authorized = world.change(world.state.paymentIntents, intent, {
    amount_capturable: manual ? intent.amount : 0,
    amount_received: manual ? 0 : intent.amount,
    latest_charge: charge.id,
    status: manual ? 'requires_capture' : 'succeeded',
  });
  world.emit(manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', authorized);
  return { intent: authorized, error: null };
}

/** A method used without being saved is used up. */
function saveMethod(world: World, intent: PaymentIntent, method: PaymentMethod): void {
  if (intent.customer && intent.setup_future_usage) attachTo(world, method, intent.customer);
  if (intent.setup_future_usage === 'off_session') world.state.setUp.add(method.id);
  if (!world.state.paymentMethods.get(method.id)?.customer) world.state.usedUp.add(method.id);
}

function fail(world: World, intent: PaymentIntent, error: LastPaymentError, charge: Charge | null): Attempt {
  if (charge) world.emit('charge.failed', charge);
  const failed = world.change(world.state.paymentIntents, intent, {
    last_payment_error: error,
    latest_charge: charge?.id ?? intent.latest_charge,
    payment_method: null,
    status: 'requires_payment_method',
  });
  world.emit('payment_intent.payment_failed', failed);
  return { intent: failed, error };
}

function orRefuse({ intent, error }: Attempt): PaymentIntent {
  if (error) throw refusal(error, intent);
  return intent;
}

/** Where the owner proves who they are: a page of the simulator's. */
export function nextAction(
  world: World,
  id: string,
  returnUrl: string | undefined,
): NonNullable<PaymentIntent['next_action']> {
  const url = `${world.settings.publicUrl}/authenticate/${id}`;
  if (returnUrl) return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
}
