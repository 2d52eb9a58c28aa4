import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import {
  type CommandClaims,
  commandClaims,
  EDGE,
  MESSAGE_TOKEN_SECONDS,
  type OriginReportName,
} from '#contract/origin.ts';
import type { OriginConfiguration } from './configuration.ts';

/** The clocks of edge and origin may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 5;

type Signer = Pick<OriginConfiguration, 'originId' | 'secret'>;

/** The SHA-256 of a body as sent, in base64url. */
export function digestOf(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** Signs one report to the edge. @param subject the room's id, or the origin's for its registration */
export function signReport(
  { originId, secret }: Signer,
  message: { operation: OriginReportName; subject: string; body: string },
  now: Date,
): Promise<string> {
  return new SignJWT({ operation: message.operation, digest: digestOf(message.body) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(originId)
    .setAudience(EDGE)
    .setSubject(message.subject)
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + MESSAGE_TOKEN_SECONDS * 1_000))
    .sign(keyOf(secret));
}

/**
 * The claims of a token that the edge signed for this origin and that lives at `now`; null for any other string, and for
 * one that was made to live longer than messages need.
 */
export async function verifyCommand(
  { originId, secret }: Signer,
  token: string,
  now: Date,
): Promise<CommandClaims | null> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ['HS256'],
      issuer: EDGE,
      audience: originId,
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MESSAGE_TOKEN_SECONDS,
    });
    const parsed = commandClaims.safeParse(payload);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
