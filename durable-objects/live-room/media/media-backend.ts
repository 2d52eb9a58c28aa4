import type {
  LiveMomentData,
  LiveReplyData,
  LiveRequestData,
  LiveTrack,
  RejoinReason,
} from '#contract/live-room.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { TrackFlow } from '#domain/live/media-fact.ts';
import type { MediaBackendName } from '#domain/live/show.ts';
import type { Result } from '#domain/result.ts';
import type { Env } from '../../env.ts';

/** What a backend may be asked for, or why not. */
export type Asked<T> = Promise<Result<T, Rejection>>;

/** Something that is published, with what is known of its flow. */
export type MediaTrack = LiveTrack & TrackFlow;

/** A participant's wish to send, to receive, or both. `place` is where they are, as far as anyone knows. */
export type MediaJoin = Omit<LiveRequestData['media:join'], 'near' | 'takeOver'> & {
  place: Coordinates | null;
};

/**
 * The answer to it, as it goes to the client (the room adds the ICE servers), and the ids that it gave out: from now on the
 * participant may name these and no others.
 */
export type MediaJoined = {
  reply: Omit<LiveReplyData['media:join'], 'iceServers'>;
  gave: { send: string | null; receive: string | null; consumers: string[] };
};

/** All that somebody receives, in the words of the backend; the room reads the consumers' ids. */
export type Received = Omit<LiveMomentData['media:consumers'], 'transportId'>;

/**
 * What carries a room's media. The room owns who takes part and what they may do, and asks in their name only for what is theirs;
 * the backend owns what becomes of it. What clients and backend say to each other (`contract/media-signalling.ts`) the room passes on
 * and never looks into, but for ids. One SFU speaks mediasoup's words; another, of sessions and tracks, would say SDP.
 *
 * Every method may be called again after its answer was lost. Everything a backend has to remember it keeps in the room's
 * SQLite, so that it goes on after an eviction.
 */
export interface MediaBackend {
  readonly name: MediaBackendName;

  /** Sets a participant up anew; what they had is closed. Until `joined`, they are told of nothing else. */
  join(participantId: string, request: MediaJoin): Asked<MediaJoined>;
  /** They have been told the answer to their join; `ok` when that is that they have. */
  joined(participantId: string, ok: boolean): void;
  /** They are back on another socket: what they were told meanwhile they have not heard. */
  returned(participantId: string): void;
  connect(participantId: string, request: LiveRequestData['media:connect']): Asked<Record<string, never>>;
  /** Publishes all of these tracks or none. A source that is published already is replaced. */
  publish(
    participantId: string,
    request: LiveRequestData['media:publish'],
  ): Asked<LiveReplyData['media:publish']>;
  setPaused(participantId: string, trackId: string, paused: boolean): Asked<Record<string, never>>;
  closeTrack(participantId: string, trackId: string): Asked<Record<string, never>>;
  setWishes(participantId: string, request: LiveRequestData['media:layers']): Asked<Record<string, never>>;
  restartIce(
    participantId: string,
    request: LiveRequestData['media:restart_ice'],
  ): Asked<LiveReplyData['media:restart_ice']>;
  /** These take part no longer. What cannot be told at once is told later. */
  leave(participantIds: readonly string[]): void;
  /** The show is over: nothing is left behind. */
  close(): Promise<void>;

  /** All that is published now, as far as is known here. */
  tracks(): MediaTrack[];
  /** Finds out how media flows now, where that can be done. */
  refresh(): Promise<void>;
  /** Looks after what may have been lost; called by the room's `media` alarm, which the backend sets through its context. */
  attend(): Promise<void>;
}

/** What a backend tells its room, synchronously. */
export interface MediaListener {
  /** What is published has changed: `tracks()` says to what. */
  tracksChanged(): void;
  /** It was found out anew how media flows. */
  flowObserved(): void;
  /** All that a participant receives now, over the transport that they were given last. */
  consumersChanged(participantId: string, received: Received): void;
  /** These have to join again. */
  rejoin(participantIds: readonly string[], reason: RejoinReason): void;
  audioOnly(participantId: string, on: boolean): void;
}

/** What a room gives to its backend: settings, a place to remember, and ways to be heard and woken. */
export type BackendContext = {
  env: Env;
  sql: SqlStorage;
  roomId: string;
  listener: MediaListener;
  /** Has `attend` called. */
  attendAt: (at: Date) => void;
  now: () => Date;
  waitUntil: (work: Promise<unknown>) => void;
};
