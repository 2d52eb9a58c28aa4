import { ApiError } from '../api/errors.ts';
import type { Charge, PaymentIntent, PaymentMethod } from '../state.ts';
import type { Decline } from './test-cards.ts';

export type LastPaymentError = NonNullable<PaymentIntent['last_payment_error']>;

/** 400: the payment intent's status does not allow this. Carries it, as Stripe's answer does. */
export function unexpectedState(message: string, intent: PaymentIntent): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: onWire(intent),
  });
}

/** Why a payment did not go through, as the intent tells it afterwards. */
export function cardError(decline: Decline, method: PaymentMethod, charge: Charge | null): LastPaymentError {
  return {
    ...(charge ? { charge: charge.id } : {}),
    code: decline.code,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: decline.message,
    payment_method: onWire(method),
    type: 'card_error',
  };
}

/** 402: the same, to whoever asked for the payment. */
export function refusal(error: LastPaymentError, intent: PaymentIntent): ApiError {
  return new ApiError(402, { ...error, type: 'card_error', payment_intent: onWire(intent) });
}

/** Ids are what the API sends where nothing was expanded: a kept object is a whole one. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's type allows expanded objects, a kept object only ids
function onWire(object: PaymentIntent | PaymentMethod): any {
  return object;
}
