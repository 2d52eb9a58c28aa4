import { sha256 } from '#durable-objects/sha256.ts';
import { rateLimiter } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext } from '../../api.ts';
import { tooMany } from '../../middleware/limits.ts';

/** Wrong passwords for one e-mail address in one window, wherever they come from. */
const MOST_FAILURES = 10;

/**
 * The attempts to sign in to one e-mail address. Each is counted before its password is looked at, so that many at
 * once do not slip through; one that succeeds forgets them.
 */
export async function loginAttempts(c: ApiContext, email: string) {
  // The name of an object may be seen by whoever operates it; an address need not be.
  const limiter = rateLimiter(c.env, `login:${await sha256(email.toLowerCase())}`);
  return {
    /** Counts an attempt. Ends the request with RATE_LIMITED when there were too many. */
    take: async () => {
      const { allowed, resetAt } = await within(limiter.take(MOST_FAILURES));
      if (!allowed) throw tooMany(Math.ceil((resetAt - c.get('now').getTime()) / 1_000));
    },
    forget: () => within(limiter.forget()),
  };
}
