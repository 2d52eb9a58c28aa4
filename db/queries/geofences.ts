import { and, asc, eq } from 'drizzle-orm';
import type { Geofence } from '#domain/tracking/geofence.ts';
import type { Database } from '../client.ts';
import { geofences } from '../schema/index.ts';

/** A fence that a person drew for themselves. */
export type OwnGeofence = { id: string; name: string; fence: Geofence; createdAt: Date };

/** The statement that keeps a fence. Whether it may be one (`checkUserGeofence`), and whether there are too many, is for the caller. */
export function createGeofence(db: Database, userId: string, { id, name, fence, createdAt }: OwnGeofence) {
  return db.insert(geofences).values({
    id,
    userId,
    name,
    createdAt,
    ...(fence.kind === 'circle'
      ? { center: fence.center, radius: fence.radius }
      : { polygon: fence.polygon }),
  });
}

/** The statement that takes a fence of this user away; it returns the id, or nothing when there was none. */
export function deleteGeofence(db: Database, userId: string, id: string) {
  return db
    .delete(geofences)
    .where(and(eq(geofences.id, id), eq(geofences.userId, userId)))
    .returning({ id: geofences.id });
}

/** All fences of a user, the oldest first. */
export async function geofencesOf(db: Database, userId: string): Promise<OwnGeofence[]> {
  const rows = await db
    .select()
    .from(geofences)
    .where(eq(geofences.userId, userId))
    .orderBy(asc(geofences.id));
  return rows.map(({ id, name, createdAt, ...row }) => ({ id, name, createdAt, fence: fenceOf(row) }));
}

function fenceOf({
  center,
  radius,
  polygon,
}: Pick<typeof geofences.$inferSelect, 'center' | 'radius' | 'polygon'>) {
  if (polygon) return { kind: 'polygon', polygon } as const;
  if (center && radius !== null) return { kind: 'circle', center, radius } as const;
  throw new TypeError('a fence is a circle or a polygon');
}
