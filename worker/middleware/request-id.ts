import { createMiddleware } from 'hono/factory';
import { v7 as uuidv7 } from 'uuid';
import type { ApiEnv } from '../api.ts';

/** What we take over from a client or proxy: short enough for a log line, and nothing that could forge one. */
const SANE = /^[A-Za-z0-9._-]{8,128}$/;

/** Names the request: with the caller's own X-Request-Id when it is sane, else with a new id. Every answer says it. */
export const requestId = createMiddleware<ApiEnv>(async (c, next) => {
  const given = c.req.header('X-Request-Id');
  const id = given && SANE.test(given) ? given : uuidv7();
  c.set('requestId', id);
  c.header('X-Request-Id', id);
  await next();
});
