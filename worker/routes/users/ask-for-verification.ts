import { createRoute } from '@hono/zod-openapi';
import { ownProfile } from '#contract/users.ts';
import { findUser, moveVerification } from '#db/queries/users.ts';
import { mayMoveVerification } from '#domain/people/verification.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { ownProfileOf } from './profile.ts';
import { verificationMoved } from './verification-moved.ts';

const route = createRoute({
  method: 'post',
  path: '/users/me/verification',
  operationId: 'askForVerification',
  tags: ['users'],
  summary: 'Ask for your identity to be verified',
  description: 'Asking again while the decision is pending changes nothing. Who was rejected may ask again.',
  security: signedIn,
  middleware: requireUser,
  responses: {
    200: answers(ownProfile, 'Your profile, with the verification pending'),
    ...failures('UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION'),
  },
});

export function registerAskForVerification(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const db = c.get('db');
    const user = await findUser(db, userId);
    if (!user) return reject('NOT_FOUND', 'There is no such person.');
    const from = user.verificationStatus;
    if (from !== null && !mayMoveVerification('self', from, 'pending')) {
      return reject('INVALID_TRANSITION', 'You are verified already.', {
        reason: 'wrong_status',
        status: from,
      });
    }
    if (from === 'pending') return answer(c, ownProfileOf(user));
    const moved = await moveVerification(db, { userId, from, to: 'pending', now: c.get('now') });
    if (!moved) return verificationMoved();
    await within(person(c.env, userId).recordChanged(userId));
    return answer(c, ownProfileOf(moved));
  });
}
