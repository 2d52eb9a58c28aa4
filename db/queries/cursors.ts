import { asc, desc, gt, gte, lt, lte, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { parse, stringify } from 'uuid';

/** A place in a list that is ordered by id, newest first: just after or just before the item of this id. */
export type Cursor = { direction: 'next' | 'previous'; id: string };

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

/** The cursor as clients hold it: base64url of its direction (one byte) and its id (sixteen). */
export function encodeCursor({ direction, id }: Cursor): string {
  const bytes = [DIRECTION_BYTE[direction], ...parse(id)];
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Reads a client's cursor; null for anything that {@link encodeCursor} could not have made. */
export function decodeCursor(text: string): Cursor | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const [first, ...id] = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    if (id.length !== 16) return null;
    const direction = first === DIRECTION_BYTE.next ? 'next' : 'previous';
    const cursor: Cursor = { direction, id: stringify(Uint8Array.from(id)) };
    // Only the canonical spelling counts, so that every cursor has exactly one.
    return encodeCursor(cursor) === text ? cursor : null;
  } catch {
    // No base64, or bytes that are no UUID.
    return null;
  }
}

/**
 * The conditions of a page of a list by `id`, newest first: which items to read, in which order (one more than the
 * page holds), and which lie on the other side of the cursor (null without one).
 */
export function pageConditions(
  id: PgColumn,
  cursor: Cursor | null,
): { items?: SQL; order: SQL; behind: SQL | null } {
  if (!cursor) return { order: desc(id), behind: null };
  return cursor.direction === 'next'
    ? { items: lt(id, cursor.id), order: desc(id), behind: gte(id, cursor.id) }
    : { items: gt(id, cursor.id), order: asc(id), behind: lte(id, cursor.id) };
}

/**
 * Puts a page together. `read` are the items in the order of {@link pageConditions}, with one more than `limit` if
 * there are more; `behind` says whether there are any on the other side of the cursor. A page that turns out empty
 * (its items went away meanwhile) has no neighbours: its reader starts over.
 */
export function pageOf<T extends { id: string }>(
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
      nextCursor: hasNextPage ? encodeCursor({ direction: 'next', id: last.id }) : null,
      previousCursor: hasPreviousPage ? encodeCursor({ direction: 'previous', id: first.id }) : null,
      totalCount,
    },
  };
}
