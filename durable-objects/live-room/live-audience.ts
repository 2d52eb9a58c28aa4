import type { LiveMomentData, LiveTrack } from '#contract/live-room.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { isCrowded, PRESENCE_TICK_MS, type Presence } from '#domain/live/attendance.ts';
import { isTold, type RecordedLiveEvent, seesLiveEvent } from '#domain/live/live-events.ts';
import type { LiveRole } from '#domain/live/live-roles.ts';
import { LIVE_LIMITS } from '#domain/live/show.ts';
import { viewShow } from '#domain/live/show-view.ts';
import { eventFrame } from '../realtime/frames.ts';
import { LatestPerTick } from '../realtime/latest-per-tick.ts';
import type { SocketAttachment, Sockets } from '../realtime/sockets.ts';
import type { LiveLog } from './live-log.ts';
import type { People, Visitor } from './people.ts';
import type { ShowKeeper } from './show-keeper.ts';

/** A socket in a live room: whose, in which seat, as what, and roughly where it comes from. */
export type LiveAttachment = SocketAttachment & {
  participantId: string;
  role: LiveRole;
  place: Coordinates | null;
};

type Context = {
  sockets: Sockets<LiveAttachment>;
  log: LiveLog;
  people: People;
  keeper: ShowKeeper;
  tracks: () => LiveTrack[];
  now: () => Date;
};

/** What everybody in the room is told. */
export class LiveAudience {
  readonly #context: Context;
  readonly #presenceTick = new LatestPerTick(PRESENCE_TICK_MS, () =>
    this.tellMoment('room:presence', this.#presence()),
  );

  constructor(context: Context) {
    this.#context = context;
  }

  /** Tells a durable event to everyone who may see it. */
  tell(event: RecordedLiveEvent): void {
    const { people, sockets } = this.#context;
    // Of what is not told no socket need be looked at, which in a large room would take all of its time.
    if (!isTold(event, isCrowded(people.count().present))) return;
    sockets.broadcast(eventFrame(event), (viewer) => seesLiveEvent(event, viewer));
  }

  /** Tells everyone something that is of this moment only. */
  tellMoment<N extends keyof LiveMomentData>(name: N, data: LiveMomentData[N]): void {
    this.#context.sockets.broadcast(this.#moment(name, data));
  }

  /** The same to some of the seats. */
  tellSeats<N extends keyof LiveMomentData>(
    participantIds: readonly string[],
    name: N,
    data: LiveMomentData[N],
  ): void {
    const frame = this.#moment(name, data);
    for (const participantId of participantIds) {
      for (const socket of this.socketsOf(participantId)) this.#context.sockets.send(socket, frame);
    }
  }

  /** Who is here has changed; everyone hears of it, at most once a tick. */
  presenceChanged(): void {
    this.#presenceTick.change();
  }

  /**
   * Brings a joining socket up to date and live, in one synchronous step: the events after `since` when the log still holds them,
   * otherwise the room as it is, with the last messages.
   */
  welcome(socket: WebSocket, since: number | null, visitor: Visitor): void {
    const { sockets, log, people } = this.#context;
    const crowded = isCrowded(people.count().present);
    const missed = since === null ? 'too_far_back' : log.since(since);
    const arrival = this.#arrival(sockets.attachmentOf(socket).participantId, visitor);
    sockets.goLive(
      socket,
      missed === 'too_far_back'
        ? [this.#moment('room:snapshot', { ...arrival, messages: this.#history() })]
        : [
            ...missed
              .filter((event) => isTold(event, crowded) && seesLiveEvent(event, visitor))
              .map(eventFrame),
            this.#moment('room:resumed', arrival),
          ],
    );
  }

  /** The live sockets of a seat: one, or none. */
  socketsOf(participantId: string): WebSocket[] {
    const { sockets } = this.#context;
    return sockets
      .tagged(seatTag(participantId))
      .filter((socket) => sockets.attachmentOf(socket).state === 'live');
  }

  #arrival(participantId: string, { userId, role, isAdmin, muted }: Visitor) {
    const { log, keeper, tracks } = this.#context;
    const { show, figures, hostName } = keeper.required();
    return {
      through: log.head(),
      participantId,
      role,
      muted,
      show: viewShow(show, figures, hostName, { userId, isAdmin, role }),
      presence: this.#presence(),
      tracks: tracks(),
    };
  }

  #history() {
    return this.#context.log
      .messages(LIVE_LIMITS.chatHistory)
      .map(({ seq, data, at }) => ({ ...data, seq, at: at.toISOString() }));
  }

  #presence(): Presence {
    const { people } = this.#context;
    const { present, viewers } = people.count();
    return { viewers, people: isCrowded(present) ? null : people.present(present) };
  }

  #moment<N extends keyof LiveMomentData>(name: N, data: LiveMomentData[N]): string {
    return eventFrame({ name, data, at: this.#context.now() });
  }
}

/** By this tag the socket of a seat is found. */
export function seatTag(participantId: string): string {
  return `seat:${participantId}`;
}
