import { createMiddleware } from 'hono/factory';
import { permissionsOf } from '#domain/people/roles.ts';
import { verifyAccessToken } from '#durable-objects/access-token.ts';
import type { LimitAnswer } from '#durable-objects/rate-limiter/rate-limiter.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext, ApiEnv, User } from '../api.ts';
import { isUpgrade, tokenOfUpgrade } from '../sockets.ts';
import { readBody } from './body.ts';
import { allowWithin, takeAnonymously } from './limits.ts';

/**
 * Says who is calling, within which limit, while the body is being read. A token that does not count (garbage, ended,
 * of an ended session) makes nobody of the caller, not an error: signing in again must work with one at hand. Such
 * calls count against the address, so that guessing tokens is no way around the limit.
 */
export const identity = createMiddleware<ApiEnv>(async (c, next) => {
  const body = readBody(c);
  // Awaited below, after the caller is known; until then its failure is nobody's.
  body.catch(() => {});

  const { caller, limit } = (await admitted(c)) ?? { caller: null, limit: await takeAnonymously(c) };
  c.set('caller', caller);
  allowWithin(c, limit);
  await body;
  await next();
});

async function admitted(c: ApiContext): Promise<{ caller: User; limit: LimitAnswer } | null> {
  const token = isUpgrade(c) ? tokenOfUpgrade(c) : bearerOf(c);
  if (!token) return null;
  const claims = await verifyAccessToken(c.env, token, c.get('now'));
  if (!claims) return null;
  // One call answers both: whether the session still lives, and whether the account is within its limit.
  const { userId, sessionId } = claims;
  const admission = await within(person(c.env, userId).admit(userId, { sessionId }));
  if (!admission.alive) return null;
  const { role, plan, limit } = admission;
  return {
    // Role and plan as they stand in the record: those in the token may be ten minutes old.
    caller: { userId, sessionId, role, plan, permissions: permissionsOf(role), tokenEndsAt: claims.endsAt },
    limit,
  };
}

function bearerOf(c: ApiContext): string | null {
  return c.req.header('Authorization')?.match(/^Bearer +(\S+)$/i)?.[1] ?? null;
}
