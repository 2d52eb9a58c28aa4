import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import { LEASE_MS } from '#domain/tracking/policy.ts';
import type { OpenOrder } from './open-order.ts';
import type { ProviderLease, ReachedProvider } from './provider-lease.ts';

type LeaseRow = {
  person_id: string;
  move: number;
  latitude: number;
  longitude: number;
  standing: string;
  until: number;
  gone: number;
};

/**
 * The providers in a cell. Words of one person may overtake each other: the higher move wins, and of a renewal and a
 * departure with the same number the departure. A departure is kept as long as a renewal sent before it could last.
 */
export class CellProviders {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      create table if not exists providers (
        person_id text primary key, move integer not null, latitude real not null, longitude real not null,
        standing text not null, until integer not null, gone integer not null
      ) without rowid;
    `);
  }

  /** Takes a lease. Answers where the person was here before (null: nowhere), or `outdated` when a later word came first. */
  renew(lease: ProviderLease, now: Date): { before: Coordinates | null } | 'outdated' {
    const held = this.#row(lease.personId);
    if (held && (held.move > lease.move || (held.move === lease.move && held.gone))) return 'outdated';
    if (lease.until <= now.getTime()) return 'outdated';
    this.#sql.exec(
      'insert or replace into providers values (?, ?, ?, ?, ?, ?, 0)',
      lease.personId,
      lease.move,
      lease.location.latitude,
      lease.location.longitude,
      JSON.stringify(lease.standing),
      lease.until,
    );
    const stayed = held && !held.gone && held.until > now.getTime();
    return { before: stayed ? { latitude: held.latitude, longitude: held.longitude } : null };
  }

  leave(personId: string, move: number, now: Date): void {
    const held = this.#row(personId);
    if (held && held.move > move) return;
    this.#sql.exec(
      `insert or replace into providers values (?, ?, 0, 0, 'null', ?, 1)`,
      personId,
      move,
      now.getTime() + LEASE_MS,
    );
  }

  /** Everyone with a live lease whom the order reaches, without its creator. */
  within(order: OpenOrder, now: Date): ReachedProvider[] {
    return this.#sql
      .exec<LeaseRow>(
        'select * from providers where gone = 0 and until > ? and person_id <> ?',
        now.getTime(),
        order.creatorId,
      )
      .toArray()
      .filter((row) => distanceMeters(order.view.location, row) <= order.serviceRadius)
      .map(({ person_id, latitude, longitude, standing }) => ({
        personId: person_id,
        location: { latitude, longitude },
        standing: JSON.parse(standing),
      }));
  }

  /** Drops leases that ran out. Says when the next one does. */
  forgetExpired(now: Date): number | null {
    this.#sql.exec('delete from providers where until <= ?', now.getTime());
    return this.#sql.exec<{ at: number | null }>('select min(until) as at from providers').one().at;
  }

  #row(personId: string): LeaseRow | undefined {
    return this.#sql.exec<LeaseRow>('select * from providers where person_id = ?', personId).toArray()[0];
  }
}
