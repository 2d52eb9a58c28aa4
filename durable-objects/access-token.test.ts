import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_SECONDS, issueAccessToken, verifyAccessToken } from './access-token.ts';
import { issueRefreshToken, verifyRefreshToken } from './refresh-token.ts';

const env = { JWT_SECRET: 'a secret of at least thirty-two bytes' };
const now = new Date('2026-11-23T12:00:00.000Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const who = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), role: 'both' as const };

/** Signs arbitrary claims as a good access token would be, so that one thing at a time can be wrong with it. */
function forge(claims: Record<string, unknown>, { secret = env.JWT_SECRET, issuer = 'taplive' } = {}) {
  return new SignJWT({ sub: who.userId, sid: who.sessionId, role: 'both', permissions: [], ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience('taplive-api')
    .setIssuedAt(now)
    .setExpirationTime(later(60))
    .sign(new TextEncoder().encode(secret));
}

describe('an access token', () => {
  it('says who holds it, what they may do and until when', async () => {
    const token = await issueAccessToken(env, who, now);
    expect(await verifyAccessToken(env, token, now)).toEqual({
      ...who,
      permissions: ['order:create', 'order:apply', 'location:share'],
      endsAt: later(ACCESS_TOKEN_SECONDS),
    });
  });

  it('dies with its time, give or take a clock that is a little off', async () => {
    const token = await issueAccessToken(env, who, now);
    expect(await verifyAccessToken(env, token, later(ACCESS_TOKEN_SECONDS + 3))).not.toBeNull();
    expect(await verifyAccessToken(env, token, later(ACCESS_TOKEN_SECONDS + 6))).toBeNull();
  });

  it.each([
    ['another secret', () => forge({}, { secret: 'another secret of thirty-two bytes' })],
    ['another issuer', () => forge({}, { issuer: 'someone' })],
    ['a subject that is no UUID', () => forge({ sub: 'mara' })],
    ['no session', () => forge({ sid: undefined })],
    ['a role that is none', () => forge({ role: 'root' })],
    ['no algorithm', async () => unsigned(await forge({}))],
    ['text that is no token', async () => 'not.a.token'],
  ])('with %s is refused', async (_, make) => {
    expect(await verifyAccessToken(env, await make(), now)).toBeNull();
  });

  it('made by the same means, with nothing wrong, is good', async () => {
    expect(await verifyAccessToken(env, await forge({}), now)).not.toBeNull();
  });
});

describe('a refresh token', () => {
  const endsAt = later(30 * 24 * 3_600);

  it('is never an access token, nor the other way round', async () => {
    const refresh = await issueRefreshToken(env, { ...who, endsAt }, now);
    expect(await verifyAccessToken(env, refresh.token, now)).toBeNull();
    expect(await verifyRefreshToken(env, await issueAccessToken(env, who, now), now)).toBeNull();
  });

  it('leads back to its session by the hash that the record keeps', async () => {
    const { token, hash } = await issueRefreshToken(env, { ...who, endsAt }, now);
    const { userId, sessionId } = who;
    expect(await verifyRefreshToken(env, token, later(3_600))).toEqual({ userId, sessionId, hash, endsAt });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one each time, even within a second', async () => {
    const first = await issueRefreshToken(env, { ...who, endsAt }, now);
    const second = await issueRefreshToken(env, { ...who, endsAt }, now);
    expect(second.hash).not.toBe(first.hash);
  });
});

function unsigned(token: string): string {
  const [, payload] = token.split('.');
  return `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`;
}
