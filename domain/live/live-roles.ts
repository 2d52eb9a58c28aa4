import type { LiveShow } from './show.ts';

/** What somebody is in a live room. */
export const LIVE_ROLES = ['host', 'moderator', 'viewer'] as const;
export type LiveRole = (typeof LIVE_ROLES)[number];

/** As what somebody may be invited. */
export const INVITED_ROLES = ['moderator', 'viewer'] as const satisfies readonly LiveRole[];
export type InvitedRole = (typeof INVITED_ROLES)[number];

/** What one may do in a live room that not everyone may. Chatting and reacting everyone may who is not muted. */
export type LivePermission = 'publish' | 'delete_any_message' | 'moderate';

/** The one table of who may do what in a live room. */
const PERMISSIONS: Readonly<Record<LiveRole, readonly LivePermission[]>> = {
  host: ['publish', 'delete_any_message', 'moderate'],
  moderator: ['delete_any_message', 'moderate'],
  viewer: [],
};

export function mayInRoom(role: LiveRole, permission: LivePermission): boolean {
  return PERMISSIONS[role].includes(permission);
}

/** Somebody as their role in a show depends on them. `invitedAs`: null without an invitation. */
export type ShowGuest = { userId: string; isAdmin: boolean; invitedAs: InvitedRole | null };

type Parties = Pick<LiveShow, 'hostId' | 'ownerId'>;

/** Whether somebody is a party of the show. Nobody can put a party out, or silence them. */
export function isParty({ hostId, ownerId }: Parties, userId: string): boolean {
  return userId === hostId || userId === ownerId;
}

/** As what somebody may enter, or null: not at all. Whether they were banned is another question. */
export function roleIn(
  show: Parties & Pick<LiveShow, 'visibility'>,
  { userId, isAdmin, invitedAs }: ShowGuest,
): LiveRole | null {
  if (userId === show.hostId) return 'host';
  if (userId === show.ownerId || isAdmin) return 'moderator';
  return invitedAs ?? (show.visibility === 'public' ? 'viewer' : null);
}

const RANK: Readonly<Record<LiveRole, number>> = { host: 2, moderator: 1, viewer: 0 };

/**
 * Whether `actor` may mute or ban `target`, or let them speak and enter again: those below them, but no party and no admin,
 * who are there for the parties' and the platform's sake.
 */
export function mayModerate(
  show: Parties,
  actor: { role: LiveRole },
  target: { userId: string; role: LiveRole; isAdmin: boolean },
): boolean {
  if (target.isAdmin || isParty(show, target.userId)) return false;
  return mayInRoom(actor.role, 'moderate') && RANK[actor.role] > RANK[target.role];
}
