import { asc, eq, sql } from 'drizzle-orm';
import type { Order } from '#domain/orders/order.ts';
import type { Database } from '../client.ts';
import { pointSql } from '../schema/geography.ts';
import { liveStreamOrders, users } from '../schema/index.ts';
import { type Around, EXTRA_CANDIDATES } from './nearby.ts';
import { orderFromRow } from './order-rows.ts';

/**
 * The pending orders around a place, nearest first. Everything is measured from their blurred places: two orders in
 * one cell cannot be told apart by any question, however many are asked.
 */
export async function nearbyOrders(
  db: Database,
  { center, radius, limit }: Around,
): Promise<{ order: Order; creatorName: string; distanceMeters: number }[]> {
  const { id, blurredPoint, status } = liveStreamOrders;
  const here = pointSql(center);
  // The index walks outwards from `center` and stops after the limit, or at the radius.
  const nearest = db
    .select({ id, distance: sql<number>`ST_Distance(${blurredPoint}, ${here})`.as('distance') })
    .from(liveStreamOrders)
    // A literal, so that the partial index matches in every plan. The radius bounds how far the walk goes when there
    // is little to find; ordering by `<->` keeps it a walk.
    .where(sql`${status} = 'pending' and ST_DWithin(${blurredPoint}, ${here}, ${radius})`)
    .orderBy(sql`${blurredPoint} <-> ${here}`)
    .limit(limit + EXTRA_CANDIDATES)
    .as('nearest');
  const rows = await db
    .select({ row: liveStreamOrders, creatorName: users.username, distance: nearest.distance })
    .from(nearest)
    .innerJoin(liveStreamOrders, eq(liveStreamOrders.id, nearest.id))
    .innerJoin(users, eq(users.id, liveStreamOrders.creatorId))
    .orderBy(asc(nearest.distance), asc(nearest.id))
    .limit(limit);
  return rows.map(({ row, creatorName, distance }) => ({
    order: orderFromRow(row),
    creatorName,
    distanceMeters: distance,
  }));
}
