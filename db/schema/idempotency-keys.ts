import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';

/**
 * One row per write that came with an Idempotency-Key. Reserved before the write (`status` null, locked until
 * `lockedUntil`), completed in the write's own transaction with the answer that a repetition gets.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: uuid('user_id').notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the body, hex. */
    bodyHash: text('body_hash').notNull(),
    lockedUntil: moment('locked_until').notNull(),
    status: integer('status'),
    /** `{ data }` or `{ error }`, as in the envelope. */
    answer: jsonb('answer').$type<unknown>(),
    /** Ids of new things take their time from here, so that a second run makes the same ones. */
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'idempotency_keys_pkey',
      columns: [table.userId, table.method, table.path, table.key],
    }),
    index('idempotency_keys_age').on(table.createdAt),
  ],
);
