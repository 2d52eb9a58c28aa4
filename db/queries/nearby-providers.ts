import { and, asc, gt, sql } from 'drizzle-orm';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Database } from '../client.ts';
import { pointSql } from '../schema/geography.ts';
import { providerLocations } from '../schema/index.ts';
import { type Around, EXTRA_CANDIDATES } from './nearby.ts';

/** An available provider; `location` is the centre of their H3 resolution 8 cell. */
export type ProviderNearby = { userId: string; location: Coordinates; distanceMeters: number };

/** The providers around a place who are available at `now`, nearest first. The record has only their blurred places. */
export async function nearbyProviders(
  db: Database,
  { center, radius, limit }: Around,
  now: Date,
): Promise<ProviderNearby[]> {
  const { userId, blurredPoint, availableUntil } = providerLocations;
  const here = pointSql(center);
  // Leases that ran out are passed over inside the walk, or they would use the limit up.
  const nearest = db
    .select({
      userId,
      blurredPoint,
      distance: sql<number>`ST_Distance(${blurredPoint}, ${here})`.as('distance'),
    })
    .from(providerLocations)
    .where(and(gt(availableUntil, now), sql`ST_DWithin(${blurredPoint}, ${here}, ${radius})`))
    .orderBy(sql`${blurredPoint} <-> ${here}`)
    .limit(limit + EXTRA_CANDIDATES)
    .as('nearest');
  return db
    .select({
      userId: nearest.userId,
      location: nearest.blurredPoint,
      distanceMeters: nearest.distance,
    })
    .from(nearest)
    .orderBy(asc(nearest.distance), asc(nearest.userId))
    .limit(limit);
}
