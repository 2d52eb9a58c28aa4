import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { readSession } from '#db/queries/sessions.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'delete',
  path: '/auth/sessions/{id}',
  operationId: 'endSession',
  tags: ['auth'],
  summary: 'Sign out one of your devices',
  security: signedIn,
  middleware: requireUser,
  request: { params: z.object({ id }) },
  responses: {
    200: answers(z.object({}), 'The session has ended'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND'),
  },
});

export function registerEndSession(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const sessionId = c.req.valid('param').id;
    const session = await readSession(c.get('db'), userId, sessionId);
    if (!session || session.endedAt) return reject('NOT_FOUND', 'You have no such session.');
    await within(person(c.env, userId).endSessions(userId, [sessionId]));
    return answer(c, {});
  });
}
