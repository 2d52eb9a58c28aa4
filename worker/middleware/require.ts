import { createMiddleware } from 'hono/factory';
import { can, type Permission } from '#domain/people/roles.ts';
import type { ApiEnv } from '../api.ts';
import { reject } from '../errors.ts';

/** For a route's `middleware`: lets only signed-in people through; its handler has `c.get('user')`. */
export const requireUser = createMiddleware<ApiEnv>(async (c, next) => {
  c.set('user', c.get('caller') ?? reject('UNAUTHORIZED', 'Sign in first.'));
  await next();
});

/** For a route's `middleware`: lets only people through whose role has this permission. */
export function requirePermission(permission: Permission) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const user = c.get('caller') ?? reject('UNAUTHORIZED', 'Sign in first.');
    if (!can(user.role, permission)) reject('FORBIDDEN', 'Your role may not do this.');
    c.set('user', user);
    await next();
  });
}
