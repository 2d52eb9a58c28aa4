import { sql } from 'drizzle-orm';
import { check, index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';
import { liveStreamOrders } from './live-stream-orders.ts';
import { users } from './users.ts';

/** What the parties of an order said of each other: once each. */
export const ratings = pgTable(
  'ratings',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => liveStreamOrders.id),
    raterId: uuid('rater_id')
      .notNull()
      .references(() => users.id),
    rateeId: uuid('ratee_id')
      .notNull()
      .references(() => users.id),
    rating: smallint('rating').notNull(),
    comment: text('comment'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    unique('ratings_once').on(table.orderId, table.raterId),
    index('ratings_ratee').on(table.rateeId, table.id),
    check('ratings_range', sql`${table.rating} between 1 and 5`),
  ],
);
