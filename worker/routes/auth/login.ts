import { createRoute } from '@hono/zod-openapi';
import { loginBody, signedIn } from '#contract/auth.ts';
import { createSession } from '#db/queries/sessions.ts';
import { findUserForLogin, noteSignIn } from '#db/queries/users.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, body, failures } from '../../openapi.ts';
import { hashPassword, verifyPassword } from '../../passwords.ts';
import { hashingTurn } from './hashing-turn.ts';
import { loginAttempts } from './login-attempts.ts';
import { newSession, signedInAs } from './new-session.ts';

const route = createRoute({
  method: 'post',
  path: '/auth/login',
  operationId: 'login',
  tags: ['auth'],
  summary: 'Sign in',
  description: 'Ten wrong passwords for one e-mail address close it to further attempts for fifteen minutes.',
  security: anyone,
  request: { body: body(loginBody) },
  responses: {
    200: answers(signedIn, 'The account, and the tokens of a new session'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'PAYLOAD_TOO_LARGE'),
  },
});

export function registerLogin(api: Api): void {
  api.openapi(route, async (c) => {
    const { email, password } = c.req.valid('json');
    const db = c.get('db');
    const attempts = await loginAttempts(c, email);
    await attempts.take();

    const found = await findUserForLogin(db, email);
    await hashingTurn();
    // Also for nobody, and as long: neither words nor time tell who has an account.
    const { correct, outdated } = await verifyPassword(password, found?.passwordHash ?? null);
    if (!found || !correct) return reject('UNAUTHORIZED', 'E-mail address or password is wrong.');

    const { user } = found;
    const { start, refreshToken } = await newSession(c, user.id);
    const stronger = outdated ? await hashPassword(password) : undefined;
    await db.batch([createSession(db, start), noteSignIn(db, user.id, c.get('now'), stronger)]);
    await attempts.forget();
    return answer(c, await signedInAs(c, user, { sessionId: start.sessionId, refreshToken }));
  });
}
