import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { database } from '#db/client.ts';
import { createSession } from '#db/queries/sessions.ts';
import { users } from '#db/schema/index.ts';
import type { Role } from '#domain/people/roles.ts';
import { issueAccessToken } from '#durable-objects/access-token.ts';
import { issueRefreshToken, SESSION_SECONDS } from '#durable-objects/refresh-token.ts';
import { api } from '#test/client.ts';
import { recordPerson } from '#test/people.ts';

/** One device that somebody is signed in with. */
export type Device = {
  sessionId: string;
  accessToken: string;
  refreshToken: string;
  api: ReturnType<typeof api>;
};

/** Somebody with an account, on their first device. */
export type Member = Device & { id: string; role: Role };

/**
 * Somebody signed in, put straight into the record: without a password, whose hash would take longer than the rest of a
 * test. `premium`: may ask often.
 */
export async function member(role: Role, { premium = false } = {}): Promise<Member> {
  const db = database(env);
  const id = await recordPerson(db, role, new Date());
  if (premium) await db.update(users).set({ plan: 'premium' }).where(eq(users.id, id));
  return { id, role, ...(await device({ id, role })) };
}

/** One more device of somebody. */
export async function device({ id: userId, role }: { id: string; role: Role }): Promise<Device> {
  const now = new Date();
  const sessionId = uuidv7();
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1_000);
  const refresh = await issueRefreshToken(env, { userId, sessionId, endsAt: expiresAt }, now);
  await createSession(database(env), {
    sessionId,
    userId,
    refreshHash: refresh.hash,
    userAgent: null,
    createdAt: now,
    expiresAt,
  });
  const accessToken = await issueAccessToken(env, { userId, sessionId, role }, now);
  return { sessionId, accessToken, refreshToken: refresh.token, api: api(accessToken) };
}
