import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { ApiContext, ApiEnv } from '../api.ts';
import { log } from '../log.ts';

/** One line for every request. Of the path only the route's pattern is said, of the headers nothing. */
export const requestLog = createMiddleware<ApiEnv>(async (c, next) => {
  const startedAt = performance.now();
  await next();
  log('info', 'request', {
    at: c.get('now').toISOString(),
    requestId: c.get('requestId'),
    method: c.req.method,
    route: patternOf(c),
    status: c.res.status,
    ms: Math.round(performance.now() - startedAt),
    userId: c.get('caller')?.userId ?? null,
  });
});

/** `/api/v1/users/:id`, or null when no route took the request. */
function patternOf(c: ApiContext): string | null {
  // Middleware is registered for all methods, routes for one.
  return matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path ?? null;
}
