import { and, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { InvitedRole, ShowGuest } from '#domain/live/live-roles.ts';
import type { ShowStatus } from '#domain/live/show.ts';
import type { Database } from '../client.ts';
import { pointSql } from '../schema/geography.ts';
import { liveShowInvitations, liveShows, users } from '../schema/index.ts';
import { type Cursor, MOST_COUNTED, type Page, pageConditions, pageOf } from './cursors.ts';
import { rowFromShow, type ShowRecord, showFromRow } from './live-show-rows.ts';

/**
 * Writes a show down as its room has it. Harmless twice and late: what the record has of a later `version` stays.
 */
export async function recordShow(db: Database, record: ShowRecord, version: number): Promise<void> {
  const row = rowFromShow(record, version);
  const { id: _, ...columns } = row;
  await db
    .insert(liveShows)
    .values(row)
    .onConflictDoUpdate({ target: liveShows.id, set: columns, setWhere: lt(liveShows.version, version) });
}

/** Whose eyes read: null for somebody who is not signed in. */
export type ReaderId = string | null;

/** A show as it is read, with its host's name and as what the reader was invited. */
export type ReadShow = ShowRecord & { hostName: string; invitedAs: InvitedRole | null };

/** The show of this id, or null. Whether its reader may know of it is the caller's to say. */
export async function findShow(db: Database, showId: string, readerId: ReaderId): Promise<ReadShow | null> {
  const [found] = await selectShows(db, readerId).where(eq(liveShows.id, showId));
  return found ? readShow(found) : null;
}

export type ShowsFilter = {
  status?: ShowStatus | undefined;
  /** Metres around a place. */
  near?: { center: Coordinates; radius: number } | undefined;
  /** null: public ones; an id: those that this person hosts, owns or is invited to. */
  of: string | null;
};

/** A page of shows, newest first, with the distance from `near` in metres. */
export async function listShows(
  db: Database,
  filter: ShowsFilter,
  readerId: ReaderId,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<Page<ReadShow & { id: string; distanceMeters: number | null }>> {
  const here = filter.near && pointSql(filter.near.center);
  const wanted = and(
    filter.of === null ? sql`${liveShows.visibility} = 'public'` : ofPerson(filter.of),
    filter.status && eq(liveShows.status, filter.status),
    here && filter.near && sql`ST_DWithin(${liveShows.blurredPoint}, ${here}, ${filter.near.radius})`,
  );
  const page = pageConditions(liveShows.id, cursor);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(liveShows)
    .where(wanted)
    .limit(MOST_COUNTED)
    .as('counted');
  const distance = here
    ? sql<number | null>`ST_Distance(${liveShows.blurredPoint}, ${here})`
    : sql<null>`null`;
  const [rows, [total], behind] = await db.batch([
    selectShows(db, readerId, distance)
      .where(and(wanted, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: liveShows.id })
      .from(liveShows)
      .where(page.behind ? and(wanted, page.behind) : sql`false`)
      .limit(1),
  ]);
  return pageOf(
    rows.map((row) => ({ id: row.row.id, ...readShow(row), distanceMeters: row.distance })),
    { limit, cursor, behind: behind.length > 0, totalCount: total?.count ?? 0 },
  );
}

/** What decides as what somebody may enter a show; null when there is no such person. */
export async function readGuest(
  db: Database,
  showId: string,
  userId: string,
): Promise<(ShowGuest & { username: string }) | null> {
  const [found] = await db
    .select({ username: users.username, role: users.role, invitedAs: liveShowInvitations.role })
    .from(users)
    .leftJoin(
      liveShowInvitations,
      and(eq(liveShowInvitations.showId, showId), eq(liveShowInvitations.userId, users.id)),
    )
    .where(eq(users.id, userId));
  if (!found) return null;
  const { username, role, invitedAs } = found;
  return { userId, username, isAdmin: role === 'admin', invitedAs };
}

const columns = getTableColumns(liveShows);

function selectShows(db: Database, readerId: ReaderId, distance: SQL<number | null> = sql<null>`null`) {
  const invitedAs =
    readerId === null
      ? sql<null>`null`
      : sql<InvitedRole | null>`(select ${liveShowInvitations.role} from ${liveShowInvitations}
          where ${liveShowInvitations.showId} = ${liveShows.id} and ${liveShowInvitations.userId} = ${readerId})`;
  return db
    .select({
      row: columns,
      hostName: users.username,
      invitedAs: invitedAs.as('invited_as'),
      distance: distance.as('distance'),
    })
    .from(liveShows)
    .innerJoin(users, eq(users.id, liveShows.hostId));
}

function readShow(found: {
  row: typeof liveShows.$inferSelect;
  hostName: string;
  invitedAs: InvitedRole | null;
}): ReadShow {
  return { ...showFromRow(found.row), hostName: found.hostName, invitedAs: found.invitedAs };
}

function ofPerson(userId: string): SQL | undefined {
  return or(
    eq(liveShows.hostId, userId),
    eq(liveShows.ownerId, userId),
    sql`${liveShows.id} in (select ${liveShowInvitations.showId} from ${liveShowInvitations}
      where ${liveShowInvitations.userId} = ${userId})`,
  );
}
