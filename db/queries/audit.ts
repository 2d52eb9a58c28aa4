import type { Database } from '../client.ts';
import { auditLog } from '../schema/index.ts';

/**
 * The statement that adds an entry to the audit log, once by its id: part of the batch that does what it tells of, or before what
 * somebody else does.
 */
export function addAuditEntry(db: Database, entry: typeof auditLog.$inferInsert) {
  return db.insert(auditLog).values(entry).onConflictDoNothing({ target: auditLog.id });
}
