import { v7 as uuidv7 } from 'uuid';
import type { ProviderPosition } from '#contract/events.ts';
import { distanceMeters } from '#domain/geo/coordinates.ts';
import type { ArrivalFacts } from '#domain/orders/commands.ts';
import type { Order } from '#domain/orders/order.ts';
import { estimateArrival } from '#domain/tracking/eta.ts';
import { type Fix, type FixHistory, type FixVerdict, judgeFix, NO_FIXES } from '#domain/tracking/fix.ts';
import { advanceGeofence, arrivalFence, type GeofenceSide } from '#domain/tracking/geofence.ts';

/** So many of the latest points stay for the estimate of the arrival, flushed or not. */
const RECENT_POINTS = 20;

/** One statement of a flush carries at most so many points. */
const FLUSH_POINTS = 500;

export type TrailPoint = {
  at: Date;
  latitude: number;
  longitude: number;
  heading: number | null;
  speed: number | null;
  accuracy: number | null;
};

/** A crossing of the arrival fence that the log does not hold yet. */
export type Crossing = {
  id: string;
  providerId: string;
  side: 'inside' | 'outside';
  distanceMeters: number;
};

type TrailRow = {
  at: number;
  latitude: number;
  longitude: number;
  heading: number | null;
  speed: number | null;
  accuracy: number | null;
};

/**
 * Where an order's provider is and was: the history that fixes are judged by, the side of the arrival fence, and the
 * trail until it is flushed. All of it in the room's SQLite, so that a woken room goes on where it stopped.
 */
export class ProviderTracking {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      create table if not exists tracking (
        id integer primary key check (id = 1), history text not null, side text not null
      );
      create table if not exists trail (
        at integer primary key, latitude real not null, longitude real not null,
        heading real, speed real, accuracy real, flushed integer not null default 0
      );
      create table if not exists crossings (id text primary key, crossing text not null);
    `);
  }

  /** Judges a fix and, when it is trusted, makes it the provider's position. Distances are to the order's exact place. */
  take(fix: Fix, order: Order, now: Date): FixVerdict {
    const held = this.#held();
    const { history, ...verdict } = judgeFix(held.history, fix, now);
    if (verdict.verdict === 'flagged') {
      this.#hold(history, held.side);
      return verdict;
    }
    const step = advanceGeofence(held.side, arrivalFence(order.place), fix);
    this.#hold(history, step.state);
    this.#sql.exec(
      `insert into trail (at, latitude, longitude, heading, speed, accuracy) values (?, ?, ?, ?, ?, ?)
       on conflict (at) do nothing`,
      fix.at.getTime(),
      fix.latitude,
      fix.longitude,
      fix.heading ?? null,
      fix.speed ?? null,
      fix.accuracy ?? null,
    );
    if (step.crossed && order.providerId) {
      this.#keepCrossing({
        id: uuidv7(),
        providerId: order.providerId,
        side: step.crossed === 'entered' ? 'inside' : 'outside',
        distanceMeters: Math.round(distanceMeters(fix, order.place)),
      });
    }
    return verdict;
  }

  /** The last trusted position as the room shows it, or null when there is none. */
  position(order: Order, now: Date): ProviderPosition | null {
    const fix = this.#held().history.trusted;
    if (!fix || !order.providerId) return null;
    const estimate = estimateArrival(this.#recent(), order.place, now);
    return {
      providerId: order.providerId,
      latitude: fix.latitude,
      longitude: fix.longitude,
      heading: fix.heading ?? null,
      speed: fix.speed ?? null,
      accuracy: fix.accuracy ?? null,
      at: fix.at.toISOString(),
      distanceMeters: Math.round(distanceMeters(fix, order.place)),
      etaSeconds: estimate?.seconds ?? null,
    };
  }

  /** The time of the last trusted fix. */
  lastAt(): Date | null {
    return this.#held().history.trusted?.at ?? null;
  }

  /** What `start` is decided on. */
  arrivalFix(order: Order): ArrivalFacts['fix'] {
    const { history, side } = this.#held();
    return (
      history.trusted && {
        at: history.trusted.at,
        side,
        distanceMeters: distanceMeters(history.trusted, order.place),
      }
    );
  }

  /** Crossings that the log does not hold yet, in order. */
  untoldCrossings(): Crossing[] {
    return this.#sql
      .exec<{ crossing: string }>('select crossing from crossings order by id')
      .toArray()
      .map(({ crossing }) => JSON.parse(crossing));
  }

  /** The log holds this crossing, or never will. */
  crossingTold({ id }: Crossing): void {
    this.#sql.exec('delete from crossings where id = ?', id);
  }

  /** Points of the trail that are not in the record yet, oldest first; an empty list when all are. */
  unflushed(): TrailPoint[] {
    return this.#points(
      `select at, latitude, longitude, heading, speed, accuracy from trail
       where flushed = 0 order by at limit ${FLUSH_POINTS}`,
    );
  }

  /** The record has these points now. */
  flushed(points: TrailPoint[]): void {
    const last = points.at(-1);
    if (!last) return;
    this.#sql.exec('update trail set flushed = 1 where at <= ?', last.at.getTime());
    this.#sql.exec(
      `delete from trail where flushed = 1 and at not in (select at from trail order by at desc limit ${RECENT_POINTS})`,
    );
  }

  #keepCrossing(crossing: Crossing): void {
    this.#sql.exec('insert into crossings values (?, ?)', crossing.id, JSON.stringify(crossing));
  }

  #recent(): TrailPoint[] {
    return this.#points(
      `select at, latitude, longitude, heading, speed, accuracy from trail order by at desc limit ${RECENT_POINTS}`,
    ).reverse();
  }

  #points(query: string): TrailPoint[] {
    return this.#sql
      .exec<TrailRow>(query)
      .toArray()
      .map((row) => ({ ...row, at: new Date(row.at) }));
  }

  #held(): { history: FixHistory; side: GeofenceSide } {
    const [row] = this.#sql
      .exec<{ history: string; side: GeofenceSide }>('select history, side from tracking')
      .toArray();
    return row
      ? { history: JSON.parse(row.history, reviveTimes), side: row.side }
      : { history: NO_FIXES, side: 'unknown' };
  }

  #hold(history: FixHistory, side: GeofenceSide): void {
    this.#sql.exec(
      'insert or replace into tracking (id, history, side) values (1, ?, ?)',
      JSON.stringify(history),
      side,
    );
  }
}

/** Fixes hold one time each, in `at`. */
function reviveTimes(key: string, value: unknown): unknown {
  return key === 'at' && typeof value === 'string' ? new Date(value) : value;
}
