import type { Database } from '#db/client.ts';
import { findShow, type ReadShow } from '#db/queries/live-shows.ts';
import { type LiveRole, roleIn } from '#domain/live/live-roles.ts';
import { type ShowView, viewShow } from '#domain/live/show-view.ts';
import type { User } from '../../api.ts';
import { reject } from '../../errors.ts';

/** A show, and what the one who reads it would be in it; null for somebody who is not signed in. */
export type ReadableShow = { read: ReadShow; role: LiveRole | null };

/** As what somebody reads a show, or null: they may not know of it. */
function roleOf({ show, invitedAs }: ReadShow, user: User | null): LiveRole | null {
  return user && roleIn(show, { userId: user.userId, isAdmin: user.role === 'admin', invitedAs });
}

/** The show if this person may know of it; otherwise the request ends with NOT_FOUND, as if there were none. */
export async function readableShow(db: Database, user: User | null, showId: string): Promise<ReadableShow> {
  const read = await findShow(db, showId, user?.userId ?? null);
  const role = read && roleOf(read, user);
  if (!read || (!role && read.show.visibility !== 'public')) {
    return reject('NOT_FOUND', 'There is no such show.');
  }
  return { read, role };
}

/** A show as one reader sees it. */
export function viewFor(read: ReadShow, user: User | null): ShowView {
  return viewShow(read.show, read.figures, read.hostName, {
    userId: user?.userId ?? null,
    isAdmin: user?.role === 'admin',
    role: roleOf(read, user),
  });
}
