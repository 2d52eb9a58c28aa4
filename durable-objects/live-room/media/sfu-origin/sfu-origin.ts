import type { LiveReplyData, LiveRequestData, RejoinReason } from '#contract/live-room.ts';
import {
  KIND_OF_SOURCE,
  ORIGIN_LIMITS,
  type OriginAnswer,
  type OriginOperationName,
  type OriginRegistration,
  type OriginRequest,
  type RoomState,
  type RoomStateAnswer,
  STATE_EVERY_SECONDS,
} from '#contract/origin.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { chooseOrigin } from '#domain/live/origin-choice.ts';
import { err, ok } from '#domain/result.ts';
import { logFailure } from '../../../log.ts';
import type {
  Asked,
  BackendContext,
  MediaBackend,
  MediaJoin,
  MediaJoined,
  MediaTrack,
} from '../media-backend.ts';
import { Distribution } from './distribution.ts';
import { OriginClient, type OriginParameters, OriginRefused, OriginUnreachable } from './origin-client.ts';
import { OriginDirectory } from './origin-directory.ts';
import { type OpenOrigin, OriginRoomStore, type Pipe } from './origin-room-store.ts';
import { Pipes } from './pipes.ts';
import { JOIN_AGAIN, NO_ORIGIN, OUT_OF_REACH, refusalOf } from './refusals.ts';
import { RejoinCalls } from './rejoin-calls.ts';

/** An origin that has said nothing about the room for so long is asked whether it is still there. */
const SILENT_AFTER_MS = 1.5 * STATE_EVERY_SECONDS * 1_000;
const PROBE_TIMEOUT_MS = 2_000;
/** Somebody who joins is sent to so many origins, one after another, until one takes them. */
const MOST_TRIES = 3;
/** A room that has just been opened is empty for a moment. */
const EMPTY_FOR_MS = 30_000;

/**
 * A room's media at `sfu-origin` media servers. Everybody is served by an origin near to them; who is far from the publisher
 * gets one copy for all of them, by a pipe between origins. An origin that dies or moves is replaced, and its people join again.
 */
export class SfuOrigin implements MediaBackend {
  readonly name = 'sfu-origin';
  readonly #context: BackendContext;
  readonly #client: OriginClient;
  readonly #store: OriginRoomStore;
  readonly #directory: OriginDirectory;
  readonly #pipes: Pipes;
  readonly #distribution: Distribution;
  readonly #calls = new RejoinCalls();
  readonly #opening = new Map<string, Promise<OpenOrigin>>();

  constructor(context: BackendContext) {
    const { env, sql, roomId, now, listener } = context;
    this.#context = context;
    this.#client = new OriginClient(env.MEDIA_ORIGIN_SECRET ?? '', roomId, now);
    this.#store = new OriginRoomStore(sql);
    this.#directory = new OriginDirectory(env, now);
    this.#pipes = new Pipes(this.#client, this.#store, {
      outOfReach: (originId) => this.#giveUp(originId),
      roomLost: (originId) => this.#lose(originId, 'origin_lost'),
    });
    this.#distribution = new Distribution({
      client: this.#client,
      store: this.#store,
      deliver: (participantId, consumers) => listener.consumersChanged(participantId, { consumers }),
    });
  }

  async join(participantId: string, request: MediaJoin): Asked<MediaJoined> {
    this.#distribution.joinBegins(participantId);
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const origin = await this.#originFor(participantId, request.place);
      if (origin === 'again') continue;
      if (!origin) return err(NO_ORIGIN);
      try {
        return ok(await this.#joinAt(origin, participantId, request));
      } catch (error) {
        const refusal = await this.#afterFailure(error, origin, participantId);
        if (refusal) return err(refusal);
      }
    }
    return err(NO_ORIGIN);
  }

  joined(participantId: string, ok: boolean): void {
    const originId = this.#store.placeOf(participantId)?.originId ?? null;
    // Lost between the origin's answer and theirs, when nobody could ask them yet.
    if (ok && originId === null) this.#context.listener.rejoin([participantId], 'origin_lost');
    this.#context.waitUntil(this.#distribution.joinEnded(participantId, originId));
  }

  returned(participantId: string): void {
    const placed = this.#store.placeOf(participantId);
    const origin = placed && this.#store.origin(placed.originId);
    // Their origin was lost while they were away, and they have not heard that they were asked.
    if (!origin) this.#context.listener.rejoin([participantId], 'origin_lost');
    if (!origin || !placed.watches) return;
    this.#context.listener.audioOnly(participantId, origin.audioOnly.includes(participantId));
    this.#context.waitUntil(this.#distribution.returned(participantId, origin.originId));
  }

  async connect(participantId: string, { transportId, dtlsParameters }: LiveRequestData['media:connect']) {
    return this.#ask(participantId, 'connect', { transportId }, { dtlsParameters }, () => ({}));
  }

  async publish(
    participantId: string,
    request: LiveRequestData['media:publish'],
  ): Asked<LiveReplyData['media:publish']> {
    return this.#ask(participantId, 'publish', {}, request, ({ producers }, { originId }) => {
      // They may have left, or the origin have been lost, while it answered.
      if (this.#store.placeOf(participantId)?.originId !== originId) return { tracks: producers };
      this.#context.listener.flowObserved();
      for (const { id, source } of producers) {
        const paused = request.tracks.find((track) => track.source === source)?.paused ?? false;
        const track = { id, participantId, source, kind: KIND_OF_SOURCE[source], paused };
        this.#store.keepPublished(originId, track, this.#context.now());
      }
      this.#tracksChanged();
      return { tracks: producers };
    });
  }

  async setPaused(participantId: string, trackId: string, paused: boolean) {
    return this.#ask(participantId, 'setProducer', { producerId: trackId }, { paused }, () => {
      this.#context.listener.flowObserved();
      this.#store.setPaused(trackId, paused);
      this.#tracksChanged();
      return {};
    });
  }

  async closeTrack(participantId: string, trackId: string) {
    return this.#ask(participantId, 'closeProducer', { producerId: trackId }, undefined, () => {
      this.#context.listener.flowObserved();
      this.#store.removeTrack(trackId);
      this.#tracksChanged();
      return {};
    });
  }

  async setWishes(participantId: string, request: LiveRequestData['media:layers']) {
    return this.#ask(participantId, 'setConsumers', {}, request, () => ({}));
  }

  async restartIce(participantId: string, { transportId }: LiveRequestData['media:restart_ice']) {
    return this.#ask(participantId, 'restartIce', { transportId }, undefined, (answer) => answer);
  }

  leave(participantIds: readonly string[]): void {
    let published = false;
    for (const participantId of participantIds) {
      const placed = this.#store.placeOf(participantId);
      if (this.#takeOut(participantId)) published = true;
      this.#distribution.forget(participantId);
      this.#calls.forget(participantId);
      if (placed) this.#leaveAt(placed.originId, participantId);
    }
    if (published) this.#tracksChanged();
  }

  async close(): Promise<void> {
    const origins = this.#store.origins();
    this.#store.forgetAll();
    await Promise.all(
      origins.map((origin) =>
        this.#client
          .command(origin, 'closeRoom', {}, undefined)
          // Its next report is answered with the same.
          .catch((error) => logFailure('room not closed at origin', { originId: origin.originId }, error)),
      ),
    );
  }

  tracks(): MediaTrack[] {
    return this.#store.tracks();
  }

  async refresh(): Promise<void> {
    const publishing = this.#store
      .origins()
      .filter(({ originId }) => this.#store.tracks(originId).length > 0);
    await Promise.all(publishing.map((origin) => this.#probe(origin)));
  }

  async attend(): Promise<void> {
    const now = this.#context.now().getTime();
    const silent = this.#store.origins().filter(({ heardAt }) => now - heardAt.getTime() >= SILENT_AFTER_MS);
    await Promise.all(silent.map((origin) => this.#probe(origin)));
    this.#attendLater();
  }

  /** What a media origin says of this room. */
  takeState(state: RoomState): RoomStateAnswer {
    const { originId, bootId, n } = state;
    const origin = this.#store.origin(originId);
    // Its first word may be here before its answer to the opening.
    if (!origin) return { renew: this.#opening.has(originId) };
    if (bootId < origin.bootId) return { renew: false };
    const now = this.#context.now();
    // What was said before, and is heard late or again, is no sign of life.
    if (bootId > origin.bootId || n > origin.n) {
      this.#store.heard(originId, now);
      this.#takeOver(state, origin, now);
    }
    return this.#renewal(state, now);
  }

  // -------------------------------------------------------------------------------------------- joining

  /** Where this participant is served: where they are already, or else where it is best for them. `again`: that has just failed. */
  async #originFor(participantId: string, place: Coordinates | null): Promise<OpenOrigin | 'again' | null> {
    const usable = await this.#directory.usable();
    const open = this.#store.origins().filter(({ moving }) => !moving);
    const placed = this.#store.placeOf(participantId);
    const present = open.find(({ originId }) => originId === placed?.originId);
    const stays =
      present && usable.find(({ originId, draining }) => originId === present.originId && !draining);
    const moving = new Set(this.#store.origins().flatMap((origin) => (origin.moving ? origin.originId : [])));
    const wish = {
      place,
      present: new Set(open.map(({ originId }) => originId)),
      avoid: moving,
      // Where the host is, each of the others takes one pipe.
      mayGrow: open.length <= ORIGIN_LIMITS.pipesPerRoom,
    };
    // Better where no picture comes from elsewhere than nowhere: one may be published there.
    const chosen =
      stays ?? chooseOrigin(usable, { ...wish, avoid: this.#avoided(moving) }) ?? chooseOrigin(usable, wish);
    if (!chosen) return null;
    try {
      return await this.#opened(chosen);
    } catch (error) {
      logFailure('room not opened at origin', { originId: chosen.originId }, error);
      this.#directory.failed(chosen.originId, chosen.bootId);
      if (this.#store.origin(chosen.originId)) this.#lose(chosen.originId, 'origin_lost');
      return 'again';
    }
  }

  /** Besides those that move: where nothing could be seen of what is published elsewhere. */
  #avoided(moving: ReadonlySet<string>): ReadonlySet<string> {
    const publishing = this.#store
      .origins()
      .filter(({ originId, moving: isMoving }) => !isMoving && this.#store.tracks(originId).length > 0);
    const deaf = [...this.#directory.outOfReach].filter((id) =>
      publishing.some(({ originId }) => originId !== id),
    );
    return new Set([...moving, ...deaf]);
  }

  /** The room at this origin, opened if it is not yet, or not any more since the origin has started anew. */
  async #opened(chosen: OriginRegistration): Promise<OpenOrigin> {
    const open = this.#store.origin(chosen.originId);
    if (open && open.bootId >= chosen.bootId) return open;
    const opening = this.#opening.get(chosen.originId) ?? this.#open(chosen);
    this.#opening.set(chosen.originId, opening);
    return opening.finally(() => this.#opening.delete(chosen.originId));
  }

  async #open(chosen: OriginRegistration): Promise<OpenOrigin> {
    const { originId, address, region } = chosen;
    if (this.#store.origin(originId)) this.#lose(originId, 'origin_lost');
    const { bootId, n } = await this.#client.command(chosen, 'openRoom', {}, {});
    this.#store.keepOrigin({ originId, address, region, bootId, n, heardAt: this.#context.now() });
    this.#attendLater();
    const opened = this.#store.origin(originId);
    if (!opened) throw new Error('what was just kept is there');
    return opened;
  }

  async #joinAt(origin: OpenOrigin, participantId: string, request: MediaJoin): Promise<MediaJoined> {
    const { originId, region } = origin;
    const { publish, watch, tcpOnly } = request;
    const before = this.#store.placeOf(participantId);
    const stays = before?.originId === originId;
    if (before && (!stays || publish) && this.#takeOut(participantId)) this.#tracksChanged();
    if (before && !stays) this.#leaveAt(before.originId, participantId);
    // Before the origin hears of it, so that no renewal takes them for somebody who has left.
    const watches = watch !== null || (stays && before.watches);
    this.#store.place({ participantId, originId, watches });
    const at = this.#context.now().getTime();
    const answer = await this.#client.command(
      origin,
      'join',
      { participantId },
      { at, publish, watch, tcpOnly },
    );
    this.#calls.joined(participantId, answer.n);
    // The first who watches here brings a copy here.
    if (watch) this.#spread();
    const { send, receive, consumers } = answer;
    return {
      reply: { backend: 'sfu-origin', region, send, receive, consumers },
      gave: {
        send: send?.id ?? null,
        receive: receive?.id ?? null,
        consumers: consumers.map(({ id }) => id),
      },
    };
  }

  /** What a failed join means: the refusal to give, or null when another try makes sense. */
  async #afterFailure(error: unknown, origin: OpenOrigin, joining: string): Promise<Rejection | null> {
    if (error instanceof OriginUnreachable) {
      logFailure('origin unreachable', { originId: origin.originId }, error);
      await this.#probe(origin, joining);
      return null;
    }
    if (!(error instanceof OriginRefused)) throw error;
    switch (error.code) {
      case 'ROOM_NOT_FOUND':
        this.#lose(origin.originId, 'origin_lost', joining);
        return null;
      case 'PARTICIPANT_NOT_FOUND':
      case 'DRAINING':
      case 'NO_WORKER':
      case 'LIMIT_REACHED':
        if (error.code !== 'PARTICIPANT_NOT_FOUND') this.#directory.failed(origin.originId, origin.bootId);
        this.#store.unplace(joining);
        return null;
      default:
        this.#store.unplace(joining);
        return refusalOf(error, 'join');
    }
  }

  // -------------------------------------------------------------------------------------------- asking

  /** Asks the participant's origin for something. `done` takes the answer over and gives the reply. */
  async #ask<N extends OriginOperationName, R>(
    participantId: string,
    operation: N,
    parameters: Omit<OriginParameters<N>, 'participantId'>,
    body: OriginRequest<N>,
    done: (answer: OriginAnswer<N>, origin: OpenOrigin) => R,
  ): Asked<R> {
    const placed = this.#store.placeOf(participantId);
    const origin = placed && this.#store.origin(placed.originId);
    if (!origin) return err(JOIN_AGAIN);
    try {
      // What the path names is what `parameters` lacks, and this.
      const named = { ...parameters, participantId } as OriginParameters<N>;
      return ok(done(await this.#client.command(origin, operation, named, body), origin));
    } catch (error) {
      if (error instanceof OriginUnreachable) {
        logFailure('origin unreachable', { originId: origin.originId, operation }, error);
        this.#context.waitUntil(this.#probe(origin));
        return err(OUT_OF_REACH);
      }
      if (!(error instanceof OriginRefused)) throw error;
      if (error.code === 'ROOM_NOT_FOUND') this.#lose(origin.originId, 'origin_lost');
      return err(refusalOf(error, operation));
    }
  }

  /** They are nowhere now, and publish nothing; that they were seen until now is observed before. @returns whether they published */
  #takeOut(participantId: string): boolean {
    if (this.#store.publishes(participantId)) this.#context.listener.flowObserved();
    return this.#store.unplace(participantId);
  }

  #leaveAt(originId: string, participantId: string): void {
    const origin = this.#store.origin(originId);
    if (!origin) return;
    this.#context.waitUntil(
      this.#client
        .command(origin, 'leave', { participantId }, undefined)
        // The next renewal says who is here, and puts out whoever is not.
        .catch((error) => logFailure('leaving not told to origin', { originId }, error)),
    );
  }

  // -------------------------------------------------------------------------------------------- states

  #takeOver(state: RoomState, before: OpenOrigin, now: Date): void {
    const { listener } = this.#context;
    const { originId, bootId, n, status } = state;
    if (status === 'closed') {
      // Nobody here has asked for that: then it would not be known any more.
      this.#lose(originId, 'origin_lost');
      return;
    }
    const tracksBefore = this.#signature();
    this.#store.takeOver(originId, { bootId, n, moving: status === 'moving' });
    const own = state.producers.filter(({ viaPipe }) => viaPipe === null);
    this.#store.takeProducers(originId, own, now);
    this.#context.waitUntil(this.#pipes.compare(originId, state.pipes));
    this.#pipes.observe(originId, state.producers, now);
    for (const id of [...state.audioOnly, ...before.audioOnly]) {
      const is = state.audioOnly.includes(id);
      if (is !== before.audioOnly.includes(id)) listener.audioOnly(id, is);
    }
    this.#store.setAudioOnly(originId, state.audioOnly);
    if (state.lost.length > 0 || status === 'moving') {
      const here = this.#store.placedAt(originId).map(({ participantId }) => participantId);
      const lost = new Set(state.lost);
      // Who has left meanwhile need not come back.
      const away = here.filter((id) => lost.has(id));
      this.#askToRejoin(away, n, 'media_lost');
      if (status === 'moving') this.#askToRejoin(here, n, 'origin_moving');
    }
    if (this.#signature() !== tracksBefore) listener.tracksChanged();
    listener.flowObserved();
    this.#spread();
  }

  /** Asks those whom the state `n` names, unless they were asked already. */
  #askToRejoin(participantIds: readonly string[], n: number, reason: RejoinReason): void {
    const due = this.#calls.due(participantIds, n, this.#context.now());
    if (due.length > 0) this.#context.listener.rejoin(due, reason);
  }

  #renewal({ originId, participants, lost }: RoomState, now: Date): RoomStateAnswer {
    const origin = this.#store.origin(originId);
    if (!origin) return { renew: false };
    const known = this.#store.countAt(originId);
    const isNew = now.getTime() - origin.openedAt.getTime() <= EMPTY_FOR_MS;
    if (known === 0 && (origin.moving || !isNew)) {
      for (const pipe of this.#pipesOf(originId)) this.#context.waitUntil(this.#pipes.close(pipe));
      this.#store.forgetOrigin(originId);
      return { renew: false };
    }
    if (participants.joined + lost.length === known) return { renew: true };
    const here = this.#store.placedAt(originId).map(({ participantId }) => participantId);
    return { renew: true, at: now.getTime(), participants: here };
  }

  /** Asks an origin whether it is still there, and takes over what it says. One that is not is lost. */
  async #probe(origin: OpenOrigin, except?: string): Promise<void> {
    try {
      const state = await this.#client.command(origin, 'readRoom', {}, undefined, {
        timeoutMs: PROBE_TIMEOUT_MS,
      });
      this.takeState(state);
    } catch (error) {
      logFailure('origin lost', { originId: origin.originId }, error);
      if (error instanceof OriginUnreachable) this.#directory.failed(origin.originId, origin.bootId);
      // It may have been replaced while it was asked.
      if (this.#store.origin(origin.originId)?.bootId !== origin.bootId) return;
      this.#lose(origin.originId, 'origin_lost', except);
    }
  }

  /** The room is not at this origin any longer. All who were there must join again, but for the one who is just doing so. */
  #lose(originId: string, reason: RejoinReason, except?: string): void {
    const { listener, waitUntil } = this.#context;
    const here = this.#store.placedAt(originId).map(({ participantId }) => participantId);
    const pipes = this.#pipesOf(originId);
    const published = this.#store.tracks(originId).length > 0;
    this.#store.forgetOrigin(originId);
    // Its own end cannot be reached; `close` leaves out origins that are not known any more.
    for (const pipe of pipes) waitUntil(this.#pipes.close(pipe));
    const others = here.filter((id) => id !== except);
    if (others.length > 0) listener.rejoin(others, reason);
    if (!published) return;
    listener.tracksChanged();
    listener.flowObserved();
  }

  /** An origin that nothing can be brought to: who is there is served better from farther away. */
  #giveUp(originId: string): void {
    const origin = this.#store.origin(originId);
    if (!origin) return;
    logFailure('origin out of reach', { originId }, new Error('no pipe to it carries anything'));
    this.#directory.notReached(originId);
    // It is told to close by the answer to what it says next.
    this.#lose(originId, 'origin_moving');
  }

  #pipesOf(originId: string): Pipe[] {
    return this.#store.pipes().filter(({ from, to }) => from === originId || to === originId);
  }

  // -------------------------------------------------------------------------------------------- spreading

  #tracksChanged(): void {
    this.#context.listener.tracksChanged();
    this.#context.listener.flowObserved();
    this.#spread();
  }

  /** Sees to it that all who watch get all that is published, near and far. */
  #spread(): void {
    const everywhere = async () => {
      const origins = this.#store.origins().map(({ originId }) => originId);
      const distribute = () =>
        Promise.all(origins.map((id) => this.#distribution.distribute(id, this.#pipes.visibleAt(id))));
      // Who is near does not wait for the pipes to those who are far.
      await distribute();
      if (origins.length < 2) return;
      await this.#pipes.reconcile();
      await distribute();
    };
    this.#context.waitUntil(everywhere());
  }

  #signature(): string {
    return JSON.stringify(this.#store.tracks().map(({ id, paused }) => [id, paused]));
  }

  /** When the first of the origins will have been silent for long, unless it says something. */
  #attendLater(): void {
    const heard = this.#store.origins().map(({ heardAt }) => heardAt.getTime());
    if (heard.length > 0) this.#context.attendAt(new Date(Math.min(...heard) + SILENT_AFTER_MS));
  }
}
