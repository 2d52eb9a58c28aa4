import type { LiveReplyData, LiveRequestData } from '#contract/live-room.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { mayInRoom } from '#domain/live/live-roles.ts';
import type { LiveShow } from '#domain/live/show.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { People } from '../people.ts';
import type { SeatMedia, Seats } from '../seats.ts';
import type { IceServers } from './ice-servers.ts';
import type { MediaBackend } from './media-backend.ts';

/** A request about media: one of the `media:*` events, with its data. */
export type MediaRequest = {
  [E in Extract<keyof LiveRequestData, `media:${string}`>]: { event: E; data: LiveRequestData[E] };
}[Extract<keyof LiveRequestData, `media:${string}`>];

type Context = {
  backend: MediaBackend;
  seats: Seats;
  people: People;
  ice: IceServers;
  show: () => LiveShow;
  /** Somebody sends from another seat now: these of theirs are to end. */
  replaced: (participantIds: string[]) => void;
};

type Answer = Result<unknown, Rejection>;

/** From where somebody asks. */
export type Asker = { participantId: string; userId: string; place: Coordinates | null };

/**
 * Takes what clients ask about media, and asks the backend for what they may have: every id that is named must have been given to
 * this very seat, and only the host publishes. What one seat asks is done one after another.
 */
export class MediaDesk {
  readonly #context: Context;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(context: Context) {
    this.#context = context;
  }

  async answer(asker: Asker, request: MediaRequest): Promise<Answer> {
    const { participantId } = asker;
    const before = this.#turns.get(participantId) ?? Promise.resolve();
    const turn = before.then(() => this.#answer(asker, request));
    const settled = turn.catch(() => {});
    this.#turns.set(participantId, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(participantId) === settled) this.#turns.delete(participantId);
    }
  }

  /** The seat is free: what it sent and received ends. */
  vacated(participantIds: readonly string[]): void {
    this.#context.backend.leave(participantIds);
  }

  async #answer(asker: Asker, request: MediaRequest): Promise<Answer> {
    const { backend, seats } = this.#context;
    const { participantId } = asker;
    // The seat may have been vacated, and the show have ended, while this waited for its turn.
    const media = seats.media(participantId);
    if (!media || this.#context.show().status === 'ended') return err(GONE);
    switch (request.event) {
      case 'media:join':
        return this.#join(asker, request.data);
      case 'media:connect':
        if (!hasTransport(media, request.data.transportId)) return err(NOT_YOURS);
        return backend.connect(participantId, request.data);
      case 'media:publish':
        if (!this.#mayPublish(asker.userId)) return err(NOT_HOST);
        if (media.send !== request.data.transportId) return err(NOT_YOURS);
        return this.#publish(asker, request.data);
      case 'media:pause':
      case 'media:resume':
        if (!this.#isOwnTrack(participantId, request.data.trackId)) return err(NOT_YOURS);
        return backend.setPaused(participantId, request.data.trackId, request.event === 'media:pause');
      case 'media:close':
        if (!this.#isOwnTrack(participantId, request.data.trackId)) return err(NOT_YOURS);
        return backend.closeTrack(participantId, request.data.trackId);
      case 'media:layers': {
        const own = new Set(media.consumers);
        if (!request.data.wishes.every(({ consumerId }) => own.has(consumerId))) return err(NOT_YOURS);
        return backend.setWishes(participantId, request.data);
      }
      case 'media:restart_ice':
        if (!hasTransport(media, request.data.transportId)) return err(NOT_YOURS);
        return backend.restartIce(participantId, request.data);
      case 'media:leave':
        backend.leave([participantId]);
        seats.setMedia(participantId, null);
        return ok({});
    }
  }

  async #join(
    { participantId, userId, place }: Asker,
    { near, takeOver, ...request }: LiveRequestData['media:join'],
  ): Promise<Result<LiveReplyData['media:join'], Rejection>> {
    const { backend, seats, ice, show } = this.#context;
    if (request.publish && !this.#mayPublish(userId)) return err(NOT_HOST);
    if (request.publish && !takeOver && this.#sendingElsewhere(userId, participantId).isHere)
      return err(LIVE_ELSEWHERE);
    // The host is where the show is. Of whom nothing is known, nothing better can be assumed: one origin serves both.
    const where = near ?? (userId === show().hostId ? null : place) ?? show().place;
    const [joined, iceServers] = await Promise.all([
      backend.join(participantId, { ...request, place: where && coordinatesOf(where) }),
      ice.for(userId),
    ]);
    if (!joined.ok) return joined;
    const { reply, gave } = joined.value;
    const media = seats.media(participantId);
    if (!media || show().status === 'ended') {
      // Left while the origin was asked: what it has made is taken back.
      backend.leave([participantId]);
      return err(GONE);
    }
    seats.setMedia(participantId, {
      send: gave.send ?? media.send,
      receive: gave.receive ?? media.receive,
      consumers: gave.receive ? gave.consumers : media.consumers,
    });
    return ok({ ...reply, iceServers });
  }

  /** A host is in one place: who goes live on another device, or in another window, is not heard twice. */
  async #publish(
    { participantId, userId }: Asker,
    request: LiveRequestData['media:publish'],
  ): Promise<Result<LiveReplyData['media:publish'], Rejection>> {
    const { backend, replaced } = this.#context;
    const published = await backend.publish(participantId, request);
    const { seats } = this.#sendingElsewhere(userId, participantId);
    if (published.ok && seats.length > 0) replaced(seats);
    return published;
  }

  /** The other seats of somebody that send, or may; `isHere` when the socket of one of them is. */
  #sendingElsewhere(userId: string, participantId: string): { seats: string[]; isHere: boolean } {
    const { seats } = this.#context;
    const others = seats
      .of(userId)
      .filter((seat) => seat.participantId !== participantId && seats.media(seat.participantId)?.send);
    return {
      seats: others.map((seat) => seat.participantId),
      isHere: others.some(({ awaySince }) => awaySince === null),
    };
  }

  #mayPublish(userId: string): boolean {
    const role = this.#context.people.find(userId)?.role;
    return role !== undefined && mayInRoom(role, 'publish');
  }

  #isOwnTrack(participantId: string, trackId: string): boolean {
    return this.#context.backend
      .tracks()
      .some((track) => track.id === trackId && track.participantId === participantId);
  }
}

function hasTransport({ send, receive }: SeatMedia, transportId: string): boolean {
  return transportId === send || transportId === receive;
}

function coordinatesOf({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude, longitude };
}

/** The same for what is somebody else's and for what is not at all. */
const NOT_YOURS: Rejection = { code: 'NOT_FOUND', message: 'You have nothing of this id here.' };

const NOT_HOST: Rejection = { code: 'FORBIDDEN', message: 'Only the host publishes in this show.' };

const LIVE_ELSEWHERE: Rejection = {
  code: 'CONFLICT',
  message: 'You are live from another page. You can go on from here instead.',
  details: { reason: 'live_elsewhere' },
};

const GONE: Rejection = { code: 'CONFLICT', message: 'You are not in this show any more.' };
