import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import type { OpenOrder } from './open-order.ts';

/** A taken-back order is remembered so long: no announcement is under way for longer. */
const REMEMBER_RETRACTED_MS = 3_600_000;

type OrderRow = {
  version: number;
  creator_id: string;
  latitude: number;
  longitude: number;
  service_radius: number;
  announced: string;
};

/**
 * The open orders that reach into a cell. Announcements and retractions may arrive twice and in any order: an order's
 * highest version wins, and what one event both takes back and announces again (an edit) stays announced.
 */
export class CellOrders {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      create table if not exists orders (
        order_id text primary key, version integer not null, creator_id text not null,
        latitude real not null, longitude real not null, service_radius real not null, announced text not null
      ) without rowid;
      create table if not exists retracted (
        order_id text primary key, version integer not null, forget_at integer not null
      ) without rowid;
    `);
  }

  /** Holds the order, unless it was taken back or announced anew since. Says whether it is held as given. */
  announce(order: OpenOrder): boolean {
    if (this.#latest(order.orderId) > order.version) return false;
    const { latitude, longitude } = order.view.location;
    this.#sql.exec(
      'insert or replace into orders values (?, ?, ?, ?, ?, ?, ?)',
      order.orderId,
      order.version,
      order.creatorId,
      latitude,
      longitude,
      order.serviceRadius,
      JSON.stringify(order),
    );
    return true;
  }

  /** Takes back what was announced before `version`. */
  retract(orderId: string, version: number, now: Date): void {
    if (this.#latest(orderId) >= version) return;
    this.#sql.exec('delete from orders where order_id = ?', orderId);
    this.#sql.exec(
      'insert or replace into retracted values (?, ?, ?)',
      orderId,
      version,
      now.getTime() + REMEMBER_RETRACTED_MS,
    );
  }

  /** The orders whose service radius takes in `location`, and did not take in `before`; nobody is told of their own. */
  reaching(location: Coordinates, before: Coordinates | null, personId: string): OpenOrder[] {
    const reached: OpenOrder[] = [];
    for (const row of this.#sql.exec<OrderRow>('select * from orders')) {
      const covers = (place: Coordinates) => distanceMeters(row, place) <= row.service_radius;
      if (row.creator_id === personId || !covers(location) || (before && covers(before))) continue;
      reached.push(JSON.parse(row.announced));
    }
    return reached;
  }

  /** Drops what need not be remembered any longer. Says when the next such thing falls due. */
  forgetExpired(now: Date): number | null {
    this.#sql.exec('delete from retracted where forget_at <= ?', now.getTime());
    return this.#sql.exec<{ at: number | null }>('select min(forget_at) as at from retracted').one().at;
  }

  #latest(orderId: string): number {
    return (
      this.#sql
        .exec<{ version: number | null }>(
          `select max(version) as version from (
             select version from orders where order_id = ?1 union all
             select version from retracted where order_id = ?1)`,
          orderId,
        )
        .one().version ?? 0
    );
  }
}
