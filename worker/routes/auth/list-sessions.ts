import { createRoute } from '@hono/zod-openapi';
import { sessionList } from '#contract/auth.ts';
import { liveSessionsOf } from '#db/queries/sessions.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

/** Nobody looks through more devices than this; the latest come first. */
const MOST_SESSIONS = 100;

const route = createRoute({
  method: 'get',
  path: '/auth/sessions',
  operationId: 'listSessions',
  tags: ['auth'],
  summary: 'The devices that you are signed in with',
  security: signedIn,
  middleware: requireUser,
  responses: { 200: answers(sessionList, 'The latest first'), ...failures('UNAUTHORIZED') },
});

export function registerListSessions(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId, sessionId } = c.get('user');
    const found = await liveSessionsOf(c.get('db'), userId, c.get('now')).limit(MOST_SESSIONS);
    const items = found.map(({ id, userAgent, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      userAgent,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      current: id === sessionId,
    }));
    return answer(c, { items });
  });
}
