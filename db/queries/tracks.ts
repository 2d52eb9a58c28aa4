import { asc, eq, sql } from 'drizzle-orm';
import type { Fix } from '#domain/tracking/fix.ts';
import type { Database } from '../client.ts';
import { orderTracks } from '../schema/index.ts';

/** Puts points of a trail into the record. Harmless twice: a point is known by its time. */
export async function appendTrack(
  db: Database,
  orderId: string,
  points: Omit<typeof orderTracks.$inferInsert, 'orderId'>[],
): Promise<void> {
  if (points.length === 0) return;
  await db
    .insert(orderTracks)
    .values(points.map((point) => ({ ...point, orderId })))
    .onConflictDoNothing();
}

/**
 * The trail of an order's provider, oldest first. Of a trail with more than `limit` points every second, third … one
 * comes, and always the last, so that its shape stays whole.
 */
export async function trackOf(db: Database, orderId: string, limit: number): Promise<Fix[]> {
  const { at, latitude, longitude } = orderTracks;
  const numbered = db
    .select({
      at,
      latitude,
      longitude,
      place: sql<number>`row_number() over (order by ${at})`.as('place'),
      total: sql<number>`count(*) over ()`.as('total'),
    })
    .from(orderTracks)
    .where(eq(orderTracks.orderId, orderId))
    .as('numbered');
  return db
    .select({ at: numbered.at, latitude: numbered.latitude, longitude: numbered.longitude })
    .from(numbered)
    .where(
      sql`(${numbered.total} - ${numbered.place}) % ceil(${numbered.total} / ${limit}::numeric)::bigint = 0`,
    )
    .orderBy(asc(numbered.at));
}
