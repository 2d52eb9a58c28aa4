import { jwtVerify } from 'jose';
import {
  EDGE,
  MESSAGE_TOKEN_SECONDS,
  type OriginReportName,
  type ReportClaims,
  reportClaims,
} from '#contract/origin.ts';

/** The clocks of edge and origins may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** The SHA-256 of a body as sent, which is UTF-8, in base64url without padding. */
export async function digestOf(body: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** A report as it came: what it says it is, about what, and its body. */
export type Report = { operation: OriginReportName; subject: string; body: string };

/**
 * The claims of a token that an origin signed for exactly this report, and that lives at `now`; null for any other string.
 * Whether the origin may report this is to be seen from `iss`.
 */
export async function verifyReport(
  secret: string,
  token: string,
  { operation, subject, body }: Report,
  now: Date,
): Promise<ReportClaims | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      audience: EDGE,
      subject,
      requiredClaims: ['iat', 'exp'],
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MESSAGE_TOKEN_SECONDS,
    });
    const parsed = reportClaims.safeParse(payload);
    if (!parsed.success || parsed.data.operation !== operation) return null;
    return parsed.data.digest === (await digestOf(body)) ? parsed.data : null;
  } catch {
    return null;
  }
}
