import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgEnum, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { MEDIA_BACKENDS, SHOW_STATUSES, SHOW_VISIBILITIES } from '#domain/live/show.ts';
import { lifecycle, moment } from './dates.ts';
import { geographyPoint } from './geography.ts';
import { liveStreamOrders } from './live-stream-orders.ts';
import { users } from './users.ts';

export const showStatus = pgEnum('show_status', SHOW_STATUSES);
export const showVisibility = pgEnum('show_visibility', SHOW_VISIBILITIES);
export const mediaBackend = pgEnum('media_backend', MEDIA_BACKENDS);

/**
 * Every live show as its room last wrote it down. The room is the one writer, and counts what it writes in `version`, so that
 * a statement that comes late changes nothing.
 */
export const liveShows = pgTable(
  'live_shows',
  {
    /** That of its order, where it is an order's show. */
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id').references(() => liveStreamOrders.id),
    hostId: uuid('host_id')
      .notNull()
      .references(() => users.id),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id),
    title: text('title').notNull(),
    visibility: showVisibility('visibility').notNull(),
    status: showStatus('status').notNull(),
    mediaBackend: mediaBackend('media_backend').notNull(),
    /** The centre of an H3 resolution 8 cell: no exact place is ever here. */
    blurredPoint: geographyPoint('blurred_point'),
    locationCell: text('location_cell'),
    locality: text('locality'),
    scheduledFor: moment('scheduled_for'),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    viewers: integer('viewers').notNull(),
    peakViewers: integer('peak_viewers').notNull(),
    interruptions: integer('interruptions').notNull(),
    interruptedMs: bigint('interrupted_ms', { mode: 'number' }).notNull(),
    version: integer('version').notNull(),
    ...lifecycle,
  },
  (table) => [
    unique('live_shows_order').on(table.orderId),
    index('live_shows_public').on(table.id).where(sql`${table.visibility} = 'public'`),
    index('live_shows_public_status').on(table.status, table.id).where(sql`${table.visibility} = 'public'`),
    index('live_shows_nearby')
      .using('gist', table.blurredPoint)
      .where(sql`${table.visibility} = 'public' and ${table.status} <> 'ended'`),
    index('live_shows_host').on(table.hostId, table.id),
    index('live_shows_owner').on(table.ownerId, table.id),
  ],
);
