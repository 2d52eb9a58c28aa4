import type { ChatMessage, LiveMomentData, LiveTrack } from '#contract/live-room.ts';
import type { Presence } from '#domain/live/attendance.ts';
import type { LiveRole } from '#domain/live/live-roles.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import type { LiveLogFrame, LiveMomentFrame } from './frames.ts';

/** What is known of a live room, and of oneself in it. */
export type LiveRoomState = {
  /** Null until the room has been entered. */
  show: ShowView | null;
  /** The seat of this page in the room. */
  participantId: string | null;
  role: LiveRole | null;
  /** One's own words are not taken. */
  muted: boolean;
  presence: Presence;
  tracks: readonly LiveTrack[];
  /** By seq, each once, the latest {@link MOST_MESSAGES}. */
  messages: readonly ChatMessage[];
  /** Whom the host or a moderator has silenced, as far as this page has heard. */
  silenced: ReadonlySet<string>;
  /** This viewer's connection carries no picture at the moment. */
  audioOnly: boolean;
  /** Since when the live show has had no picture, for anybody. */
  stalledSince: string | null;
};

export const MOST_MESSAGES = 200;

export const EMPTY_LIVE_ROOM: LiveRoomState = {
  show: null,
  participantId: null,
  role: null,
  muted: false,
  presence: { viewers: 0, people: null },
  tracks: [],
  messages: [],
  silenced: new Set(),
  audioOnly: false,
  stalledSince: null,
};

/** The room after an event of its log. `ownId` is whose page this is. */
export function afterLogged(state: LiveRoomState, frame: LiveLogFrame, ownId: string): LiveRoomState {
  switch (frame.event) {
    case 'chat:message':
      return {
        ...state,
        messages: withMessage(state.messages, { ...frame.data, seq: frame.seq, at: frame.at }),
      };
    case 'chat:deleted':
      return { ...state, messages: withoutText(state.messages, frame.data.message) };
    case 'chat:muted': {
      const { userId, muted } = frame.data;
      const silenced = new Set(state.silenced);
      if (muted) silenced.add(userId);
      else silenced.delete(userId);
      return { ...state, silenced, muted: userId === ownId ? muted : state.muted };
    }
    case 'show:started':
      return withShow(state, { status: 'live', startedAt: frame.at });
    case 'show:ended':
      return { ...withShow(state, { status: 'ended', endedAt: frame.at }), stalledSince: null };
    case 'show:updated':
      return withShow(state, { visibility: frame.data.visibility });
    case 'media:stalled':
      return { ...state, stalledSince: frame.data.since };
    case 'media:recovered':
      return { ...state, stalledSince: null };
    case 'room:joined':
    case 'room:left':
    case 'chat:banned':
    case 'show:invited':
    case 'show:uninvited':
      return state;
  }
}

/** The room after it has told how things are. Nothing changes by what concerns only media. */
export function afterMoment(state: LiveRoomState, frame: LiveMomentFrame): LiveRoomState {
  switch (frame.event) {
    case 'room:snapshot':
      return { ...arrived(state, frame.data), messages: frame.data.messages, silenced: new Set() };
    case 'room:resumed':
      return arrived(state, frame.data);
    case 'room:presence':
      return { ...state, presence: frame.data };
    case 'media:tracks':
      return { ...state, tracks: frame.data.tracks };
    case 'media:audio_only':
      return { ...state, audioOnly: frame.data.on };
    case 'reaction:burst':
    case 'media:consumers':
    case 'media:rejoin':
      return state;
  }
}

function arrived(state: LiveRoomState, arrival: LiveMomentData['room:resumed']): LiveRoomState {
  const { show, participantId, role, muted, presence, tracks } = arrival;
  // Who comes back to another seat receives nothing yet, so nothing is held back.
  const audioOnly = participantId === state.participantId && state.audioOnly;
  return { ...state, show, participantId, role, muted, presence, tracks, audioOnly };
}

function withShow(state: LiveRoomState, changes: Partial<ShowView>): LiveRoomState {
  return state.show ? { ...state, show: { ...state.show, ...changes } } : state;
}

function withMessage(known: readonly ChatMessage[], message: ChatMessage): readonly ChatMessage[] {
  if (known.some(({ seq }) => seq === message.seq)) return known;
  return [...known, message].sort((a, b) => a.seq - b.seq).slice(-MOST_MESSAGES);
}

function withoutText(known: readonly ChatMessage[], seq: number): readonly ChatMessage[] {
  return known.map((message) => (message.seq === seq ? { ...message, text: null } : message));
}
