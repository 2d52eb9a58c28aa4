import { EventEmitter } from 'node:events';
import {
  type ConsumeAnswer,
  type JoinAnswer,
  type JoinBody,
  type OpenRoomBody,
  ORIGIN_LIMITS,
  type PipedProducer,
  type PipeEndpoint,
  ROOM_LEASE_SECONDS,
  type RoomState,
} from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import type { Logger } from '../logger.ts';
import { OriginError } from '../origin-error.ts';
import type { MediaWorker } from '../workers/media-worker.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { OriginPipe } from './origin-pipe.ts';
import { Participant } from './participant.ts';
import { RoomRouter } from './room-router.ts';
import type { Track } from './track.ts';
import { Turns } from './turns.ts';

export type RoomContext = {
  readonly configuration: OriginConfiguration;
  readonly bootId: string;
  readonly pool: WorkerPool;
  readonly logger: Logger;
  readonly now: () => number;
};

export type RoomEvents = {
  /** What {@link Room.state} tells has changed. */
  changed: [];
  /** Only the numbers of participants in it have. */
  counted: [];
  closed: [];
};

type ClosedBecause = NonNullable<RoomState['closedBecause']>;

/** The media of one live show: routers on one worker or several, who takes part, what is published. */
export class Room extends EventEmitter<RoomEvents> {
  readonly id: string;
  readonly #context: RoomContext;
  readonly #logger: Logger;
  readonly #routers = new Map<MediaWorker, RoomRouter>();
  readonly #participants = new Map<string, Participant>();
  readonly #tracks = new Map<string, Track>();
  readonly #pipes = new Map<string, OriginPipe>();
  /** Whose media ended with a worker, and who have not joined again. */
  readonly #lost = new Set<string>();
  /** Routers are made one at a time, or many who join at once would each open a worker. */
  readonly #placing = new Turns();
  readonly #piping = new Turns();
  #renewedAt: number;
  #n: number;
  #moving = false;
  #closedBecause: ClosedBecause | null = null;

  /** Opens it on the worker that has least to do. @throws OriginError NO_WORKER */
  static async create(id: string, context: RoomContext): Promise<Room> {
    const room = new Room(id, context);
    await room.#place();
    return room;
  }

  private constructor(id: string, context: RoomContext) {
    super();
    this.id = id;
    this.#context = context;
    this.#logger = context.logger.child({ roomId: id });
    this.#renewedAt = context.now();
    // Greater than any of a room of this id that was here before: its last word may come after our first.
    this.#n = context.now();
  }

  get closed(): boolean {
    return this.#closedBecause !== null;
  }

  /** When the live room was last heard to want it. */
  get renewedAt(): number {
    return this.#renewedAt;
  }

  get participantCount(): number {
    return this.#participants.size;
  }

  /** On how many workers it lives. */
  get spread(): number {
    return this.#routers.size;
  }

  /** A new whole state; each has a greater number than the last. */
  state(): RoomState {
    this.#n += 1;
    const participants = [...this.#participants.values()];
    return {
      originId: this.#context.configuration.originId,
      bootId: this.#context.bootId,
      n: this.#n,
      roomId: this.id,
      at: new Date(this.#context.now()).toISOString(),
      status: this.closed ? 'closed' : this.#moving ? 'moving' : 'open',
      closedBecause: this.#closedBecause,
      producers: [...this.#tracks.values()].map((track) => track.state),
      participants: {
        joined: participants.length,
        connected: participants.filter(({ connected }) => connected).length,
      },
      pipes: [...this.#pipes.keys()],
      lost: [...this.#lost],
      audioOnly: participants.filter(({ audioOnly }) => audioOnly).map(({ id }) => id),
    };
  }

  /** The live room is there and wants it. Whoever it does not know is put out; see the contract's `openRoomBody`. */
  renew({ at, participants }: OpenRoomBody = {}): void {
    this.#renewedAt = this.#context.now();
    if (at === undefined || participants === undefined) return;
    const known = new Set(participants);
    for (const [id, { joinedAt }] of this.#participants) {
      if (!known.has(id) && joinedAt < at) this.leave(id);
    }
    for (const id of this.#lost) if (!known.has(id)) this.#lost.delete(id);
  }

  async join(participantId: string, body: JoinBody): Promise<JoinAnswer> {
    const participant = this.#participants.get(participantId) ?? (await this.#admit(participantId));
    const answer = await participant.join(body);
    this.emit(this.#lost.delete(participantId) ? 'changed' : 'counted');
    return { bootId: this.#context.bootId, n: this.#n, ...answer };
  }

  /** @throws OriginError PARTICIPANT_NOT_FOUND */
  participant(participantId: string): Participant {
    const participant = this.#participants.get(participantId);
    if (!participant) {
      throw new OriginError('PARTICIPANT_NOT_FOUND', `${participantId} has not joined`);
    }
    return participant;
  }

  /** Who is not there has left already. */
  leave(participantId: string): void {
    this.#lost.delete(participantId);
    this.#participants.get(participantId)?.close();
    if (this.#participants.delete(participantId)) this.emit('counted');
  }

  /** Makes the consumers that these are missing. One for whom that fails is named, and no other suffers. */
  async consume(participantIds: readonly string[]): Promise<ConsumeAnswer> {
    const consumers: ConsumeAnswer['consumers'] = {};
    const failed: string[] = [];
    await Promise.all(
      participantIds.map(async (id) => {
        try {
          const own = await this.#participants.get(id)?.consume();
          if (own) consumers[id] = own;
        } catch (error) {
          this.#logger.warn('not_consumed', { participantId: id }, error);
          failed.push(id);
        }
      }),
    );
    return { consumers, failed };
  }

  async openPipe(pipeId: string): Promise<PipeEndpoint> {
    return (await this.#pipe(pipeId)).endpoint;
  }

  async sendPipe(
    pipeId: string,
    remote: PipeEndpoint,
  ): Promise<{ endpoint: PipeEndpoint; producers: PipedProducer[] }> {
    const pipe = await this.#pipe(pipeId);
    const own = [...this.#tracks.values()].filter(({ viaPipe }) => viaPipe === null);
    return { endpoint: pipe.endpoint, producers: await pipe.send(remote, own) };
  }

  /** @throws OriginError MEDIA_NOT_FOUND unless the pipe was opened before: the other end sends to where it is */
  async receivePipe(
    pipeId: string,
    remote: PipeEndpoint,
    producers: readonly PipedProducer[],
  ): Promise<void> {
    const pipe = this.#pipes.get(pipeId);
    if (!pipe) throw new OriginError('MEDIA_NOT_FOUND', `there is no pipe ${pipeId}`);
    const fresh = producers.filter(({ id }) => !this.#tracks.has(id)).length;
    this.#admitTracks(fresh);
    for (const { id } of producers) {
      const present = this.#tracks.get(id);
      if (present && present.viaPipe !== pipeId) {
        throw new OriginError('CONFLICT', `the producer ${id} is here already, and not by this pipe`);
      }
    }
    for (const track of await pipe.receive(remote, producers)) this.#add(track);
    this.emit('changed');
  }

  closePipe(pipeId: string): void {
    this.#pipes.get(pipeId)?.close();
    if (this.#pipes.delete(pipeId)) this.emit('changed');
  }

  /** Asks the live room to take it elsewhere. */
  move(): void {
    this.#moving = true;
    this.emit('changed');
  }

  /** Looks whether media flows, connections carry it, and the room is still wanted. */
  async tick(): Promise<void> {
    const now = this.#context.now();
    if (now - this.#renewedAt > ROOM_LEASE_SECONDS * 1_000) return this.close('not_renewed');
    const changes = await Promise.all(
      [...this.#tracks.values()].map((track) =>
        track.observe(this.#context.now).catch((error: unknown) => {
          if (!track.producer.closed) this.#logger.warn('observing_failed', { producerId: track.id }, error);
          return false;
        }),
      ),
    );
    await Promise.all(
      [...this.#participants.values()].map((participant) =>
        participant.observe(now).catch((error: unknown) => {
          this.#logger.warn('observing_failed', { participantId: participant.id }, error);
        }),
      ),
    );
    if (changes.includes(true)) this.emit('changed');
    if (this.#idleRouters().length > 0) {
      await this.#placing.take(async () => {
        for (const router of this.#idleRouters()) this.#leaveWorker(router);
      });
    }
  }

  close(because: ClosedBecause): void {
    if (this.closed) return;
    this.#closedBecause = because;
    for (const participant of this.#participants.values()) participant.close();
    this.#participants.clear();
    for (const router of this.#routers.values()) router.close();
    this.#routers.clear();
    this.#pipes.clear();
    this.#tracks.clear();
    this.#lost.clear();
    this.#logger.info('room_closed', { because });
    this.emit('changed');
    this.emit('closed');
  }

  async #admit(participantId: string): Promise<Participant> {
    return this.#placing.take(async () => {
      const present = this.#participants.get(participantId);
      if (present) return present;
      if (this.#participants.size >= ORIGIN_LIMITS.participantsPerRoom) {
        throw new OriginError('LIMIT_REACHED', 'the room is full');
      }
      const router = await this.#placeNow();
      const participant = new Participant(
        participantId,
        router,
        {
          now: this.#context.now,
          tracks: () => this.#tracks.values(),
          admitTracks: (count) => this.#admitTracks(count),
        },
        this.#logger,
      );
      participant.on('changed', () => this.emit('changed'));
      participant.on('connection', () => this.emit('counted'));
      participant.on('published', (track) => this.#add(track));
      this.#participants.set(participantId, participant);
      return participant;
    });
  }

  #place(): Promise<RoomRouter> {
    return this.#placing.take(() => this.#placeNow());
  }

  /** Where the next participant goes: to the emptiest of the room's workers, or to another one when all have their share. */
  async #placeNow(): Promise<RoomRouter> {
    const { pool, configuration } = this.#context;
    const emptiest = [...this.#routers.values()]
      .filter(({ closed }) => !closed)
      .reduce<RoomRouter | null>(
        (least, router) =>
          least === null || router.participants.size < least.participants.size ? router : least,
        null,
      );
    if (emptiest && emptiest.participants.size < configuration.participantsPerWorker) return emptiest;
    const elsewhere = pool.leastLoaded(new Set(this.#routers.keys()));
    if (!elsewhere) {
      if (emptiest) return emptiest;
      throw new OriginError('NO_WORKER', 'no media worker runs at the moment');
    }
    return this.#openOn(elsewhere);
  }

  /** Those that nobody is on any more. A room always keeps one. */
  #idleRouters(): RoomRouter[] {
    const used = new Set([...this.#pipes.values()].map(({ router }) => router));
    const [, ...others] = [...this.#routers.values()].sort(
      (a, b) => b.participants.size - a.participants.size,
    );
    return others.filter((router) => router.participants.size === 0 && !used.has(router));
  }

  #leaveWorker(router: RoomRouter): void {
    this.#routers.delete(router.worker);
    router.close();
    this.#logger.info('room_off_worker', { worker: router.worker.index });
  }

  async #openOn(worker: MediaWorker): Promise<RoomRouter> {
    const router = await RoomRouter.create(worker, this.#context.configuration);
    if (this.closed) {
      router.close();
      throw new OriginError('ROOM_NOT_FOUND', 'the room has been closed');
    }
    this.#routers.set(worker, router);
    router.once('died', () => this.#routerDied(router));
    this.#logger.info('room_on_worker', { worker: worker.index });
    return router;
  }

  /** Everybody on it has to join again. Those on the room's other workers stay, and see what is published anew. */
  #routerDied(router: RoomRouter): void {
    this.#routers.delete(router.worker);
    const lost = [...router.participants];
    for (const id of lost) {
      this.#participants.get(id)?.close();
      this.#participants.delete(id);
      this.#lost.add(id);
    }
    for (const [id, pipe] of this.#pipes) if (pipe.router === router) this.#pipes.delete(id);
    this.#logger.warn('room_lost_worker', { worker: router.worker.index, participants: lost.length });
    this.emit('changed');
    // A router made now makes joining again faster.
    this.#place().catch((error: unknown) => {
      if (!this.closed) this.#logger.warn('room_not_placed_yet', {}, error);
    });
  }

  #add(track: Track): void {
    this.#tracks.set(track.id, track);
    this.#logger.info('track_published', {
      participantId: track.participantId,
      producerId: track.id,
      source: track.source,
      viaPipe: track.viaPipe,
    });
    track.producer.observer.once('close', () => {
      this.#logger.info('track_ended', { participantId: track.participantId, producerId: track.id });
      if (this.#tracks.delete(track.id)) this.emit('changed');
    });
    this.emit('changed');
  }

  #admitTracks(count: number): void {
    if (this.#tracks.size + count > ORIGIN_LIMITS.producersPerRoom) {
      throw new OriginError('LIMIT_REACHED', 'the room has as many tracks as it may have');
    }
  }

  #pipe(pipeId: string): Promise<OriginPipe> {
    return this.#piping.take(async () => {
      const present = this.#pipes.get(pipeId);
      if (present) return present;
      if (this.#pipes.size >= ORIGIN_LIMITS.pipesPerRoom) {
        throw new OriginError('LIMIT_REACHED', 'the room has as many pipes as it may have');
      }
      const [first] = this.#routers.values();
      const pipe = await OriginPipe.create(
        pipeId,
        first ?? (await this.#place()),
        this.#context.configuration.pipe,
      );
      if (this.closed || pipe.closed) throw new OriginError('ROOM_NOT_FOUND', 'the room has been closed');
      this.#pipes.set(pipeId, pipe);
      this.emit('changed');
      return pipe;
    });
  }
}
