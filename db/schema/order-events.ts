import { integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { OrderEvent } from '#domain/orders/order-events.ts';
import { moment } from './dates.ts';

/**
 * The log of every order. `(order_id, seq)` is the compare-and-set of a command: a room inserts its last seq + 1 first,
 * and a conflict aborts the whole batch. `(order_id, command_id)` makes a command that was sent twice happen once.
 * No reference to the order: the event is inserted before it.
 */
export const orderEvents = pgTable(
  'order_events',
  {
    orderId: uuid('order_id').notNull(),
    seq: integer('seq').notNull(),
    commandId: uuid('command_id').notNull(),
    name: text('name').$type<OrderEvent['name']>().notNull(),
    data: jsonb('data').$type<OrderEvent['data']>().notNull(),
    at: moment('at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'order_events_pkey', columns: [table.orderId, table.seq] }),
    unique('order_events_command').on(table.orderId, table.commandId),
  ],
);
