import type { Presence, ProviderPosition } from '#contract/events.ts';
import type { Position } from '#domain/geo/geojson.ts';
import type { LoggedEvent, RoomFrame } from '../realtime/frames.ts';

/** A position of the provider's trail with its time (ISO 8601). */
export type TrailPoint = { position: Position; at: string };

/** What is known of a room: its log, and what is so at this moment. */
export type RoomState = {
  /** By seq, each once. */
  events: readonly LoggedEvent[];
  position: ProviderPosition | null;
  /** Nothing new has come from the provider for a while. */
  stale: boolean;
  present: readonly Presence[];
  trail: readonly TrailPoint[];
};

export const EMPTY_ROOM: RoomState = { events: [], position: null, stale: false, present: [], trail: [] };

export type RoomAction =
  | { type: 'logged'; events: readonly LoggedEvent[] }
  | { type: 'told'; frame: RoomFrame }
  | { type: 'trail'; points: readonly TrailPoint[] };

/** The room after one more thing was learned of it. The same thing learned twice changes nothing. */
export function roomReducer(state: RoomState, action: RoomAction): RoomState {
  switch (action.type) {
    case 'logged':
      return { ...state, events: merge(state.events, action.events) };
    case 'trail':
      return { ...state, trail: joinTrail(action.points, state.trail) };
    case 'told':
      return told(state, action.frame);
  }
}

function told(state: RoomState, frame: RoomFrame): RoomState {
  switch (frame.event) {
    case 'location:updated':
      return {
        ...state,
        position: frame.data,
        stale: false,
        trail: joinTrail(state.trail, [pointOf(frame.data)]),
      };
    case 'location:stale':
      return { ...state, stale: true };
    case 'room:snapshot':
    case 'room:resumed':
      return { ...state, position: frame.data.position, present: frame.data.present };
    case 'room:joined':
      return { ...state, present: [...without(state.present, frame.data.userId), frame.data] };
    case 'room:left':
      return { ...state, present: without(state.present, frame.data.userId) };
  }
}

function merge(known: readonly LoggedEvent[], more: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const seqs = new Set(known.map(({ seq }) => seq));
  const fresh = more.filter(({ seq }) => !seqs.has(seq));
  return fresh.length === 0 ? known : [...known, ...fresh].sort((a, b) => a.seq - b.seq);
}

/** Of two trails the points of the first, and those of the second that are later. */
function joinTrail(first: readonly TrailPoint[], second: readonly TrailPoint[]): readonly TrailPoint[] {
  const end = first.at(-1)?.at ?? '';
  const later = second.filter(({ at }) => at > end);
  return later.length === 0 ? first : [...first, ...later];
}

function pointOf({ longitude, latitude, at }: ProviderPosition): TrailPoint {
  return { position: [longitude, latitude], at };
}

function without(present: readonly Presence[], userId: string): Presence[] {
  return present.filter((other) => other.userId !== userId);
}
