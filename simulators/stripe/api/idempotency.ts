import type { State, StoredAnswer } from '../state.ts';
import { ApiError, invalidRequest } from './errors.ts';
import type { ApiRequest, ApiResponse } from './wire.ts';

/** Keys may be pruned when they are older. */
const KEPT_FOR = 24 * 60 * 60;
const LONGEST_KEY = 255;

/** @returns the key of a POST, scoped to the account it acts on; null when there is none. @throws ApiError */
export function idempotencyKeyOf(request: ApiRequest, account: string): string | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || !key) return null;
  if (key.length > LONGEST_KEY) {
    throw invalidRequest(
      `The idempotency key may have up to ${LONGEST_KEY} characters, it has ${key.length}.`,
    );
  }
  return `${account} ${key}`;
}

/**
 * Begins a request under its key.
 * @returns the first answer when the request was carried out before; null when it is to be carried out now
 * @throws ApiError 400 when the key was used with other parameters, 409 while the first request runs
 */
export function begin(
  state: State,
  key: string,
  request: ApiRequest,
  requestId: string,
  now: number,
): StoredAnswer | null {
  const stored = state.answers.get(key);
  const fingerprint = `${request.method} ${request.path} ${request.body}`;
  if (stored && (stored.response === null || now - stored.storedAt < KEPT_FOR)) {
    const name = request.headers['idempotency-key'];
    if (stored.fingerprint !== fingerprint) {
      throw new ApiError(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${name}' if you meant to execute a different request.`,
      });
    }
    if (stored.response === null) throw keyInUse(name);
    return stored;
  }
  state.answers.set(key, { fingerprint, storedAt: now, requestId, response: null });
  return null;
}

export function keyInUse(key = ''): ApiError {
  return new ApiError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Stripe-Idempotency-Key (that probably means you submitted twice, and the other request is still going through): ${key}. If you want to execute a different request, please use a different idempotency key.`,
  });
}

/** Its execution began: whatever came of it is the answer from now on. */
export function remember(state: State, key: string, response: ApiResponse): void {
  const stored = state.answers.get(key);
  if (stored) state.answers.set(key, { ...stored, response });
}

/** Its execution never began: the key is free again. */
export function forget(state: State, key: string): void {
  state.answers.delete(key);
}
