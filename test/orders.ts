import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { rowFromOrder } from '#db/queries/order-rows.ts';
import { liveStreamOrders } from '#db/schema/index.ts';
import { blur } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Order } from '#domain/orders/order.ts';

export const RECORDED_AT = new Date('2026-11-23T12:00:00.000Z');

/**
 * Puts an order straight into the record, for tests of what reads it: pending, at `at`, with whatever else is said of it.
 */
export async function recordOrder(
  db: Database,
  creatorId: string,
  { at, deadlineAt = null, ...given }: Partial<Order> & { at?: Coordinates; deadlineAt?: Date | null } = {},
): Promise<Order> {
  const place = at ?? { latitude: 52.52, longitude: 13.405 };
  const order: Order = {
    id: uuidv7(),
    creatorId,
    providerId: null,
    title: 'A stream',
    description: null,
    place: { ...place, cell: blur(place).cell, address: '1 Secret Street', locality: 'Town' },
    serviceRadius: 5_000,
    baseAmount: 2_500n,
    agreedAmount: null,
    acceptingApplicationId: null,
    currency: 'USD',
    status: 'pending',
    version: 1,
    scheduledFor: null,
    acceptedAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    arrivalDueAt: null,
    requirements: [],
    tags: [],
    createdAt: RECORDED_AT,
    updatedAt: RECORDED_AT,
    ...given,
  };
  await db.insert(liveStreamOrders).values(rowFromOrder(order, deadlineAt));
  return order;
}
