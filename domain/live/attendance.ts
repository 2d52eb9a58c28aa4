import type { LiveRole } from './live-roles.ts';

/** So long somebody whose socket was lost is still here: a deploy or a tunnel is no storm of leaving and joining. */
export const GRACE_MS = 20_000;

/** While anybody is here, it is looked so often whether all of them are. Between two looks a room may sleep. */
export const ATTENDANCE_CHECK_MS = 60_000;

/**
 * A socket whose other side has said no `ping` for so long is dead, though nothing has closed it: a phone without a network says no
 * farewell. Longer than a minute, for browsers let a hidden page's timers run only so often.
 */
export const SILENT_AFTER_MS = 90_000;

/** So many people are named; more are counted. */
export const MOST_NAMED = 30;

/** How often a change of who is here is told. */
export const PRESENCE_TICK_MS = 1_000;

/**
 * One socket's place in a room, which outlives the socket by the grace. `awaySince` is null while the socket is there.
 * What somebody plays and sends belongs to their seat, so it goes on when they come back to it.
 */
export type Seat = { participantId: string; userId: string; awaySince: Date | null };

/** Whether the seat is free again: its socket was lost, and nobody came back to it in time. */
export function hasLapsed({ awaySince }: Pick<Seat, 'awaySince'>, now: Date): boolean {
  return awaySince !== null && now.getTime() - awaySince.getTime() >= GRACE_MS;
}

/** When attendance must be looked at next, if anybody is here. `firstAway`: since when the seat is empty that has been so for longest. */
export function nextCheck(firstAway: Date | null, now: Date): Date {
  const regular = now.getTime() + ATTENDANCE_CHECK_MS;
  return new Date(firstAway ? Math.min(regular, firstAway.getTime() + GRACE_MS) : regular);
}

/** Somebody who is here. */
export type Attendee = { userId: string; username: string; role: LiveRole };

/** Who is here, as everyone is told: `people` is null when there are too many to name. `viewers` counts persons, not sockets. */
export type Presence = { viewers: number; people: Attendee[] | null };

export function isCrowded(count: number): boolean {
  return count > MOST_NAMED;
}
