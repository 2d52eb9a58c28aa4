import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Producer } from 'mediasoup/types';
import type {
  JoinBody,
  MediaSource,
  OriginConsumer,
  ParticipantStats,
  PublishBody,
  SetConsumersBody,
} from '#contract/origin.ts';
import type {
  DtlsParameters,
  IceParameters,
  Layers,
  RtpCapabilities,
  RtpParameters,
  TransportParameters,
} from '#contract/rtp.ts';
import type { Logger } from '../logger.ts';
import { asUnsupportedMedia, OriginError } from '../origin-error.ts';
import { BrowserTransport } from './browser-transport.ts';
import type { RoomRouter } from './room-router.ts';
import { Track } from './track.ts';
import { Turns } from './turns.ts';
import { ViewedTrack } from './viewed-track.ts';

/**
 * Key frames are asked for at most so often. Browsers ignore what comes within 300 ms of the last request, and mediasoup asks again
 * only after a second: who joins right behind another would wait so long for a picture. The rest is for jitter.
 */
const KEY_FRAME_REQUESTS_EVERY_MS = 400;

/** What a participant needs to know of their room. */
export type Surroundings = {
  readonly now: () => number;
  /** All that is published in the room now. */
  readonly tracks: () => Iterable<Track>;
  /** @throws OriginError LIMIT_REACHED when the room may not hold so many tracks more */
  readonly admitTracks: (count: number) => void;
};

export type ParticipantEvents = {
  published: [Track];
  /** What the state tells of them has changed. */
  changed: [];
  /** They are connected now, or not any more. */
  connection: [];
};

type Watching = {
  readonly transport: BrowserTransport;
  readonly rtpCapabilities: RtpCapabilities;
  readonly layers: Layers | null;
  readonly views: Map<string, ViewedTrack>;
};

type PublishedTrack = { readonly track: Track; readonly rtpParameters: RtpParameters };

type Publishing = {
  readonly transport: BrowserTransport;
  readonly tracks: Map<MediaSource, PublishedTrack>;
};

/** Somebody in a room, with their media. What is asked of them is done in turn. Once closed they are gone for good. */
export class Participant extends EventEmitter<ParticipantEvents> {
  readonly id: string;
  readonly router: RoomRouter;
  readonly #surroundings: Surroundings;
  readonly #logger: Logger;
  readonly #turns = new Turns();
  #joinedAt = 0;
  #closed = false;
  #watching: Watching | null = null;
  #publishing: Publishing | null = null;

  constructor(id: string, router: RoomRouter, surroundings: Surroundings, logger: Logger) {
    super();
    this.id = id;
    this.router = router;
    this.#surroundings = surroundings;
    this.#logger = logger.child({ participantId: id });
    router.participants.add(id);
  }

  /** When the room had them join, by the room's clock. */
  get joinedAt(): number {
    return this.#joinedAt;
  }

  get connected(): boolean {
    return Boolean(this.#watching?.transport.connected || this.#publishing?.transport.connected);
  }

  /** Whether they hear only, for want of bandwidth. */
  get audioOnly(): boolean {
    return [...(this.#watching?.views.values() ?? [])].some(({ heldBack }) => heldBack);
  }

  /** Sets up what is asked for anew. */
  join(body: JoinBody): Promise<{
    send: TransportParameters | null;
    receive: TransportParameters | null;
    consumers: OriginConsumer[];
  }> {
    return this.#turns.take(async () => {
      this.#joinedAt = body.at;
      const options = { tcpOnly: body.tcpOnly };
      const [send, receive] = await Promise.all([
        body.publish ? this.#newTransport(options) : null,
        body.watch ? this.#newTransport(options) : null,
      ]);
      this.#whileOpen(send, receive);
      if (send) {
        this.#stopPublishing();
        this.#publishing = { transport: send, tracks: new Map() };
      }
      if (receive && body.watch) {
        this.#stopWatching();
        const { rtpCapabilities, layers } = body.watch;
        this.#watching = { transport: receive, rtpCapabilities, layers, views: new Map() };
      }
      return {
        send: send?.parameters ?? null,
        receive: receive?.parameters ?? null,
        consumers: receive ? await this.#consumeAll() : [],
      };
    });
  }

  /** @throws OriginError MEDIA_NOT_FOUND unless the transport is theirs */
  connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    return this.#turns.take(() => this.#transport(transportId).connect(dtlsParameters));
  }

  restartIce(transportId: string): Promise<IceParameters> {
    return this.#turns.take(() => this.#transport(transportId).restartIce());
  }

  /**
   * Publishes all or none. A source that is published already in the very same way stays as it is; one that is published by other
   * streams goes on until all is published anew, one by the same streams, described otherwise, ends before.
   */
  publish({
    transportId,
    dtlsParameters,
    tracks,
  }: PublishBody): Promise<{ id: string; source: MediaSource }[]> {
    return this.#turns.take(async () => {
      const publishing = this.#publishing;
      if (publishing?.transport.id !== transportId) throw mediaNotFound('transport', transportId);
      if (dtlsParameters) await publishing.transport.connect(dtlsParameters);
      const made: Track[] = [];
      const replaced: PublishedTrack[] = [];
      try {
        const ids: { id: string; source: MediaSource }[] = [];
        for (const track of tracks) {
          const { rtpParameters } = track;
          const present = publishing.tracks.get(track.source);
          if (present && isDeepStrictEqual(present.rtpParameters, rtpParameters)) {
            ids.push({ id: present.track.id, source: track.source });
            continue;
          }
          if (present && sharesStreams(present.rtpParameters, track.rtpParameters)) {
            // The same streams, described otherwise, cannot be there twice.
            present.track.producer.close();
          } else if (present) replaced.push(present);
          else this.#surroundings.admitTracks(1);
          const producer = await publishing.transport.transport.produce({
            kind: track.kind,
            rtpParameters,
            paused: track.paused,
            keyFrameRequestDelay: KEY_FRAME_REQUESTS_EVERY_MS,
          });
          made.push(this.#published(publishing, producer, track.source, rtpParameters));
          ids.push({ id: producer.id, source: track.source });
        }
        for (const { track } of replaced) track.producer.close();
        return ids;
      } catch (error) {
        for (const { producer } of made) producer.close();
        for (const present of replaced) publishing.tracks.set(present.track.source, present);
        if (error instanceof OriginError || publishing.transport.transport.closed) throw error;
        // A worker that lives refuses only streams that it has already: the same `mid` or SSRC twice.
        throw isOfWorker(error)
          ? new OriginError('UNSUPPORTED_MEDIA', 'a track repeats the mid or an SSRC of another')
          : asUnsupportedMedia(error);
      }
    });
  }

  setProducer(producerId: string, { paused }: { paused: boolean }): Promise<void> {
    return this.#turns.take(async () => {
      const { producer } = this.#ownTrack(producerId);
      if (paused) await producer.pause();
      else await producer.resume();
      this.emit('changed');
    });
  }

  closeProducer(producerId: string): Promise<void> {
    return this.#turns.take(async () => this.#ownTrack(producerId).producer.close());
  }

  /** @throws OriginError MEDIA_NOT_FOUND, before anything is done, unless all consumers are theirs */
  setConsumers({ wishes }: SetConsumersBody): Promise<void> {
    return this.#turns.take(async () => {
      const views = wishes.map(({ consumerId, ...wish }) => {
        const view = this.#watching?.views.get(consumerId);
        if (!view) throw mediaNotFound('consumer', consumerId);
        return { view, wish };
      });
      await Promise.all(views.map(({ view, wish }) => view.wish(wish)));
    });
  }

  /** Consumers for all that is published, also what is new; null when they do not watch. */
  consume(): Promise<OriginConsumer[] | null> {
    return this.#turns.take(async () => (this.#watching ? this.#consumeAll() : null));
  }

  /** Looks what their connection carries. */
  async observe(now: number): Promise<void> {
    if (!this.#watching?.transport.connected) return;
    const changes = await Promise.all([...this.#watching.views.values()].map((view) => view.observe(now)));
    if (changes.includes(true)) {
      this.#logger.info(this.audioOnly ? 'picture_held_back' : 'picture_tried_again');
      this.emit('changed');
    }
  }

  async stats(): Promise<ParticipantStats> {
    const of = async (thing: { getStats(): Promise<object[]> } | undefined) => ({
      ...(await thing?.getStats())?.[0],
    });
    const [send, receive, producers, consumers] = await Promise.all([
      this.#publishing ? of(this.#publishing.transport.transport) : null,
      this.#watching ? of(this.#watching.transport.transport) : null,
      Promise.all(
        [...(this.#publishing?.tracks.values() ?? [])].map(async ({ track }) => ({
          id: track.id,
          source: track.source,
          score: track.producer.score,
          streams: await track.producer.getStats(),
        })),
      ),
      Promise.all(
        [...(this.#watching?.views.values() ?? [])].map(async ({ consumer, track, heldBack }) => ({
          id: consumer.id,
          producerId: track.id,
          type: consumer.type,
          paused: consumer.paused,
          heldBack,
          score: consumer.score,
          preferredLayers: consumer.preferredLayers ?? null,
          currentLayers: consumer.currentLayers ?? null,
          streams: await consumer.getStats(),
        })),
      ),
    ]);
    return { send, receive, producers, consumers };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.router.participants.delete(this.id);
    this.#stopWatching();
    this.#stopPublishing();
  }

  async #newTransport(options: { tcpOnly: boolean }): Promise<BrowserTransport> {
    return new BrowserTransport(await this.router.createTransport(options), () => this.emit('connection'));
  }

  /** Who has left while something was made for them does not get it. */
  #whileOpen(...made: ({ close(): void } | null)[]): void {
    if (!this.#closed) return;
    for (const thing of made) thing?.close();
    throw new OriginError('PARTICIPANT_NOT_FOUND', 'the participant has left');
  }

  #published(
    publishing: Publishing,
    producer: Producer,
    source: MediaSource,
    rtpParameters: RtpParameters,
  ): Track {
    const track = new Track({
      participantId: this.id,
      source,
      producer,
      home: this.router,
      viaPipe: null,
    });
    publishing.tracks.set(source, { track, rtpParameters });
    producer.observer.once('close', () => {
      if (publishing.tracks.get(source)?.track === track) publishing.tracks.delete(source);
    });
    this.emit('published', track);
    return track;
  }

  async #consumeAll(): Promise<OriginConsumer[]> {
    const watching = this.#watching;
    if (!watching) return [];
    const tracks = [...this.#surroundings.tracks()].filter(({ participantId }) => participantId !== this.id);
    const views = await Promise.all(tracks.map((track) => this.#view(watching, track)));
    return views.filter((view) => view !== null).map((view) => view.description);
  }

  /** Their view of a track, made when there is none yet; null when they cannot receive it, or it has just ended. */
  async #view(watching: Watching, track: Track): Promise<ViewedTrack | null> {
    for (const view of watching.views.values()) if (view.track === track) return view;
    const { rtpCapabilities } = watching;
    try {
      await this.router.bring(track);
      if (!this.router.router.canConsume({ producerId: track.id, rtpCapabilities })) {
        this.#logger.warn('cannot_consume', { producerId: track.id });
        return null;
      }
      const consumer = await watching.transport.transport.consume({
        producerId: track.id,
        rtpCapabilities,
        // On a transport that is connected, packets would arrive before the viewer knows of the track.
        paused: watching.transport.connecting,
        ...(watching.layers && track.producer.kind === 'video' ? { preferredLayers: watching.layers } : {}),
      });
      const view = new ViewedTrack(track, consumer, this.#surroundings.now());
      watching.views.set(consumer.id, view);
      consumer.observer.once('close', () => watching.views.delete(consumer.id));
      return view;
    } catch (error) {
      if (track.producer.closed || watching.transport.transport.closed) return null;
      throw asUnsupportedMedia(error);
    }
  }

  #transport(transportId: string): BrowserTransport {
    const transports = [this.#publishing?.transport, this.#watching?.transport];
    const transport = transports.find((candidate) => candidate?.id === transportId);
    if (!transport) throw mediaNotFound('transport', transportId);
    return transport;
  }

  #ownTrack(producerId: string): Track {
    for (const { track } of this.#publishing?.tracks.values() ?? [])
      if (track.id === producerId) return track;
    throw mediaNotFound('producer', producerId);
  }

  #stopWatching(): void {
    this.#watching?.transport.close();
    this.#watching = null;
  }

  #stopPublishing(): void {
    this.#publishing?.transport.close();
    this.#publishing = null;
  }
}

function mediaNotFound(kind: string, id: string): OriginError {
  return new OriginError('MEDIA_NOT_FOUND', `this participant has no ${kind} ${id}`);
}

/** Whether two descriptions claim the same packets, which mediasoup tells apart by `mid` and SSRC. */
function sharesStreams(a: RtpParameters, b: RtpParameters): boolean {
  const ssrcs = ({ encodings = [] }: RtpParameters) =>
    encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]);
  const ofA = ssrcs(a);
  return (
    (a.mid !== undefined && a.mid === b.mid) ||
    ssrcs(b).some((ssrc) => ssrc !== undefined && ofA.includes(ssrc))
  );
}

/** Whether the media worker itself has refused something: mediasoup has classes of its own for all other errors. */
function isOfWorker(error: unknown): boolean {
  return error instanceof Error && error.constructor === Error;
}
