import { doublePrecision, pgTable, primaryKey, real, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';

/** The trail of an order's provider. Its key makes a flush that is repeated harmless. Only trusted fixes come here. */
export const orderTracks = pgTable(
  'order_tracks',
  {
    orderId: uuid('order_id').notNull(),
    at: moment('at').notNull(),
    latitude: doublePrecision('latitude').notNull(),
    longitude: doublePrecision('longitude').notNull(),
    /** Degrees clockwise from north, m/s, metres. */
    heading: real('heading'),
    speed: real('speed'),
    accuracy: real('accuracy'),
  },
  (table) => [primaryKey({ name: 'order_tracks_pkey', columns: [table.orderId, table.at] })],
);
