import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { LiveEvent } from '#domain/live/live-events.ts';
import { moment } from './dates.ts';

/**
 * The archive of what happened in live rooms: who came and left, what was said and by whom kept in order. A room writes its
 * log down here from time to time and at the end. Its key makes a write that is repeated harmless.
 */
export const liveShowEvents = pgTable(
  'live_show_events',
  {
    showId: uuid('show_id').notNull(),
    seq: integer('seq').notNull(),
    name: text('name').$type<LiveEvent['name']>().notNull(),
    data: jsonb('data').$type<LiveEvent['data']>().notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ name: 'live_show_events_pkey', columns: [table.showId, table.seq] })],
);
