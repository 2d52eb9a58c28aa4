import { DurableObject } from 'cloudflare:workers';
import { type OriginRegistration, STATE_EVERY_SECONDS } from '#contract/origin.ts';
import type { Env } from '../env.ts';

/** An origin that has said nothing for so long is gone. */
export const FORGOTTEN_AFTER_MS = 3 * STATE_EVERY_SECONDS * 1_000;

/** More than anyone runs; a key that leaks must not fill the object. */
const MOST_ORIGINS = 500;

type OriginRow = { registration: string };

/**
 * Which media origins there are, where, and how much they have to do. There is one. Everything is in SQLite: an object that wakes
 * anew knows as much as before.
 */
export class OriginRegistry extends DurableObject<Env> {
  now: () => Date = () => new Date();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      `create table if not exists origins (
         origin_id text primary key, boot_id text not null, n integer not null, heard_at integer not null,
         registration text not null
       ) without rowid`,
    );
  }

  /** Takes over what an origin says of itself, unless something newer came before. Says whether there was room for it. */
  async register(registration: OriginRegistration): Promise<boolean> {
    const { sql } = this.ctx.storage;
    const now = this.now().getTime();
    sql.exec('delete from origins where heard_at < ?', now - FORGOTTEN_AFTER_MS);
    const { count } = sql
      .exec<{ count: number }>(
        'select count(*) as count from origins where origin_id <> ?',
        registration.originId,
      )
      .one();
    if (count >= MOST_ORIGINS) return false;
    // A later boot compares greater. An origin of the same name that runs twice wins by booting last.
    sql.exec(
      `insert into origins values (?, ?, ?, ?, ?)
       on conflict do update set boot_id = excluded.boot_id, n = excluded.n, heard_at = excluded.heard_at,
         registration = excluded.registration
       where excluded.boot_id > boot_id or (excluded.boot_id = boot_id and excluded.n > n)`,
      registration.originId,
      registration.bootId,
      registration.n,
      now,
      JSON.stringify(registration),
    );
    return true;
  }

  /** The origins that have been heard of lately, those that drain among them. */
  async list(): Promise<OriginRegistration[]> {
    return this.ctx.storage.sql
      .exec<OriginRow>(
        'select registration from origins where heard_at >= ? order by origin_id',
        this.now().getTime() - FORGOTTEN_AFTER_MS,
      )
      .toArray()
      .map(({ registration }) => JSON.parse(registration));
  }
}
