import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { SignJWT } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { sessions, users } from '#db/schema/index.ts';
import { permissionsOf, type Role } from '#domain/people/roles.ts';

/** Longer than any run: nobody has to sign in again in the middle of a measurement. */
const SIGNED_IN_MS = 3_600_000;

/** Someone who is signed in. */
export type Person = { readonly id: string; readonly token: string };

/**
 * Writes people with a live session each into the record, and signs the access tokens that signing in would have given
 * them. They are on the premium plan, so that a run does not measure the limit of the free one.
 */
export async function signInPeople(
  db: NodePgDatabase,
  jwtSecret: string,
  role: Role,
  count: number,
): Promise<Person[]> {
  const now = new Date();
  const endsAt = new Date(now.getTime() + SIGNED_IN_MS);
  const people = Array.from({ length: count }, () => ({ id: uuidv7(), sessionId: uuidv7() }));
  await db.insert(users).values(
    people.map(({ id }) => ({
      id,
      username: `person-${id}`,
      email: `${id}@example.com`,
      passwordHash: 'none: nobody signs in by password here',
      role,
      plan: 'premium' as const,
      lastActiveAt: now,
      createdAt: now,
      updatedAt: now,
    })),
  );
  await db.insert(sessions).values(
    people.map(({ id, sessionId }) => ({
      id: sessionId,
      userId: id,
      refreshHash: 'none',
      rotatedAt: now,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: endsAt,
    })),
  );
  const key = new TextEncoder().encode(jwtSecret);
  return Promise.all(
    people.map(async ({ id, sessionId }) => ({
      id,
      token: await new SignJWT({ sid: sessionId, role, permissions: permissionsOf(role) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(id)
        .setIssuer('taplive')
        .setAudience('taplive-api')
        .setIssuedAt(now)
        .setExpirationTime(endsAt)
        .sign(key),
    })),
  );
}
