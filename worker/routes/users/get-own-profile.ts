import { createRoute } from '@hono/zod-openapi';
import { ownProfile } from '#contract/users.ts';
import { findUser } from '#db/queries/users.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { ownProfileOf } from './profile.ts';

const route = createRoute({
  method: 'get',
  path: '/users/me',
  operationId: 'getOwnProfile',
  tags: ['users'],
  summary: 'Your own profile',
  security: signedIn,
  middleware: requireUser,
  responses: { 200: answers(ownProfile, 'Your profile'), ...failures('UNAUTHORIZED', 'NOT_FOUND') },
});

export function registerGetOwnProfile(api: Api): void {
  api.openapi(route, async (c) => {
    const user = await findUser(c.get('db'), c.get('user').userId);
    if (!user) return reject('NOT_FOUND', 'There is no such person.');
    return answer(c, ownProfileOf(user));
  });
}
