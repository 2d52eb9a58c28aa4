import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, smallint, uuid } from 'drizzle-orm/pg-core';
import type { OrderEffect } from '#domain/orders/effects.ts';
import { moment } from './dates.ts';

/** What a command owes to the world outside its room: written with the event, marked done after it was carried out. */
export const orderEffects = pgTable(
  'order_effects',
  {
    orderId: uuid('order_id').notNull(),
    seq: integer('seq').notNull(),
    /** Its place among the effects of its event. */
    position: smallint('position').notNull(),
    effect: jsonb('effect').$type<OrderEffect>().notNull(),
    createdAt: moment('created_at').notNull(),
    doneAt: moment('done_at'),
  },
  (table) => [
    primaryKey({ name: 'order_effects_pkey', columns: [table.orderId, table.seq, table.position] }),
    index('order_effects_owed').on(table.createdAt).where(sql`${table.doneAt} is null`),
  ],
);
