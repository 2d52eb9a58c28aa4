import type { Producer } from 'mediasoup/types';
import type { MediaSource, ProducerState } from '#contract/origin.ts';
import { Flow } from './flow.ts';
import type { RoomRouter } from './room-router.ts';

type TrackOptions = {
  participantId: string;
  source: MediaSource;
  producer: Producer;
  home: RoomRouter;
  viaPipe: string | null;
};

/** Something that is published in a room, by somebody here or through a pipe from another origin. */
export class Track {
  readonly participantId: string;
  readonly source: MediaSource;
  readonly producer: Producer;
  /** The router that its packets arrive at. */
  readonly home: RoomRouter;
  /** The pipe by which it comes, or null. */
  readonly viaPipe: string | null;
  readonly #flow = new Flow();

  constructor({ participantId, source, producer, home, viaPipe }: TrackOptions) {
    this.participantId = participantId;
    this.source = source;
    this.producer = producer;
    this.home = home;
    this.viaPipe = viaPipe;
  }

  get id(): string {
    return this.producer.id;
  }

  get flowing(): boolean {
    return this.#flow.flowing;
  }

  /** Looks whether packets have come. @returns whether it flows where it did not, or the other way round */
  async observe(now: () => number): Promise<boolean> {
    const before = this.#flow.flowing;
    const stats = await this.producer.getStats();
    this.#flow.observe(
      stats.reduce((sum, { byteCount }) => sum + byteCount, 0),
      now(),
    );
    return this.#flow.flowing !== before;
  }

  get state(): ProducerState {
    const { id, participantId, source, viaPipe } = this;
    const { since, lastSeen, flowing, bitrate } = this.#flow;
    return {
      id,
      participantId,
      source,
      kind: this.producer.kind,
      paused: this.producer.paused,
      flowing,
      since: iso(since),
      lastSeen: iso(lastSeen),
      bitrate: Math.round(bitrate),
      codec: this.producer.rtpParameters.codecs[0]?.mimeType ?? '',
      viaPipe,
    };
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
