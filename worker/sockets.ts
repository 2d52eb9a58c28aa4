import type { Context } from 'hono';
import { BEARER_PREFIX, type CloseReason, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { refuse } from '#durable-objects/realtime/sockets.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext } from './api.ts';
import { type ApiError, reject, rejectField } from './errors.ts';
import { isListedOrigin, isOwnOrigin } from './origins.ts';

/** Whether the client wants this request to become a WebSocket. */
export function isUpgrade(c: Context): boolean {
  return c.req.header('Upgrade')?.toLowerCase() === 'websocket';
}

/**
 * The access token that came among the subprotocols, or null. Browsers can send no Authorization header with a
 * WebSocket, and a token in the address would end up in logs.
 */
export function tokenOfUpgrade(c: Context): string | null {
  const offered = c.req.header('Sec-WebSocket-Protocol')?.split(',') ?? [];
  const bearer = offered.map((name) => name.trim()).find((name) => name.startsWith(BEARER_PREFIX));
  return bearer?.slice(BEARER_PREFIX.length) ?? null;
}

/**
 * Hands an upgrade request over to the object that will own the socket. Who is calling is said in headers that only
 * we set; what the client sent under their names, and its token, go no further.
 */
export async function openSocket(
  c: ApiContext,
  object: { fetch(request: Request): Promise<Response> },
  more: Readonly<Record<`X-TapLive-${string}`, string>> = {},
): Promise<Response> {
  if (!isUpgrade(c)) rejectField('Upgrade', 'open this address as a WebSocket');
  const origin = c.req.header('Origin');
  if (origin && !isOwnOrigin(c.req.raw, origin) && !isListedOrigin(c.env, origin)) {
    reject('FORBIDDEN', 'This origin may not open sockets.');
  }
  const user = c.get('user');
  const headers = new Headers(
    [...c.req.raw.headers].filter(([name]) => !name.startsWith('x-taplive-') && name !== 'authorization'),
  );
  headers.set('Sec-WebSocket-Protocol', SUBPROTOCOL);
  headers.set('X-TapLive-User', user.userId);
  headers.set('X-TapLive-Session', user.sessionId);
  headers.set('X-TapLive-Token-Ends', String(user.tokenEndsAt.getTime()));
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  const handshake = await within(object.fetch(new Request(c.req.url, { method: 'GET', headers })));
  // What comes from an object is immutable; the middleware on the way out adds headers.
  return new Response(null, handshake);
}

/** A refused socket is accepted and closed at once: a browser's app learns nothing of a failed upgrade but that it failed. */
export function refuseSocket({ rejection }: ApiError): Response {
  return refuse(closeReasonOf(rejection.code), rejection.message);
}

function closeReasonOf(code: ErrorCode): CloseReason {
  switch (code) {
    case 'VALIDATION_ERROR':
    case 'IDEMPOTENCY_KEY_REUSED':
      return 'BAD_REQUEST';
    case 'UNAUTHORIZED':
      return 'UNAUTHORIZED';
    case 'PAYMENT_FAILED':
    case 'FORBIDDEN':
    case 'CONFLICT':
    case 'INVALID_TRANSITION':
      return 'FORBIDDEN';
    case 'NOT_FOUND':
      return 'NOT_FOUND';
    case 'PAYLOAD_TOO_LARGE':
      return 'TOO_LARGE';
    case 'RATE_LIMITED':
      return 'RATE_LIMITED';
    case 'UPSTREAM_UNAVAILABLE':
      return 'UNAVAILABLE';
    case 'INTERNAL_ERROR':
      return 'INTERNAL_ERROR';
  }
}
