import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import type { OpenOrder } from './open-order.ts';

/** A taken-back order is remembered so long: no announcement of it is under way for longer. */
const REMEMBER_RETRACTED_MS = 3_600_000;

/** The most that one who comes is told of; nearer orders first. The list of nearby orders has them all. */
const MOST_TOLD = 100;

type OrderRow = {
  order_id: string;
  version: number;
  creator_id: string;
  latitude: number;
  longitude: number;
  service_radius: number;
  announced: string;
};

/**
 * The open orders that reach into a cell. Announcements and retractions may arrive twice and in any order: the highest
 * version of an order wins, and what one event (an edit) both takes back and announces again is announced.
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
      create table if not exists told (
        order_id text not null, person_id text not null, primary key (order_id, person_id)
      ) without rowid;
    `);
  }

  /** Holds the order, unless it was announced anew or taken back since. Says whether it is held as given. */
  announce(order: OpenOrder): boolean {
    const { orderId, version, creatorId, serviceRadius, view } = order;
    if (this.#announcedVersion(orderId) > version) return false;
    const retracted = this.#retractedVersion(orderId);
    if (retracted > version) return false;
    if (retracted > 0) this.#forget(orderId);
    this.#sql.exec(
      'insert or replace into orders values (?, ?, ?, ?, ?, ?, ?)',
      orderId,
      version,
      creatorId,
      view.location.latitude,
      view.location.longitude,
      serviceRadius,
      JSON.stringify(order),
    );
    return true;
  }

  /** Takes back what was announced before `version`. Answers whom {@link tell} told of it, each time that it is asked. */
  retract(orderId: string, version: number, now: Date): string[] {
    if (this.#announcedVersion(orderId) >= version) return [];
    this.#sql.exec('delete from orders where order_id = ?', orderId);
    if (this.#retractedVersion(orderId) < version) {
      const forgetAt = now.getTime() + REMEMBER_RETRACTED_MS;
      this.#sql.exec('insert or replace into retracted values (?, ?, ?)', orderId, version, forgetAt);
    }
    return this.#sql
      .exec<{ person_id: string }>('select person_id from told where order_id = ?', orderId)
      .toArray()
      .map((row) => row.person_id);
  }

  /**
   * The orders whose service radius takes in where somebody is, and did not take in where they were `before`. Nobody is
   * told of their own.
   */
  tell(personId: string, location: Coordinates, before: Coordinates | null): OpenOrder[] {
    const reached = this.#sql
      .exec<OrderRow>('select * from orders where creator_id <> ?', personId)
      .toArray()
      .map((row) => ({ row, distance: distanceMeters(row, location) }))
      .filter(({ row, distance }) => distance <= row.service_radius)
      .filter(({ row }) => before === null || distanceMeters(row, before) > row.service_radius)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, MOST_TOLD);
    return reached.map(({ row }) => {
      this.#sql.exec('insert or ignore into told values (?, ?)', row.order_id, personId);
      return JSON.parse(row.announced);
    });
  }

  /** Drops what need not be remembered any longer. Says when the next such thing falls due. */
  forgetExpired(now: Date): number | null {
    const expired = this.#sql
      .exec<{ order_id: string }>('select order_id from retracted where forget_at <= ?', now.getTime())
      .toArray();
    for (const row of expired) this.#forget(row.order_id);
    return this.#sql.exec<{ at: number | null }>('select min(forget_at) as at from retracted').one().at;
  }

  #forget(orderId: string): void {
    this.#sql.exec('delete from retracted where order_id = ?', orderId);
    this.#sql.exec('delete from told where order_id = ?', orderId);
  }

  #announcedVersion(orderId: string): number {
    return this.#version('select version from orders where order_id = ?', orderId);
  }

  #retractedVersion(orderId: string): number {
    return this.#version('select version from retracted where order_id = ?', orderId);
  }

  #version(query: string, orderId: string): number {
    return this.#sql.exec<{ version: number }>(query, orderId).toArray()[0]?.version ?? 0;
  }
}
