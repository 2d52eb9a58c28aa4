import { isDeepStrictEqual } from 'node:util';
import type { Consumer, PipeTransport } from 'mediasoup/types';
import type { PipedProducer, PipeEndpoint } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import { asUnsupportedMedia, OriginError } from '../origin-error.ts';
import type { RoomRouter } from './room-router.ts';
import { Track } from './track.ts';
import { Turns } from './turns.ts';

/** One end of a pipe to another origin: encrypted (SRTP), and with retransmission, for there is a network between. */
export class OriginPipe {
  readonly id: string;
  readonly router: RoomRouter;
  readonly #transport: PipeTransport;
  readonly #turns = new Turns();
  readonly #sent = new Map<Track, Consumer>();
  readonly #received = new Map<string, Track>();
  #remote: PipeEndpoint | null = null;

  /** @throws OriginError LIMIT_REACHED when no port is free for it */
  static async create(
    id: string,
    router: RoomRouter,
    pipe: OriginConfiguration['pipe'],
  ): Promise<OriginPipe> {
    const opening = router.router.createPipeTransport({
      listenInfo: { protocol: 'udp', ...pipe },
      enableSrtp: true,
      enableRtx: true,
    });
    const transport = await opening.catch((error: unknown) => {
      if (router.closed) throw error;
      // Its settings are always the same: the worker can refuse only for want of an address to bind.
      throw new OriginError('LIMIT_REACHED', `no pipe can be opened here: ${String(error)}`);
    });
    return new OriginPipe(id, router, transport);
  }

  private constructor(id: string, router: RoomRouter, transport: PipeTransport) {
    this.id = id;
    this.router = router;
    this.#transport = transport;
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  /** What the other end has to know. */
  get endpoint(): PipeEndpoint {
    const { tuple, srtpParameters } = this.#transport;
    if (!srtpParameters) throw new Error('a pipe is always encrypted');
    return { ip: tuple.localAddress, port: tuple.localPort, srtpParameters };
  }

  /** Sends these tracks, and no others, to the other end. */
  send(remote: PipeEndpoint, tracks: readonly Track[]): Promise<PipedProducer[]> {
    return this.#turns.take(async () => {
      await this.#connect(remote);
      const consumers = await Promise.all(
        tracks.map(async (track) => ({ track, consumer: await this.#consumer(track) })),
      );
      return consumers.map(({ track, consumer }) => ({
        id: track.id,
        participantId: track.participantId,
        source: track.source,
        kind: consumer.kind,
        rtpParameters: consumer.rtpParameters,
        paused: track.producer.paused,
      }));
    });
  }

  /**
   * Takes these tracks from the other end, all or none of the new ones; those that came before and are not among them end.
   * @returns the new ones
   */
  receive(remote: PipeEndpoint, producers: readonly PipedProducer[]): Promise<Track[]> {
    return this.#turns.take(async () => {
      await this.#connect(remote);
      const wanted = new Set(producers.map(({ id }) => id));
      for (const [id, track] of this.#received) if (!wanted.has(id)) track.producer.close();
      const made: Track[] = [];
      try {
        for (const piped of producers) {
          const present = this.#received.get(piped.id)?.producer;
          if (!present) made.push(await this.#produce(piped));
          else if (piped.paused && !present.paused) await present.pause();
          else if (!piped.paused && present.paused) await present.resume();
        }
        return made;
      } catch (error) {
        for (const { producer } of made) producer.close();
        throw error;
      }
    });
  }

  close(): void {
    this.#transport.close();
  }

  async #connect(remote: PipeEndpoint): Promise<void> {
    if (this.#remote) {
      if (isDeepStrictEqual(this.#remote, remote)) return;
      throw new OriginError('CONFLICT', 'the pipe is connected elsewhere: close it and open another');
    }
    await this.#transport.connect(remote);
    this.#remote = remote;
  }

  async #consumer(track: Track): Promise<Consumer> {
    const present = this.#sent.get(track);
    if (present) return present;
    await this.router.bring(track);
    const consumer = await this.#transport.consume({ producerId: track.id });
    this.#sent.set(track, consumer);
    consumer.observer.once('close', () => this.#sent.delete(track));
    return consumer;
  }

  async #produce({ id, participantId, source, kind, rtpParameters, paused }: PipedProducer): Promise<Track> {
    try {
      const producer = await this.#transport.produce({
        id,
        kind,
        rtpParameters,
        paused,
      });
      const track = new Track({ participantId, source, producer, home: this.router, viaPipe: this.id });
      this.#received.set(id, track);
      producer.observer.once('close', () => this.#received.delete(id));
      return track;
    } catch (error) {
      throw asUnsupportedMedia(error);
    }
  }
}
