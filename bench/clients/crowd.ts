import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { Person } from '../stack/people.ts';
import { Provider } from './provider.ts';
import type { OpenRoomSocket, RoomSocket } from './room-socket.ts';

/** How many sockets are being opened at a time. */
const JOINING_AT_ONCE = 50;

/** How long subscribers may be behind when the provider has stopped. */
const CATCH_UP_MS = 20_000;

/** What came of a while of driving. */
export type Delivered = {
  /** Fixes sent by the providers. */
  fixes: number;
  /** Frames that reached subscribers. */
  frames: number;
  /** Fixes times the subscribers that each of them was for, delivered or superseded by a later one that was. */
  updates: number;
  /** From sending a fix to each receipt of it, in milliseconds. */
  latencies: number[];
};

/** A room with its provider, and subscribers who only listen. */
export class Crowd {
  readonly #open: OpenRoomSocket;
  readonly #url: string;
  readonly #orderId: string;
  readonly #creator: Person;
  readonly #provider: Provider;
  readonly #subscribers: { socket: RoomSocket; lastFixAt: string }[] = [];
  readonly #refused: () => number;
  #latencies: number[] = [];

  private constructor(
    open: OpenRoomSocket,
    url: string,
    orderId: string,
    creator: Person,
    provider: RoomSocket,
    refused: () => number,
  ) {
    this.#refused = refused;
    this.#open = open;
    this.#url = url;
    this.#orderId = orderId;
    this.#creator = creator;
    this.#provider = new Provider(provider);
  }

  /** Opens the room with its provider in it. */
  static async gather(
    open: OpenRoomSocket,
    url: string,
    order: { orderId: string; creator: Person; provider: Person; since: number },
  ): Promise<Crowd> {
    const { orderId, creator, provider, since } = order;
    let refused = 0;
    const answer = (accepted: boolean) => {
      if (!accepted) refused += 1;
    };
    const socket = await open({ url, orderId, token: provider.token, since }, { answer });
    return new Crowd(open, url, orderId, creator, socket, () => refused);
  }

  /** Lets subscribers in until there are `count`. They are all the creator's: parties may watch from many devices. */
  async growTo(count: number, since: number): Promise<void> {
    const missing = Array.from({ length: count - this.#subscribers.length });
    await pMap(missing, () => this.#subscribe(since), { concurrency: JOINING_AT_ONCE });
  }

  async #subscribe(since: number): Promise<void> {
    const entry = { url: this.#url, orderId: this.#orderId, token: this.#creator.token, since };
    const state = { lastFixAt: '' };
    const socket = await this.#open(entry, {
      position: (at) => {
        const sentAt = this.#provider.sentAt.get(at);
        if (sentAt !== undefined) this.#latencies.push(performance.now() - sentAt);
        state.lastFixAt = at;
      },
    });
    this.#subscribers.push(Object.assign(state, { socket }));
  }

  /**
   * Lets the provider drive, and waits until every subscriber has their last position.
   * @throws Error when one does not get it, or a fix was refused
   */
  async drive(perSecond: number, seconds: number): Promise<Delivered> {
    this.#latencies = [];
    this.#provider.sentAt.clear();
    const fixes = await this.#provider.drive(perSecond, seconds);
    const giveUpAt = performance.now() + CATCH_UP_MS;
    while (!this.#subscribers.every(({ lastFixAt }) => lastFixAt === this.#provider.lastFixAt)) {
      if (performance.now() > giveUpAt) throw new Error('subscribers have not got the last position');
      await sleep(20);
    }
    if (this.#refused() > 0) throw new Error('a fix was refused');
    const latencies = this.#latencies;
    return { fixes, frames: latencies.length, updates: fixes * this.#subscribers.length, latencies };
  }

  leave(): void {
    for (const { socket } of this.#subscribers) socket.cut();
  }
}
