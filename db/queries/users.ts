import { and, avg, count, eq, getTableColumns, or, sql } from 'drizzle-orm';
import type { Role } from '#domain/people/roles.ts';
import type { VerificationStatus } from '#domain/people/verification.ts';
import type { Database } from '../client.ts';
import { auditLog, liveStreamOrders, ratings, users } from '../schema/index.ts';

/** A person as the record has them, without their password. */
export type UserRecord = Omit<typeof users.$inferSelect, 'passwordHash'>;

/** Constraints whose violation tells which name is taken. */
export const USERNAME_TAKEN = 'users_username_key';
export const EMAIL_TAKEN = 'users_email_key';

const { passwordHash: _, ...visible } = getTableColumns(users);

/** A person by their id, or null. */
export async function findUser(db: Database, userId: string): Promise<UserRecord | null> {
  const [found] = await db.select(visible).from(users).where(eq(users.id, userId));
  return found ?? null;
}

/** A person's role as it stands in the record now; null when there is no such person. */
export async function readRole(db: Database, userId: string): Promise<Role | null> {
  const [found] = await selectRole(db, userId);
  return found?.role ?? null;
}

/** The statement that reads a person's role; for a batch with what else is asked. */
export function selectRole(db: Database, userId: string) {
  return db.select({ role: users.role }).from(users).where(eq(users.id, userId));
}

/** A person by their e-mail address, in any case, with the hash of their password; or null. */
export async function findUserForLogin(db: Database, email: string) {
  const [found] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.email})`, email.toLowerCase()));
  if (!found) return null;
  const { passwordHash, ...user } = found;
  return { user, passwordHash };
}

/** The statement that adds a person. Violates {@link USERNAME_TAKEN} or {@link EMAIL_TAKEN}. */
export function insertUser(db: Database, user: typeof users.$inferInsert) {
  return db.insert(users).values(user).returning(visible);
}

/** The statement that notes that somebody signed in, and keeps a stronger hash of their password if there is one. */
export function noteSignIn(db: Database, userId: string, now: Date, passwordHash?: string) {
  return db
    .update(users)
    .set({ lastActiveAt: now, ...(passwordHash === undefined ? {} : { passwordHash, updatedAt: now }) })
    .where(eq(users.id, userId));
}

/** Notes that somebody was here, and says who they are; null when there is no such person. */
export async function noteActivity(db: Database, userId: string, now: Date): Promise<UserRecord | null> {
  const [user] = await db
    .update(users)
    .set({ lastActiveAt: now })
    .where(eq(users.id, userId))
    .returning(visible);
  return user ?? null;
}

/** What a person may change about their own profile. */
export type ProfileFields = Partial<Pick<UserRecord, 'displayName' | 'bio' | 'avatarUrl' | 'languages'>>;

/** Changes a profile and gives it back; null when there is no such person. */
export async function updateProfile(
  db: Database,
  userId: string,
  changes: ProfileFields,
  now: Date,
): Promise<UserRecord | null> {
  const [changed] = await db
    .update(users)
    .set({ ...changes, updatedAt: now })
    .where(eq(users.id, userId))
    .returning(visible);
  return changed ?? null;
}

/** A person with what everyone may know of their work; null when there is no such person. One round trip. */
export async function findPublicUser(db: Database, userId: string) {
  const [[user], [rated], [done]] = await db.batch([
    db.select(visible).from(users).where(eq(users.id, userId)),
    db
      .select({ average: avg(ratings.rating).mapWith(Number), count: count() })
      .from(ratings)
      .where(eq(ratings.rateeId, userId)),
    db
      .select({ count: count() })
      .from(liveStreamOrders)
      .where(
        and(
          eq(liveStreamOrders.status, 'completed'),
          or(eq(liveStreamOrders.creatorId, userId), eq(liveStreamOrders.providerId, userId)),
        ),
      ),
  ]);
  if (!user) return null;
  return {
    user,
    rating: { average: rated?.average ?? null, count: rated?.count ?? 0 },
    completedOrders: done?.count ?? 0,
  };
}

/** A step of somebody's verification; it happens only from the status that it was decided on. */
type VerificationStep = {
  userId: string;
  from: VerificationStatus | null;
  to: VerificationStatus;
  now: Date;
};

/** Moves a person's own verification. Null: it was moved by someone else meanwhile. */
export async function moveVerification(db: Database, step: VerificationStep): Promise<UserRecord | null> {
  const [moved] = await verificationUpdate(db, step);
  return moved ?? null;
}

/** The same by an admin, with an entry in the audit log, both or neither. */
export async function decideVerification(
  db: Database,
  step: VerificationStep & { actorId: string; auditId: string },
): Promise<UserRecord | null> {
  const { userId, from, to, now, actorId, auditId } = step;
  const details = JSON.stringify({ from, to });
  const [, [moved]] = await db.batch([
    // Locks the person, so that the update below meets the very status that the entry tells of.
    db.execute(sql`
      insert into ${auditLog} (id, actor_id, action, subject_type, subject_id, details, at)
      select ${auditId}::uuid, ${actorId}::uuid, 'verification_decided', 'user', ${users.id}, ${details}::jsonb,
        ${now.toISOString()}::timestamptz
      from ${users} where ${isAt(userId, from)} for update`),
    verificationUpdate(db, step),
  ]);
  return moved ?? null;
}

function verificationUpdate(db: Database, { userId, from, to, now }: VerificationStep) {
  return db
    .update(users)
    .set({ verificationStatus: to, updatedAt: now })
    .where(isAt(userId, from))
    .returning(visible);
}

function isAt(userId: string, status: VerificationStatus | null) {
  return and(
    eq(users.id, userId),
    sql`${users.verificationStatus} is not distinct from ${status}::verification`,
  );
}
