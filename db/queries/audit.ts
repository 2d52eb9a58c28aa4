import type { Database } from '../client.ts';
import { auditLog } from '../schema/index.ts';

/** The statement that adds an entry to the audit log; part of the batch that does what it tells of. */
export function addAuditEntry(db: Database, entry: typeof auditLog.$inferInsert) {
  return db.insert(auditLog).values(entry);
}
