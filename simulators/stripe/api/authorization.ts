import type { World } from '../world.ts';
import { API_VERSION } from '../world.ts';
import { ApiError, invalidRequest } from './errors.ts';
import type { ApiRequest } from './wire.ts';

/**
 * Who calls, and for whom.
 * @returns the account whose data is meant: the platform's, or the connected one in `Stripe-Account`
 * @throws ApiError 401 without a secret test key, 403 for an account that is not connected
 */
export function authorize(world: World, request: ApiRequest): string {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!key) {
    throw new ApiError(401, {
      type: 'invalid_request_error',
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    });
  }
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw new ApiError(401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${masked(key)}`,
    });
  }
  const account = request.headers['stripe-account'];
  if (!account || account === world.state.platform) return world.state.platform;
  if (world.state.accounts.has(account)) return account;
  throw new ApiError(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message: `The provided key '${masked(key)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
  });
}

/** The simulator speaks one version of the API. @throws ApiError for any other */
export function checkVersion(request: ApiRequest): void {
  const version = request.headers['stripe-version'] ?? API_VERSION;
  if (version === API_VERSION) return;
  throw invalidRequest(`Invalid Stripe API version: ${version}. The simulator speaks ${API_VERSION}.`);
}

function masked(key: string): string {
  return `${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`;
}
