import type Stripe from 'stripe';

/** What stands under `error` in Stripe's answer. */
export type ErrorBody = Omit<Stripe.PaymentIntent.LastPaymentError, 'type' | 'code'> & {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  code?: string;
};

/** A refusal that the API answers with. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.body = withDocumentation(body);
  }
}

/** 400 `invalid_request_error`. */
export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details });
}

/** How Stripe names an id that was in the path, which makes the answer a 404. */
const inPath = ['id', 'intent'];

/** @param object what Stripe calls it: `payment_intent`; @param param what held the id */
export function noSuch(object: string, id: string, param = 'id'): ApiError {
  const status = inPath.includes(param) ? 404 : 400;
  const message = `No such ${object}: '${id}'`;
  return new ApiError(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

function withDocumentation(body: ErrorBody): ErrorBody {
  if (!body.code) return body;
  const anchor = body.code.replaceAll('_', '-');
  return { ...body, doc_url: `https://stripe.com/docs/error-codes/${anchor}` };
}
