import { cors as honoCors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../api.ts';
import { isListedOrigin } from '../origins.ts';
import { isUpgrade } from '../sockets.ts';

const PREFLIGHT_LIFE_S = 7_200;

const headers = honoCors({
  origin: (origin, c) => (isListedOrigin(c.env, origin) ? origin : null),
  allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'],
  exposeHeaders: [
    'X-Request-Id',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'Idempotency-Replayed',
  ],
  maxAge: PREFLIGHT_LIFE_S,
});

/** Cross-origin calls from listed origins only. Tokens travel in headers, never in cookies, so no credentials. */
export const cors = createMiddleware<ApiEnv>(async (c, next) => {
  // Sockets are outside CORS; their origin is checked where they are opened.
  if (isUpgrade(c)) return next();
  return headers(c, next);
});
