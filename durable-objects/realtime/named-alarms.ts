import { logFailure } from '../log.ts';

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** `at`: when it was set to; `retry_at`: when an attempt that has not succeeded (yet) is made again. */
type AlarmRow = { at: number | null; retry_at: number | null; failures: number };

/** When an alarm goes off next, in SQL. SQLite's two-sided min() is null when either side is. */
const NEXT = 'coalesce(min(at, retry_at), at, retry_at)';

/**
 * Many named alarms over the one that the platform gives an object. They live in SQLite, so setting one is part of the
 * same synchronous step as whatever it is about, and all of them outlive an eviction.
 *
 * An alarm runs at least once. Before its handler starts, the next attempt is written down, so an object that dies in
 * the middle tries again; a handler that fails is tried again later and later, up to every five minutes, for ever.
 * Setting an alarm while its handler runs sets the time after this one.
 */
export class NamedAlarms<Name extends string> {
  readonly #storage: DurableObjectStorage;
  readonly #now: () => Date;

  constructor(ctx: Pick<DurableObjectState, 'storage'>, now: () => Date) {
    this.#storage = ctx.storage;
    this.#now = now;
    this.#storage.sql.exec(
      `create table if not exists named_alarms (
         name text primary key, at integer, retry_at integer, failures integer not null default 0
       ) without rowid`,
    );
  }

  /** Sets the alarm to `at`, wherever it was set to before. An attempt that failed is made again all the same. */
  set(name: Name, at: Date): void {
    this.#storage.sql.exec(
      'insert into named_alarms (name, at) values (?, ?) on conflict do update set at = excluded.at',
      name,
      at.getTime(),
    );
    this.#arm();
  }

  /** Sets the alarm unless it is set to an earlier time already. */
  setIfSooner(name: Name, at: Date): void {
    const current = this.#row(name)?.at ?? null;
    if (current === null || at.getTime() < current) this.set(name, at);
  }

  clear(name: Name): void {
    this.#storage.sql.exec('delete from named_alarms where name = ?', name);
    this.#arm();
  }

  /** When the alarm goes off next, or null. */
  at(name: Name): Date | null {
    const { at = null, retry_at = null } = this.#row(name) ?? {};
    const times = [at, retry_at].filter((time) => time !== null);
    return times.length > 0 ? new Date(Math.min(...times)) : null;
  }

  /** The alarms whose time has come, the earliest first. */
  due(): Name[] {
    return (
      this.#storage.sql
        .exec<{ name: string }>(
          `select name from named_alarms where ${NEXT} <= ? order by ${NEXT}`,
          this.#now().getTime(),
        )
        .toArray()
        // Every name was put there by `set`.
        .map(({ name }) => name as Name)
    );
  }

  /**
   * To be called from the object's `alarm()`: runs the handlers of all due alarms, one after the other, and arms the
   * platform's alarm for the next. Never throws, because the platform gives up on alarms that keep failing.
   */
  async run(handlers: Record<Name, () => Promise<void>>): Promise<void> {
    for (const name of this.due()) {
      const next = this.at(name);
      // The handler of another one may have cleared it or put it off.
      if (next !== null && next <= this.#now()) await this.#attempt(name, handlers);
    }
    this.#arm();
  }

  async #attempt(name: Name, handlers: Partial<Record<Name, () => Promise<void>>>): Promise<void> {
    const attempt = (this.#row(name)?.failures ?? 0) + 1;
    const retry = () =>
      this.#storage.sql.exec(
        'update named_alarms set retry_at = ?, failures = ? where name = ?',
        this.#now().getTime() + Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS),
        attempt,
        name,
      );
    this.#storage.sql.exec('update named_alarms set at = null where name = ?', name);
    retry();
    this.#arm();
    try {
      // An earlier version of the object may have left a name that has no handler any more.
      await handlers[name]?.();
    } catch (error) {
      logFailure('alarm failed', { alarm: name, attempt }, error);
      retry();
      return;
    }
    this.#storage.sql.exec('update named_alarms set retry_at = null, failures = 0 where name = ?', name);
    this.#storage.sql.exec('delete from named_alarms where name = ? and at is null', name);
  }

  #row(name: Name): AlarmRow | undefined {
    return this.#storage.sql
      .exec<AlarmRow>('select at, retry_at, failures from named_alarms where name = ?', name)
      .toArray()[0];
  }

  /** The platform's clock is not the injected one: what counts is how long it still is. */
  #arm(): void {
    const { next } = this.#storage.sql
      .exec<{ next: number | null }>(`select min(${NEXT}) as next from named_alarms`)
      .one();
    if (next === null) void this.#storage.deleteAlarm();
    else void this.#storage.setAlarm(Date.now() + Math.max(0, next - this.#now().getTime()));
  }
}
