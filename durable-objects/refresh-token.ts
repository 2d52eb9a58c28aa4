import * as z from 'zod';
import { type Secret, signJwt, verifyJwt } from './jwt.ts';
import { sha256 } from './sha256.ts';

/** How long a session lives at most, however often it is refreshed: 30 days. */
export const SESSION_SECONDS = 30 * 24 * 3_600;

/** A refresh token for its holder, and the hash of it that the record keeps: long and random enough to need no salt. */
export type RefreshToken = { token: string; hash: string };

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), jti: z.uuid(), exp: z.number() });

/**
 * A refresh token of one session, good until the session's absolute end. It is signed, so a forged one never touches the
 * database, and a genuine one that is no longer in use is certainly a reuse.
 */
export async function issueRefreshToken(
  env: Secret,
  { userId, sessionId, endsAt }: { userId: string; sessionId: string; endsAt: Date },
  now: Date,
): Promise<RefreshToken> {
  const token = await signJwt(
    env,
    'taplive-refresh',
    { sub: userId, sid: sessionId, jti: crypto.randomUUID() },
    now,
    endsAt,
  );
  return { token, hash: await sha256(token) };
}

/** Whose refresh token this is, the hash to look for, and when the session ends; null when it is not genuine or over. */
export async function verifyRefreshToken(
  env: Secret,
  token: string,
  now: Date,
): Promise<{ userId: string; sessionId: string; hash: string; endsAt: Date } | null> {
  const parsed = claims.safeParse(await verifyJwt(env, 'taplive-refresh', token, now));
  if (!parsed.success) return null;
  const { sub, sid, exp } = parsed.data;
  return { userId: sub, sessionId: sid, hash: await sha256(token), endsAt: new Date(exp * 1_000) };
}
