import { ApiError } from '../api/errors.ts';
import type { ApiRequest } from '../api/wire.ts';
import type { State } from '../state.ts';

/**
 * What can go wrong with a request:
 * - `fail_before`: 500, nothing was done, and nothing is remembered
 * - `fail_before_remembered`: 500, nothing was done, and the idempotency key replays the 500
 * - `fail_after`: 500, all was done, and the idempotency key replays the 500
 * - `cut_before`, `cut_after`: the connection is cut before, or after all was done
 * - `time_out_before`, `time_out_after`: no answer; nothing was done, or all
 * - `arrive_late`: no answer, and `afterSeconds` of the simulator's clock later the request is carried out
 * - `rate_limited`: 429; `conflict`: 409, as if the same key were in use. Nothing was done or remembered
 */
export const faultKinds = [
  'fail_before',
  'fail_before_remembered',
  'fail_after',
  'cut_before',
  'cut_after',
  'time_out_before',
  'time_out_after',
  'arrive_late',
  'rate_limited',
  'conflict',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Strikes the next requests that match, `times` of them. */
export interface Fault {
  id: string;
  kind: FaultKind;
  /** `POST`; any, unless said. */
  method?: string;
  /** A regular expression over the path without its query; any, unless said. */
  path?: string;
  /** A regular expression over the decoded form of a POST (`customer=cus_1&metadata[step]=2`); any, unless said. */
  body?: string;
  times: number;
  /** For `arrive_late`. */
  afterSeconds?: number;
}

/** @returns the fault that strikes this request, counted down; null when it is spared */
export function faultFor(state: State, { method, body }: ApiRequest, path: string): Fault | null {
  const index = state.faults.findIndex((fault) => {
    return (
      (fault.method ?? method) === method &&
      new RegExp(fault.path ?? '').test(path) &&
      (fault.body === undefined || new RegExp(fault.body).test(decoded(body)))
    );
  });
  const fault = state.faults[index];
  if (!fault) return null;
  fault.times -= 1;
  if (fault.times <= 0) state.faults.splice(index, 1);
  return fault;
}

function decoded(form: string): string {
  return [...new URLSearchParams(form)].map(([name, value]) => `${name}=${value}`).join('&');
}

export function serverError(): ApiError {
  return new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' });
}

export function rateLimited(): ApiError {
  return new ApiError(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
  });
}
