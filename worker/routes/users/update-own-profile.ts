import { createRoute } from '@hono/zod-openapi';
import { ownProfile, profileChanges } from '#contract/users.ts';
import { updateProfile } from '#db/queries/users.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';
import { ownProfileOf } from './profile.ts';

const route = createRoute({
  method: 'put',
  path: '/users/me',
  operationId: 'updateOwnProfile',
  tags: ['users'],
  summary: 'Change your profile',
  description: 'Fields that are left out stay as they are.',
  security: signedIn,
  middleware: requireUser,
  request: { body: body(profileChanges) },
  responses: {
    200: answers(ownProfile, 'Your profile as it is now'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT', 'PAYLOAD_TOO_LARGE'),
  },
});

export function registerUpdateOwnProfile(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const user = await updateProfile(c.get('db'), userId, c.req.valid('json'), c.get('now'));
    if (!user) return reject('NOT_FOUND', 'There is no such person.');
    return answer(c, ownProfileOf(user));
  });
}
