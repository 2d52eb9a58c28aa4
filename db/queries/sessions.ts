import { and, desc, eq, gt, inArray, isNull, ne, not, or } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { sessions, users } from '../schema/index.ts';

/** A client whose answer was lost may present the token that it still has for so long. */
export const SIBLING_GRACE_MS = 10_000;

export type SessionStart = {
  sessionId: string;
  userId: string;
  refreshHash: string;
  userAgent: string | null;
  createdAt: Date;
  expiresAt: Date;
};

/** The statement that signs a device in; for a batch with whatever else signing in writes. */
export function createSession(db: Database, { sessionId, createdAt, ...start }: SessionStart) {
  return db
    .insert(sessions)
    .values({ id: sessionId, ...start, createdAt, rotatedAt: createdAt, lastUsedAt: createdAt });
}

/**
 * What became of a refresh: `rotated` and `sibling` mean that the new token is good; `reused` that the presented one was
 * no longer in use, so that somebody else may hold it, and the session has been ended; `over` that there is no such
 * session, or it had ended before.
 */
export type Rotation = 'rotated' | 'sibling' | 'reused' | 'over';

/**
 * Exchanges a genuine refresh token of a session for a new one; both as hashes. Three statements in one transaction,
 * each a compare-and-set of its own: of any number of clients that present the same token at once, one rotates, one
 * more gets the sibling, and the next ends the family.
 */
export async function rotateSession(
  db: Database,
  rotation: { sessionId: string; userId: string; presented: string; next: string },
  now: Date,
): Promise<Rotation> {
  const { sessionId, userId, presented, next } = rotation;
  const live = and(
    eq(sessions.id, sessionId),
    eq(sessions.userId, userId),
    isNull(sessions.endedAt),
    gt(sessions.expiresAt, now),
  );
  const inUse = or(eq(sessions.refreshHash, presented), eq(sessions.siblingHash, presented));
  const rotatedHere = eq(sessions.refreshHash, next);
  const justReplaced = and(
    not(rotatedHere),
    eq(sessions.previousHash, presented),
    isNull(sessions.siblingHash),
    gt(sessions.rotatedAt, new Date(now.getTime() - SIBLING_GRACE_MS)),
  );
  const neitherHappened = and(
    not(rotatedHere),
    or(isNull(sessions.siblingHash), ne(sessions.siblingHash, next)),
  );
  const done = { id: sessions.id };
  const [rotated, sibling, reused] = await db.batch([
    db
      .update(sessions)
      .set({
        refreshHash: next,
        siblingHash: null,
        previousHash: presented,
        rotatedAt: now,
        lastUsedAt: now,
      })
      .where(and(live, inUse))
      .returning(done),
    db
      .update(sessions)
      .set({ siblingHash: next, lastUsedAt: now })
      .where(and(live, justReplaced))
      .returning(done),
    db.update(sessions).set({ endedAt: now }).where(and(live, neitherHappened)).returning(done),
  ]);
  if (rotated.length > 0) return 'rotated';
  if (sibling.length > 0) return 'sibling';
  return reused.length > 0 ? 'reused' : 'over';
}

/** Ends sessions of one user. Those that have ended, or are somebody else's, are left as they are. */
export async function endSessions(
  db: Database,
  userId: string,
  sessionIds: readonly string[],
  now: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.userId, userId), inArray(sessions.id, [...sessionIds]), isNull(sessions.endedAt)));
}

/** The devices that a user is signed in with, the latest first. */
export function liveSessionsOf(db: Database, userId: string, now: Date) {
  return db
    .select({
      id: sessions.id,
      userAgent: sessions.userAgent,
      createdAt: sessions.createdAt,
      lastUsedAt: sessions.lastUsedAt,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id));
}

/** A session of this user with what its user is now, or null when there is none. */
export async function readSession(db: Database, userId: string, sessionId: string) {
  const [row] = await db
    .select({
      endedAt: sessions.endedAt,
      expiresAt: sessions.expiresAt,
      role: users.role,
      plan: users.plan,
      verificationStatus: users.verificationStatus,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
  return row ?? null;
}
