import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Env } from './env.ts';

const ISSUER = 'taplive';

/** Our own machines sign and verify, so their clocks differ by little. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** What a token is for. One made for the other purpose does not verify. */
export type Audience = 'taplive-api' | 'taplive-refresh';

export type Secret = Pick<Env, 'JWT_SECRET'>;

/** Signs `claims` with HS256 (RFC 7519), valid for `audience` from `now` until `endsAt`. */
export function signJwt(
  { JWT_SECRET }: Secret,
  audience: Audience,
  claims: JWTPayload,
  now: Date,
  endsAt: Date,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(endsAt)
    .sign(keyOf(JWT_SECRET));
}

/** The claims of a token that we signed for `audience` and that lives at `now`; null for any other string. */
export async function verifyJwt(
  { JWT_SECRET }: Secret,
  audience: Audience,
  token: string,
  now: Date,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, keyOf(JWT_SECRET), {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  } catch {
    return null;
  }
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
