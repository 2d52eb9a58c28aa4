import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { APPLICATION_STATUSES } from '#domain/orders/order.ts';
import { lifecycle, moment } from './dates.ts';
import { liveStreamOrders } from './live-stream-orders.ts';
import { users } from './users.ts';

export const applicationStatus = pgEnum('application_status', APPLICATION_STATUSES);

/** Who applied to which order, and what became of it. */
export const orderApplications = pgTable(
  'order_applications',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => liveStreamOrders.id),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => users.id),
    message: text('message'),
    proposedAmount: bigint('proposed_amount', { mode: 'bigint' }),
    estimatedArrival: moment('estimated_arrival'),
    /** From the provider's last fix when they applied; metres. */
    distanceMeters: doublePrecision('distance_meters'),
    status: applicationStatus('status').notNull(),
    ...lifecycle,
  },
  (table) => [
    // One open application a provider and order, whatever a room believed.
    uniqueIndex('order_applications_open')
      .on(table.orderId, table.providerId)
      .where(sql`${table.status} = 'pending'`),
    uniqueIndex('order_applications_accepted').on(table.orderId).where(sql`${table.status} = 'accepted'`),
    index('order_applications_order').on(table.orderId),
    index('order_applications_provider').on(table.providerId, table.id),
  ],
);
