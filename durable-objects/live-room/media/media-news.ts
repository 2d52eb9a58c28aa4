import type { LiveTrack, RejoinReason } from '#contract/live-room.ts';
import type { LiveAudience } from '../live-audience.ts';
import type { Seats } from '../seats.ts';
import type { MediaListener, MediaTrack, Received } from './media-backend.ts';

/** Who joins again does it within so long for each of those who do; the host at once. */
const SPREAD_MS_EACH = 2;
const LONGEST_SPREAD_MS = 3_000;

type Context = {
  seats: Seats;
  audience: () => Pick<LiveAudience, 'tellMoment' | 'tellSeats'>;
  tracks: () => MediaTrack[];
  /** The host's media may have begun or ceased to flow. */
  flowObserved: () => void;
};

/** Tells people what becomes of media, each what concerns them. */
export class MediaNews implements MediaListener {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  tracksChanged(): void {
    this.#context.audience().tellMoment('media:tracks', { tracks: liveTracks(this.#context.tracks()) });
  }

  flowObserved(): void {
    this.#context.flowObserved();
  }

  consumersChanged(participantId: string, received: Received): void {
    const { seats, audience } = this.#context;
    const media = seats.media(participantId);
    if (!media?.receive) return;
    seats.setMedia(participantId, { ...media, consumers: received.consumers.map(({ id }) => id) });
    audience().tellSeats([participantId], 'media:consumers', { transportId: media.receive, ...received });
  }

  rejoin(participantIds: readonly string[], reason: RejoinReason): void {
    const senders: string[] = [];
    const others: string[] = [];
    for (const id of participantIds) {
      const media = this.#context.seats.media(id);
      // Whoever sends comes first: the others have nothing to see before. Who has set up nothing is not meant.
      if (media?.send) senders.push(id);
      else if (media?.receive) others.push(id);
    }
    const spreadMs = Math.min(LONGEST_SPREAD_MS, others.length * SPREAD_MS_EACH);
    const audience = this.#context.audience();
    audience.tellSeats(senders, 'media:rejoin', { reason, spreadMs: 0 });
    audience.tellSeats(others, 'media:rejoin', { reason, spreadMs });
  }

  audioOnly(participantId: string, on: boolean): void {
    this.#context.audience().tellSeats([participantId], 'media:audio_only', { on });
  }
}

/** Tracks as everyone is told of them. */
export function liveTracks(tracks: readonly MediaTrack[]): LiveTrack[] {
  return tracks.map(({ id, participantId, source, kind, paused }) => ({
    id,
    participantId,
    source,
    kind,
    paused,
  }));
}
