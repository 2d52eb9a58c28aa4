import { setTimeout as sleep } from 'node:timers/promises';
import type { FixBody } from '#contract/places.ts';
import { PLACE } from '../stack/orders.ts';
import type { RoomSocket } from './room-socket.ts';

/** They circle around the place of the order at this distance and speed, so that they never arrive. */
const DISTANCE_METERS = 3_000;
const SPEED = 12;

const METERS_PER_DEGREE = 111_320;

/** A provider on the move, and when each of their fixes was sent, by the time that it carries. */
export class Provider {
  /** On the clock of `performance.now()`. */
  readonly sentAt = new Map<string, number>();
  lastFixAt = '';
  readonly #socket: RoomSocket;
  #lastTime = 0;

  constructor(socket: RoomSocket) {
    this.#socket = socket;
  }

  /** Sends `perSecond` fixes for a while, each at a random moment of its share of the time, as networks deliver them. */
  async drive(perSecond: number, seconds: number): Promise<number> {
    const count = Math.round(perSecond * seconds);
    const start = performance.now();
    for (let n = 0; n < count; n++) {
      await sleep(Math.max(0, start + ((n + Math.random()) / perSecond) * 1000 - performance.now()));
      this.#send();
    }
    return count;
  }

  #send(): void {
    // Every fix has a time of its own: that is what positions are told apart by.
    this.#lastTime = Math.max(this.#lastTime + 1, Date.now());
    const at = new Date(this.#lastTime).toISOString();
    this.lastFixAt = at;
    this.sentAt.set(at, performance.now());
    this.#socket.sendFix(fixAt(this.#lastTime, at));
  }
}

function fixAt(time: number, at: string): FixBody {
  const angle = ((time / 1000) * SPEED) / DISTANCE_METERS;
  const north = (DISTANCE_METERS * Math.sin(angle)) / METERS_PER_DEGREE;
  const east =
    (DISTANCE_METERS * Math.cos(angle)) / METERS_PER_DEGREE / Math.cos((PLACE.latitude * Math.PI) / 180);
  return {
    latitude: PLACE.latitude + north,
    longitude: PLACE.longitude + east,
    heading: (((360 - (angle * 180) / Math.PI) % 360) + 360) % 360,
    speed: SPEED,
    at,
  };
}
