import type { InvitedRole, LiveRole } from './live-roles.ts';
import { mayInRoom } from './live-roles.ts';
import type { ShowEnding, ShowVisibility } from './show.ts';

/**
 * The durable events of a live room's log and their facts, as on the wire; times are ISO 8601 UTC. `contract/live.ts` holds the
 * schemas, checked against these. `by` is null when nobody in particular caused it.
 */
export type LiveEventData = {
  /** Somebody is here. They stay until `room:left`, through lost sockets that come back in time. */
  'room:joined': { userId: string; username: string; role: LiveRole };
  /** `until`: when the last of them was seen. From `since` to there they took part. */
  'room:left': { userId: string; since: string; until: string };
  /** `text` is null once it was deleted. */
  'chat:message': { userId: string; username: string; role: LiveRole; text: string | null };
  /** `message` is the seq of the message. */
  'chat:deleted': { message: number; by: string };
  'chat:muted': { userId: string; muted: boolean; by: string };
  'chat:banned': { userId: string; banned: boolean; by: string };
  'show:started': { by: string | null };
  'show:ended': { by: string | null; because: ShowEnding };
  'show:updated': { by: string | null; visibility: ShowVisibility };
  'show:invited': { by: string; userId: string; role: InvitedRole };
  'show:uninvited': { by: string; userId: string };
  /** A live show has had no picture since then. */
  'media:stalled': { since: string };
  /** The picture is back, after so many milliseconds. */
  'media:recovered': { afterMs: number };
};

export type LiveEventName = keyof LiveEventData;

/** One event with its facts: a union over the names, so that a switch on `name` narrows `data`. */
export type LiveEvent = { [N in LiveEventName]: { name: N; data: LiveEventData[N] } }[LiveEventName];

/** An event in its place in the log. */
export type RecordedLiveEvent = LiveEvent & { seq: number; at: Date };

/** Whether an event is told at all. `crowded`: so many are here that those who come and go are counted, not named. */
export function isTold({ name }: LiveEvent, crowded: boolean): boolean {
  return !crowded || (name !== 'room:joined' && name !== 'room:left');
}

/** Whether this viewer is told of an event that is told. */
export function seesLiveEvent(event: LiveEvent, viewer: { userId: string; role: LiveRole }): boolean {
  switch (event.name) {
    case 'chat:muted':
    case 'chat:banned':
    case 'show:invited':
    case 'show:uninvited':
      return event.data.userId === viewer.userId || mayInRoom(viewer.role, 'moderate');
    case 'room:joined':
    case 'room:left':
    case 'chat:message':
    case 'chat:deleted':
    case 'show:started':
    case 'show:ended':
    case 'show:updated':
    case 'media:stalled':
    case 'media:recovered':
      return true;
  }
}
