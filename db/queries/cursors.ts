import { asc, desc, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { parse, stringify } from 'uuid';

/** An item's place in a list that is ordered by id. Where several items share an id, their position orders them. */
export type Place = { id: string; position?: number };

/** A place in a list, newest first: just after or just before the item that is there. */
export type Cursor = Place & { direction: 'next' | 'previous' };

/** A page as it goes over the wire; `totalCount` is counted to {@link MOST_COUNTED} at most. */
export type Page<T> = {
  items: T[];
  pagination: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    nextCursor: string | null;
    previousCursor: string | null;
    totalCount: number;
  };
};

/** Counting goes no further: a list of a million must not cost a million. */
export const MOST_COUNTED = 10_000;

const DIRECTION_BYTE = { next: 0, previous: 1 } as const;

/** The cursor as clients hold it: base64url of its direction (one byte), its id (sixteen) and its position, if any (two). */
export function encodeCursor({ direction, id, position }: Cursor): string {
  const bytes = [DIRECTION_BYTE[direction], ...parse(id)];
  if (position !== undefined) bytes.push(position >> 8, position & 0xff);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Reads a client's cursor; null for anything that {@link encodeCursor} could not have made. */
export function decodeCursor(text: string): Cursor | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    if (bytes.length !== 17 && bytes.length !== 19) return null;
    const direction = bytes[0] === DIRECTION_BYTE.next ? 'next' : 'previous';
    const cursor: Cursor = { direction, id: stringify(bytes.subarray(1, 17)) };
    if (bytes.length === 19) cursor.position = new DataView(bytes.buffer).getUint16(17);
    // Only the canonical spelling counts, so that every cursor has exactly one.
    return encodeCursor(cursor) === text ? cursor : null;
  } catch {
    // No base64, or bytes that are no UUID.
    return null;
  }
}

/**
 * The conditions of a page of a list by `id` (and `position`, where ids repeat), newest first: which items to read, in which order (one more than the
 * page holds), and which lie on the other side of the cursor (null without one).
 */
export function pageConditions(
  id: PgColumn,
  cursor: Cursor | null,
  position?: PgColumn,
): { items?: SQL; order: SQL[]; behind: SQL | null } {
  const columns = position ? [id, position] : [id];
  if (!cursor) return { order: columns.map(desc), behind: null };
  const place = position ? sql`(${id}, ${position})` : sql`${id}`;
  const there = position ? sql`(${cursor.id}::uuid, ${cursor.position ?? 0}::int)` : sql`${cursor.id}::uuid`;
  return cursor.direction === 'next'
    ? { items: lt(place, there), order: columns.map(desc), behind: gte(place, there) }
    : { items: gt(place, there), order: columns.map(asc), behind: lte(place, there) };
}

/**
 * Puts a page together. `read` are the items in the order of {@link pageConditions}, with one more than `limit` if
 * there are more; `behind` says whether there are any on the other side of the cursor. A page that turns out empty
 * (its items went away meanwhile) has no neighbours: its reader starts over.
 */
export function pageOf<T extends Place>(
  read: T[],
  {
    limit,
    cursor,
    behind,
    totalCount,
  }: { limit: number; cursor: Cursor | null; behind: boolean; totalCount: number },
): Page<T> {
  const more = read.length > limit;
  const items = read.slice(0, limit);
  const backwards = cursor?.direction === 'previous';
  if (backwards) items.reverse();
  const first = items[0];
  const last = items.at(-1);
  const hasNextPage = last !== undefined && (backwards ? behind : more);
  const hasPreviousPage = first !== undefined && (backwards ? more : behind);
  return {
    items,
    pagination: {
      hasNextPage,
      hasPreviousPage,
      nextCursor: hasNextPage ? cursorAt('next', last) : null,
      previousCursor: hasPreviousPage ? cursorAt('previous', first) : null,
      totalCount,
    },
  };
}

/** Out of an item, which may be more than its place. */
function cursorAt(direction: Cursor['direction'], { id, position }: Place): string {
  return encodeCursor({ direction, id, ...(position === undefined ? {} : { position }) });
}
