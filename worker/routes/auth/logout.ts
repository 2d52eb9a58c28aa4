import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'post',
  path: '/auth/logout',
  operationId: 'logout',
  tags: ['auth'],
  summary: 'End this session',
  description: 'At once and everywhere: its access token counts no longer, its sockets are closed.',
  security: signedIn,
  middleware: requireUser,
  responses: { 200: answers(z.object({}), 'The session has ended'), ...failures('UNAUTHORIZED') },
});

export function registerLogout(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId, sessionId } = c.get('user');
    await within(person(c.env, userId).endSessions(userId, [sessionId]));
    return answer(c, {});
  });
}
