import { clientAddressKey } from '#domain/people/client-address.ts';
import { RATE_LIMITS } from '#domain/people/limits.ts';
import type { Env } from '#durable-objects/env.ts';
import type { LimitAnswer } from '#durable-objects/rate-limiter/rate-limiter.ts';
import { rateLimiter } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext } from '../api.ts';
import { ApiError } from '../errors.ts';

/** Counts a request of nobody in particular against where it comes from. */
export function takeAnonymously(c: ApiContext): Promise<LimitAnswer> {
  return within(rateLimiter(c.env, addressKeyOf(c)).take(anonymousLimit(c.env)));
}

/** Says the window in `RateLimit-*` headers (seconds), and ends the request with RATE_LIMITED when it is used up. */
export function allowWithin(c: ApiContext, { allowed, limit, remaining, resetAt }: LimitAnswer): void {
  const seconds = Math.max(0, Math.ceil((resetAt - c.get('now').getTime()) / 1_000));
  c.header('RateLimit-Limit', String(limit));
  c.header('RateLimit-Remaining', String(remaining));
  c.header('RateLimit-Reset', String(seconds));
  if (!allowed) throw tooMany(seconds);
}

/** RATE_LIMITED, with the time until another try makes sense, in seconds. */
export function tooMany(seconds: number): ApiError {
  return new ApiError(
    { code: 'RATE_LIMITED', message: 'Too many requests. Try again later.' },
    Math.max(1, seconds),
  );
}

/** Only someone whose word counts may say where a request comes from; without such a one all share one window. */
function addressKeyOf(c: ApiContext): string {
  switch (c.env.TRUSTED_PROXY) {
    case 'cloudflare':
      return clientAddressKey(c.req.header('CF-Connecting-IP') ?? '');
    case 'x-forwarded-for':
      // The proxy appends what it saw itself; whatever stands before was said by the client.
      return clientAddressKey(c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? '');
    case 'none':
      return 'local';
  }
}

/** Development and tests send everything from one address. */
function anonymousLimit(env: Env): number {
  const raised = env.ENVIRONMENT === 'production' ? undefined : env.ANONYMOUS_LIMIT;
  return raised ? Number(raised) : RATE_LIMITS.anonymous;
}
