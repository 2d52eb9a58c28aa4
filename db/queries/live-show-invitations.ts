import { and, asc, eq, sql } from 'drizzle-orm';
import type { InvitedRole } from '#domain/live/live-roles.ts';
import type { Database } from '../client.ts';
import { liveShowInvitations, users } from '../schema/index.ts';

export type Invitation = {
  userId: string;
  username: string;
  role: InvitedRole;
  invitedBy: string;
  createdAt: Date;
};

/** Whom a show's parties have invited, in the order in which they did. */
export async function listInvitations(db: Database, showId: string): Promise<Invitation[]> {
  const { userId, role, invitedBy, createdAt } = liveShowInvitations;
  return db
    .select({ userId, username: users.username, role, invitedBy, createdAt })
    .from(liveShowInvitations)
    .innerJoin(users, eq(users.id, userId))
    .where(eq(liveShowInvitations.showId, showId))
    .orderBy(asc(createdAt), asc(userId));
}

/** Somebody by their name, in any case; null when there is nobody of that name. */
export async function findByUsername(
  db: Database,
  username: string,
): Promise<{ userId: string; username: string } | null> {
  const [found] = await db
    .select({ userId: users.id, username: users.username })
    .from(users)
    .where(eq(sql`lower(${users.username})`, username.toLowerCase()));
  return found ?? null;
}

/** How many a show has invited. */
export async function countInvitations(db: Database, showId: string): Promise<number> {
  return db.$count(liveShowInvitations, eq(liveShowInvitations.showId, showId));
}

/** Invites somebody, or changes as what they are invited. */
export async function keepInvitation(
  db: Database,
  showId: string,
  { userId, role, invitedBy, createdAt }: Omit<Invitation, 'username'>,
): Promise<void> {
  await db
    .insert(liveShowInvitations)
    .values({ showId, userId, role, invitedBy, createdAt })
    .onConflictDoUpdate({
      target: [liveShowInvitations.showId, liveShowInvitations.userId],
      set: { role, invitedBy },
    });
}

/** Takes an invitation back. False: there was none. */
export async function removeInvitation(db: Database, showId: string, userId: string): Promise<boolean> {
  const removed = await db
    .delete(liveShowInvitations)
    .where(and(eq(liveShowInvitations.showId, showId), eq(liveShowInvitations.userId, userId)))
    .returning({ userId: liveShowInvitations.userId });
  return removed.length > 0;
}
