import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';

/** What was done with special powers, by whom (null: from the command line), to what. Append-only. */
export const auditLog = pgTable('audit_log', {
  id: uuid('id').primaryKey(),
  actorId: uuid('actor_id'),
  action: text('action').notNull(),
  subjectType: text('subject_type').notNull(),
  subjectId: uuid('subject_id').notNull(),
  details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  at: moment('at').notNull(),
});
