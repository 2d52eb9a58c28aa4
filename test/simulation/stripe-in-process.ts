import Stripe from 'stripe';
import type { ApiRequest, ApiResponse } from '#simulators/stripe/api/wire.ts';
import { inProcessClient } from '#simulators/stripe/in-process-client.ts';

export const CALL_TIMEOUT_MS = 20_000;

let serves: (request: ApiRequest) => Promise<ApiResponse> = () =>
  Promise.reject(new Error('nobody serves Stripe'));

/** From now on this is Stripe. */
export function serveStripe(handle: (request: ApiRequest) => Promise<ApiResponse>): void {
  serves = handle;
}

// Making an SDK costs more than making a simulator: one serves all schedules.
const sdk = new Stripe('sk_test_simulation', {
  httpClient: inProcessClient({ handle: (request) => serves(request) }),
  maxNetworkRetries: 0,
  telemetry: false,
});

export function stripeClient(): Stripe {
  return sdk;
}
