import { and, eq, lt, sql } from 'drizzle-orm';
import type { BlurredPlace } from '#domain/geo/cells.ts';
import type { Database } from '../client.ts';
import { providerLocations } from '../schema/index.ts';

/** Puts an available provider on the map, at their blurred place. A move that a later one overtook changes nothing. */
export async function saveProviderLocation(
  db: Database,
  userId: string,
  location: { place: BlurredPlace; move: number; availableUntil: Date },
  now: Date,
): Promise<void> {
  const { place, move, availableUntil } = location;
  const values = { cell: place.cell, blurredPoint: place.center, move, availableUntil, updatedAt: now };
  await db
    .insert(providerLocations)
    .values({ userId, ...values })
    .onConflictDoUpdate({
      target: providerLocations.userId,
      set: values,
      setWhere: lt(providerLocations.move, sql`excluded.move`),
    });
}

/** Takes a provider off the map. A move that a later one overtook changes nothing. */
export async function hideProvider(db: Database, userId: string, move: number, now: Date): Promise<void> {
  await db
    .update(providerLocations)
    .set({ availableUntil: null, move, updatedAt: now })
    .where(and(eq(providerLocations.userId, userId), lt(providerLocations.move, move)));
}
