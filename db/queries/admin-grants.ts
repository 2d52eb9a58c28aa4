import { and, eq, ne } from 'drizzle-orm';
import { v7 } from 'uuid';
import type { Role } from '#domain/people/roles.ts';
import type { Database } from '../client.ts';
import { users } from '../schema/index.ts';
import { addAuditEntry } from './audit.ts';
import { findUserForLogin } from './users.ts';

/** What became of a grant; `from` is the role that the person had. */
export type AdminGrant =
  | { outcome: 'granted'; username: string; from: Role }
  | { outcome: 'already_admin'; username: string }
  | { outcome: 'nobody' };

/** Makes an admin of the person with this e-mail address, in any case, with an entry in the audit log, both or neither. */
export async function grantAdmin(db: Database, email: string, now: Date): Promise<AdminGrant> {
  const found = await findUserForLogin(db, email);
  if (!found) return { outcome: 'nobody' };
  const { id, username, role } = found.user;
  if (role === 'admin') return { outcome: 'already_admin', username };
  await db.batch([
    db
      .update(users)
      .set({ role: 'admin', updatedAt: now })
      .where(and(eq(users.id, id), ne(users.role, 'admin'))),
    addAuditEntry(db, {
      id: v7({ msecs: now.getTime() }),
      actorId: null,
      action: 'admin_granted',
      subjectType: 'user',
      subjectId: id,
      details: { from: role, to: 'admin' },
      at: now,
    }),
  ]);
  return { outcome: 'granted', username, from: role };
}
