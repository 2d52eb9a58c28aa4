import type { FixHistory } from '#domain/tracking/fix.ts';
import type { GeofenceSide } from '#domain/tracking/geofence.ts';

/** One statement of a flush carries at most so many points. */
const FLUSH_POINTS = 500;

/** A trusted position on the way. Heading in degrees, speed in m/s, accuracy in metres. */
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

type TrailRow = Omit<TrailPoint, 'at'> & { at: number };

/** What the room's SQLite holds of its provider's way. */
export class TrackingStore {
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

  /** What the next fix is judged by, or null before the first. */
  judgedBy(): { history: FixHistory; side: GeofenceSide } | null {
    const [row] = this.#sql
      .exec<{ history: string; side: GeofenceSide }>('select history, side from tracking')
      .toArray();
    return row ? { history: JSON.parse(row.history, reviveTimes), side: row.side } : null;
  }

  keep({ history, side }: { history: FixHistory; side: GeofenceSide }, points: readonly TrailPoint[]): void {
    this.#sql.exec(
      'insert or replace into tracking (id, history, side) values (1, ?, ?)',
      JSON.stringify(history),
      side,
    );
    for (const { at, latitude, longitude, heading, speed, accuracy } of points) {
      this.#sql.exec(
        `insert into trail (at, latitude, longitude, heading, speed, accuracy) values (?, ?, ?, ?, ?, ?)
         on conflict (at) do nothing`,
        at.getTime(),
        latitude,
        longitude,
        heading,
        speed,
        accuracy,
      );
    }
  }

  /** The latest points, oldest first. */
  latest(limit: number): TrailPoint[] {
    return this.#points('order by at desc limit ?', limit).reverse();
  }

  unflushed(): TrailPoint[] {
    return this.#points('where flushed = 0 order by at limit ?', FLUSH_POINTS);
  }

  /** What lies up to `through` is in the record; only the latest `keep` points stay. */
  flushed(through: Date, keep: number): void {
    this.#sql.exec('update trail set flushed = 1 where at <= ?', through.getTime());
    this.#sql.exec(
      'delete from trail where flushed = 1 and at not in (select at from trail order by at desc limit ?)',
      keep,
    );
  }

  keepCrossing(crossing: Crossing): void {
    this.#sql.exec('insert into crossings values (?, ?)', crossing.id, JSON.stringify(crossing));
  }

  /** Oldest first: their ids sort by time. */
  crossings(): Crossing[] {
    return this.#sql
      .exec<{ crossing: string }>('select crossing from crossings order by id')
      .toArray()
      .map(({ crossing }) => JSON.parse(crossing));
  }

  forgetCrossing(id: string): void {
    this.#sql.exec('delete from crossings where id = ?', id);
  }

  #points(which: string, limit: number): TrailPoint[] {
    return this.#sql
      .exec<TrailRow>(`select at, latitude, longitude, heading, speed, accuracy from trail ${which}`, limit)
      .toArray()
      .map((row) => ({ ...row, at: new Date(row.at) }));
  }
}

/** Fixes hold one time each, in `at`. */
function reviveTimes(key: string, value: unknown): unknown {
  return key === 'at' && typeof value === 'string' ? new Date(value) : value;
}
