import { createRoute } from '@hono/zod-openapi';
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { ownProfile, verificationDecision } from '#contract/users.ts';
import { decideVerification, findUser, readRole } from '#db/queries/users.ts';
import { can } from '#domain/people/roles.ts';
import { mayMoveVerification } from '#domain/people/verification.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';
import { ownProfileOf } from './profile.ts';
import { verificationMoved } from './verification-moved.ts';

const route = createRoute({
  method: 'post',
  path: '/admin/users/{id}/verification',
  operationId: 'decideVerification',
  tags: ['admin'],
  summary: "Decide on a person's verification",
  description: 'Every decision is kept in the audit log.',
  security: signedIn,
  middleware: requirePermission('user:verify'),
  request: { params: z.object({ id }), body: body(verificationDecision) },
  responses: {
    200: answers(ownProfile, 'The person as they are now'),
    ...failures(
      'VALIDATION_ERROR',
      'UNAUTHORIZED',
      'FORBIDDEN',
      'NOT_FOUND',
      'CONFLICT',
      'INVALID_TRANSITION',
      'PAYLOAD_TOO_LARGE',
    ),
  },
});

export function registerDecideVerification(api: Api): void {
  api.openapi(route, async (c) => {
    const userId = c.req.valid('param').id;
    const { status: to } = c.req.valid('json');
    const db = c.get('db');
    const actorId = c.get('user').userId;
    // The door may know a role that was taken away minutes ago.
    const role = await readRole(db, actorId);
    if (!role || !can(role, 'user:verify')) return reject('FORBIDDEN', 'Your role may not do this.');
    const user = await findUser(db, userId);
    if (!user) return reject('NOT_FOUND', 'There is no such person.');
    const from = user.verificationStatus;
    if (from === null || !mayMoveVerification('admin', from, to)) {
      return reject('INVALID_TRANSITION', 'The verification cannot be moved this way.', {
        reason: from === null ? 'never_asked' : 'wrong_status',
        ...(from === null ? {} : { status: from }),
      });
    }
    const moved = await decideVerification(db, {
      userId,
      from,
      to,
      now: c.get('now'),
      actorId,
      auditId: uuidv7(),
    });
    if (!moved) return verificationMoved();
    await within(person(c.env, userId).recordChanged(userId));
    return answer(c, ownProfileOf(moved));
  });
}
