import type { EventFrame } from '#contract/events.ts';
import type { LiveMomentData } from '#contract/live-room.ts';
import type { LiveEventData, LiveEventName } from '#domain/live/live-events.ts';

/** A frame whose `event` tells the type of its `data`. */
type FrameOf<T> = { [N in keyof T & string]: { event: N; data: T[N]; at: string } }[keyof T & string];

/** An event of a live room's log, in its place. */
export type LiveLogFrame = FrameOf<LiveEventData> & { seq: number };
/** What a live room tells of this moment. */
export type LiveMomentFrame = FrameOf<LiveMomentData>;

const LOG_EVENTS: Record<LiveEventName, true> = {
  'room:joined': true,
  'room:left': true,
  'chat:message': true,
  'chat:deleted': true,
  'chat:muted': true,
  'chat:banned': true,
  'show:started': true,
  'show:ended': true,
  'show:updated': true,
  'show:invited': true,
  'show:uninvited': true,
  'media:stalled': true,
  'media:recovered': true,
};

const MOMENTS: Record<keyof LiveMomentData, true> = {
  'room:snapshot': true,
  'room:resumed': true,
  'room:presence': true,
  'reaction:burst': true,
  'media:tracks': true,
  'media:consumers': true,
  'media:rejoin': true,
  'media:audio_only': true,
};

/** Whether a frame is of the log. Events of a newer server that this page does not know are none. */
export function isLiveLogFrame(frame: EventFrame): frame is LiveLogFrame {
  return frame.seq !== undefined && Object.hasOwn(LOG_EVENTS, frame.event);
}

export function isLiveMomentFrame(frame: EventFrame): frame is LiveMomentFrame {
  return frame.seq === undefined && Object.hasOwn(MOMENTS, frame.event);
}
