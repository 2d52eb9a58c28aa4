import { and, asc, eq, sql } from 'drizzle-orm';
import type { Geofence } from '#domain/tracking/geofence.ts';
import type { Database } from '../client.ts';
import { geofences, users } from '../schema/index.ts';

/** A fence that a person drew for themselves. */
export type OwnGeofence = { id: string; name: string; fence: Geofence; createdAt: Date };

/**
 * Keeps a fence, unless its owner has `limit` others already: then nothing happens and the answer is false. Whether it
 * may be one is `checkUserGeofence`'s to say. Harmless twice with the same id.
 */
export async function addGeofence(
  db: Database,
  userId: string,
  { id, name, fence, createdAt }: OwnGeofence,
  limit: number,
): Promise<boolean> {
  const shape =
    fence.kind === 'circle'
      ? { center: fence.center, radius: fence.radius, polygon: null }
      : { center: null, radius: null, polygon: fence.polygon };
  const [, , kept] = await db.batch([
    // Fences of one person are added one after another, or two at once would both find room for themselves.
    db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update'),
    db
      .insert(geofences)
      .select(
        sql`select ${id}::uuid, ${userId}::uuid, ${name},
          ${sql.param(shape.center, geofences.center)}::geography, ${shape.radius}::float8,
          ${sql.param(shape.polygon, geofences.polygon)}::jsonb, ${createdAt.toISOString()}::timestamptz
          where (select count(*) from ${geofences} where ${geofences.userId} = ${userId}) < ${limit}`,
      )
      .onConflictDoNothing(),
    db
      .select({ id: geofences.id })
      .from(geofences)
      .where(and(eq(geofences.id, id), eq(geofences.userId, userId))),
  ]);
  return kept.length > 0;
}

/** Takes a fence of this user away. Says whether there was one. */
export async function deleteGeofence(db: Database, userId: string, id: string): Promise<boolean> {
  const gone = await db
    .delete(geofences)
    .where(and(eq(geofences.id, id), eq(geofences.userId, userId)))
    .returning({ id: geofences.id });
  return gone.length > 0;
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
