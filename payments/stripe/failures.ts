import type Stripe from 'stripe';
import type { CallOutcome, StepErrorFact } from '#domain/payments/stripe-facts.ts';
import { intentFact, setupFact } from './facts.ts';

/** The outcomes of a call that did not succeed. */
export type Failure = Extract<CallOutcome, { kind: 'refused' | 'deferred' | 'unclear' }>;

/** Stripe could not be asked, or it is not known what it did. Asking again, later, is harmless for whoever reads. */
export class StripeUnavailable extends Error {
  readonly retryable = true;

  constructor(what: string) {
    super(`Stripe could not be asked: ${what}`);
    this.name = 'StripeUnavailable';
  }
}

/**
 * Stripe said no, and will say so again. Its own sentence, `reason`, may name people, so that it is no part of the
 * message, which is logged.
 */
export class StripeRefusal extends Error {
  readonly code: string;
  readonly declineCode: string | null;
  /** The parameter that was wrong. */
  readonly param: string | null;
  /** Whether it was a bank that said no. */
  readonly isDecline: boolean;
  readonly reason: string;

  constructor(error: StripeError) {
    const { code, declineCode, message } = refusalOf(error);
    super(`Stripe refused: ${code} ${error.param ?? ''} (${error.requestId ?? 'no request id'})`);
    this.name = 'StripeRefusal';
    this.code = code;
    this.declineCode = declineCode;
    this.param = error.param ?? null;
    this.isDecline = error.type === 'StripeCardError';
    this.reason = message;
  }
}

/** An answer that cannot be told anything by: neither a success nor an error. */
export class UnreadableAnswer extends Error {
  constructor(what: string) {
    super(`An answer that says nothing: ${what}`);
    this.name = 'UnreadableAnswer';
  }
}

type StripeError = Stripe.errors.StripeError;

/**
 * What the SDK's promise brings. An answer that says that the call failed, and not how, the SDK takes for a success.
 */
export async function answered<T extends object>(call: Promise<Stripe.Response<T>>): Promise<T> {
  const answer = await call;
  const { statusCode } = answer.lastResponse;
  if (statusCode >= 400) throw new UnreadableAnswer(`status ${statusCode}`);
  return answer;
}

/** The same for those who can do nothing but try again, or not. @throws StripeRefusal, StripeUnavailable */
export async function asked<T extends object>(call: Promise<Stripe.Response<T>>): Promise<T> {
  return orOurError(answered(call));
}

/** Puts errors of ours in the place of the SDK's. @throws StripeRefusal, StripeUnavailable */
export async function orOurError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { kind } = failureOf(error);
    throw kind === 'refused' && isStripeError(error)
      ? new StripeRefusal(error)
      : new StripeUnavailable(inShort(error));
  }
}

/**
 * What an error of the SDK's says of the call that it ended. Errors are told apart by their `type`: minifying mangles
 * the names of classes. Any other error is a fault of ours, and is thrown on.
 */
export function failureOf(error: unknown): Failure {
  // It may come from Stripe or from anything on the way, and Stripe may still be at it.
  if (error instanceof UnreadableAnswer) return { kind: 'unclear', answered: false };
  if (!isStripeError(error)) throw error;
  switch (error.type) {
    case 'StripeRateLimitError':
      return { kind: 'deferred' };
    case 'StripeAuthenticationError':
      // Our key is wrong: nothing happened, and nothing will until somebody has put that right.
      return { kind: 'deferred' };
    case 'StripePermissionError':
      // The same, unless it is the connected account that is gone.
      return error.code === 'account_invalid' ? refused(error) : { kind: 'deferred' };
    case 'StripeIdempotencyError':
      // The key was used for something else, which only a fault of ours can bring about. What it did has to be read.
      return { kind: 'unclear', answered: true };
    case 'StripeConnectionError':
      return { kind: 'unclear', answered: false };
    case 'StripeCardError':
    case 'StripeInvalidRequestError':
      return refused(error);
    default:
      return byStatus(error);
  }
}

function byStatus(error: StripeError): Failure {
  const { statusCode } = error;
  // Something that is not JSON, as proxies send it: nobody knows how far the call came.
  if (statusCode === undefined) return { kind: 'unclear', answered: false };
  if (statusCode >= 500) return { kind: 'unclear', answered: true };
  // The same key is in use at this moment.
  if (statusCode === 409) return { kind: 'deferred' };
  return refused(error);
}

function refused(error: StripeError): Failure {
  return { kind: 'refused', error: refusalOf(error), fact: intentOf(error) };
}

function refusalOf({ code, decline_code, message, type }: StripeError): StepErrorFact {
  return { code: code ?? type, declineCode: decline_code || null, message };
}

/** Declined intents, and those in no state for what was asked, come along with the error. */
function intentOf({
  payment_intent,
  setup_intent,
}: StripeError): Extract<Failure, { kind: 'refused' }>['fact'] {
  if (payment_intent) return intentFact(payment_intent);
  return setup_intent ? setupFact(setup_intent) : null;
}

function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && 'type' in error && String(error.type).startsWith('Stripe');
}

function inShort(error: unknown): string {
  if (!isStripeError(error)) return String(error);
  return `${error.type} ${error.statusCode ?? ''} (${error.requestId ?? 'no request id'})`;
}
