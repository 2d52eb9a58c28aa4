import { createRoute } from '@hono/zod-openapi';
import { v7 as uuidv7 } from 'uuid';
import { type RegisterBody, registerBody, signedIn } from '#contract/auth.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import { createSession } from '#db/queries/sessions.ts';
import { EMAIL_TAKEN, insertUser, USERNAME_TAKEN } from '#db/queries/users.ts';
import { answer } from '../../answer.ts';
import type { Api, ApiContext } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, body, failures } from '../../openapi.ts';
import { hashPassword } from '../../passwords.ts';
import { hashingTurn } from './hashing-turn.ts';
import { newSession, signedInAs } from './new-session.ts';

const route = createRoute({
  method: 'post',
  path: '/auth/register',
  operationId: 'register',
  tags: ['auth'],
  summary: 'Create an account, and sign in to it',
  security: anyone,
  request: { body: body(registerBody) },
  responses: {
    201: answers(signedIn, 'The account, and the tokens of its first session'),
    ...failures('VALIDATION_ERROR', 'CONFLICT', 'PAYLOAD_TOO_LARGE'),
  },
});

export function registerRegister(api: Api): void {
  api.openapi(route, async (c) => {
    const given = c.req.valid('json');
    await hashingTurn();
    const passwordHash = await hashPassword(given.password);
    const userId = uuidv7();
    const { start, refreshToken } = await newSession(c, userId);
    const user = await insert(c, { userId, given, passwordHash, start });
    return answer(c, await signedInAs(c, user, { sessionId: start.sessionId, refreshToken }), 201);
  });
}

type NewAccount = {
  userId: string;
  given: RegisterBody;
  passwordHash: string;
  start: Parameters<typeof createSession>[1];
};

async function insert(c: ApiContext, { userId, given, passwordHash, start }: NewAccount) {
  const { username, email, role } = given;
  const db = c.get('db');
  const now = c.get('now');
  try {
    const [[user]] = await db.batch([
      insertUser(db, {
        id: userId,
        username,
        email,
        role,
        passwordHash,
        lastActiveAt: now,
        createdAt: now,
        updatedAt: now,
      }),
      createSession(db, start),
    ]);
    if (!user) throw new Error('an insert without conflict returns its row');
    return user;
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure?.kind === 'constraint') {
      switch (failure.constraint) {
        case USERNAME_TAKEN:
          return reject('CONFLICT', 'This username is taken.', {
            reason: 'username_taken',
            field: 'username',
          });
        case EMAIL_TAKEN:
          return reject('CONFLICT', 'There is an account with this e-mail address.', {
            reason: 'email_taken',
            field: 'email',
          });
      }
    }
    throw error;
  }
}
