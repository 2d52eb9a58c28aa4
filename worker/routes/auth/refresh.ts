import { createRoute } from '@hono/zod-openapi';
import { refreshBody, signedIn } from '#contract/auth.ts';
import { rotateSession } from '#db/queries/sessions.ts';
import { noteActivity } from '#db/queries/users.ts';
import { issueRefreshToken, verifyRefreshToken } from '#durable-objects/refresh-token.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, body, failures } from '../../openapi.ts';
import { signedInAs } from './new-session.ts';

const route = createRoute({
  method: 'post',
  path: '/auth/refresh',
  operationId: 'refresh',
  tags: ['auth'],
  summary: 'Exchange a refresh token for a new pair of tokens',
  description:
    'A refresh token is good once. Presented again, it ends the session on every device that holds a token of it; ' +
    'only within ten seconds, when the answer may have been lost, one more pair is given out.',
  security: anyone,
  request: { body: body(refreshBody) },
  responses: {
    200: answers(signedIn, 'The account, and the new tokens of the same session'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'PAYLOAD_TOO_LARGE'),
  },
});

export function registerRefresh(api: Api): void {
  api.openapi(route, async (c) => {
    const db = c.get('db');
    const now = c.get('now');
    const presented = await verifyRefreshToken(c.env, c.req.valid('json').refreshToken, now);
    if (!presented) return refuse();

    const { userId, sessionId } = presented;
    const next = await issueRefreshToken(c.env, presented, now);
    const rotation = { sessionId, userId, presented: presented.hash, next: next.hash };
    const outcome = await rotateSession(db, rotation, now);
    switch (outcome) {
      case 'over':
        return refuse();
      case 'reused':
        // The record has ended it; its access tokens and sockets end with it.
        await within(person(c.env, userId).endSessions(userId, [sessionId]));
        return refuse();
      case 'rotated':
      case 'sibling': {
        const user = await noteActivity(db, userId, now);
        if (!user) return refuse();
        return answer(c, await signedInAs(c, user, { sessionId, refreshToken: next.token }));
      }
    }
  });
}

function refuse(): never {
  return reject('UNAUTHORIZED', 'This refresh token is no longer good. Sign in again.');
}
