import type { Presence, ProviderPosition, RoomEventData } from '#contract/events.ts';
import type { OrderState } from '#domain/orders/order.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import { seesEvent, viewOrder } from '#domain/orders/order-view.ts';
import type { EventLog } from '../realtime/event-log.ts';
import { eventFrame } from '../realtime/frames.ts';
import type { SocketAttachment, Sockets } from '../realtime/sockets.ts';

/** A socket in an order's room: who it is, and as what they were let in. */
export type RoomAttachment = SocketAttachment & { relation: Presence['relation'] };

/** Who is in the room, and what each of them is told. */
export class Audience {
  readonly #sockets: Sockets<RoomAttachment>;
  readonly #log: EventLog<RecordedEvent>;
  readonly #now: () => Date;

  constructor(sockets: Sockets<RoomAttachment>, log: EventLog<RecordedEvent>, now: () => Date) {
    this.#sockets = sockets;
    this.#log = log;
    this.#now = now;
  }

  /** Tells durable events to everyone who may see them. */
  tell(events: RecordedEvent[]): void {
    for (const event of events) {
      this.#sockets.broadcast(eventFrame(event), (viewer) => seesEvent(event, viewer));
    }
  }

  /** Tells something that is of this moment only. All in the room see the same. */
  tellMoment<N extends keyof RoomEventData>(name: N, data: RoomEventData[N]): void {
    this.#sockets.broadcast(this.#moment(name, data));
  }

  /**
   * Brings a joining socket up to date and live, in one synchronous step: the events after `since` when the log still
   * holds them, otherwise a snapshot. Then the others hear who came, unless they were here already.
   */
  join(socket: WebSocket, since: number | null, state: OrderState, position: ProviderPosition | null): void {
    const viewer = this.#sockets.attachmentOf(socket);
    const { userId, relation } = viewer;
    const present = this.#present();
    if (!present.some((presence) => presence.userId === userId)) {
      this.tellMoment('room:joined', { userId, relation });
      present.push({ userId, relation });
    }
    const through = this.#log.head();
    const missed = since === null ? 'too_far_back' : this.#log.since(since);
    this.#sockets.goLive(
      socket,
      missed === 'too_far_back'
        ? [
            this.#moment('room:snapshot', {
              order: viewOrder(state.order, relation),
              through,
              position,
              present,
            }),
          ]
        : [
            ...missed.filter((event) => seesEvent(event, viewer)).map(eventFrame),
            this.#moment('room:resumed', { through, position, present }),
          ],
    );
  }

  /** A socket has closed. Says whether its person has left with it. */
  leave(socket: WebSocket): boolean {
    const { userId, relation, state } = this.#sockets.attachmentOf(socket);
    if (state !== 'live' || this.#present().some((presence) => presence.userId === userId)) return false;
    this.tellMoment('room:left', { userId, relation });
    return true;
  }

  #present(): Presence[] {
    const byUser = new Map<string, Presence>();
    for (const socket of this.#sockets.all()) {
      const { userId, relation, state } = this.#sockets.attachmentOf(socket);
      if (state === 'live') byUser.set(userId, { userId, relation });
    }
    return [...byUser.values()];
  }

  #moment<N extends keyof RoomEventData>(name: N, data: RoomEventData[N]): string {
    return eventFrame({ name, data, at: this.#now() });
  }
}
