import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';
import { users } from './users.ts';

/**
 * A device that is signed in: one family of refresh tokens. Only hashes are kept. `refreshHash` is the current token;
 * `siblingHash` is a second one, handed out within ten seconds to a client whose answer was lost; `previousHash` is the
 * token that both came from. Any other genuine token is a reuse and ends the family.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    refreshHash: text('refresh_hash').notNull(),
    siblingHash: text('sibling_hash'),
    previousHash: text('previous_hash'),
    rotatedAt: moment('rotated_at').notNull(),
    userAgent: text('user_agent'),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at').notNull(),
    /** Absolute: rotation does not move it. */
    expiresAt: moment('expires_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [index('sessions_user').on(table.userId, table.createdAt)],
);
