import { sql } from 'drizzle-orm';
import { bigint, char, index, integer, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { ORDER_STATUSES } from '#domain/orders/order.ts';
import { lifecycle, moment } from './dates.ts';
import { geographyPoint } from './geography.ts';
import { users } from './users.ts';

export const orderStatus = pgEnum('order_status', ORDER_STATUSES);

/** Every order as its last event left it. Written by its room alone, together with that event. */
export const liveStreamOrders = pgTable(
  'live_stream_orders',
  {
    id: uuid('id').primaryKey(),
    creatorId: uuid('creator_id')
      .notNull()
      .references(() => users.id),
    providerId: uuid('provider_id').references(() => users.id),
    title: text('title').notNull(),
    description: text('description'),
    /** Where it really is: for the parties only. */
    locationPoint: geographyPoint('location_point').notNull(),
    /** H3 index, resolution 8. */
    locationCell: text('location_cell').notNull(),
    /** The centre of that cell: what everyone else filters, sorts and measures by. */
    blurredPoint: geographyPoint('blurred_point').notNull(),
    locationAddress: text('location_address'),
    locationLocality: text('location_locality'),
    /** Metres. */
    serviceRadius: integer('service_radius').notNull(),
    /** Minor units of `currency`. */
    baseAmount: bigint('base_amount', { mode: 'bigint' }).notNull(),
    agreedAmount: bigint('agreed_amount', { mode: 'bigint' }),
    acceptingApplicationId: uuid('accepting_application_id'),
    currency: char('currency', { length: 3 }).notNull(),
    status: orderStatus('status').notNull(),
    /** The seq of its last event. */
    version: integer('version').notNull(),
    scheduledFor: moment('scheduled_for'),
    acceptedAt: moment('accepted_at'),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    cancelledAt: moment('cancelled_at'),
    releasedAt: moment('released_at'),
    arrivalDueAt: moment('arrival_due_at'),
    /** The room's next deadline, for the sweeper: a room that lost its alarm is found by it. */
    deadlineAt: moment('deadline_at'),
    requirements: text('requirements').array().notNull(),
    tags: text('tags').array().notNull(),
    ...lifecycle,
  },
  (table) => [
    index('orders_creator').on(table.creatorId, table.id),
    index('orders_provider').on(table.providerId, table.id).where(sql`${table.providerId} is not null`),
    index('orders_nearby').using('gist', table.blurredPoint).where(sql`${table.status} = 'pending'`),
    index('orders_disputed').on(table.id).where(sql`${table.status} = 'disputed'`),
    index('orders_deadline').on(table.deadlineAt).where(sql`${table.deadlineAt} is not null`),
  ],
);
