/** An event in its place in a log: numbered without gaps from 1. `data` is JSON. */
export type LoggedEvent = { seq: number; name: string; data: unknown; at: Date };

/** So many events can be resumed from; who missed more starts over with a snapshot. */
export const LOG_TAIL = 500;

type EventRow = { seq: number; name: string; data: string; at: number };

/**
 * The tail of an ordered log, in the object's own SQLite: all that resuming clients need, without a query elsewhere.
 * Everything here is synchronous, so that appending and broadcasting are one step, which no joining socket can fall
 * into the middle of.
 */
export class EventLog<E extends LoggedEvent> {
  readonly #sql: SqlStorage;
  readonly #keptElsewhere: () => number;

  /**
   * @param keptElsewhere the seq through which the record holds the events, too. What lies beyond is never dropped; left out,
   * all does.
   */
  constructor(sql: SqlStorage, keptElsewhere: () => number = () => Number.POSITIVE_INFINITY) {
    this.#sql = sql;
    this.#keptElsewhere = keptElsewhere;
    sql.exec(
      `create table if not exists event_log (
         seq integer primary key, name text not null, data text not null, at integer not null
       )`,
    );
  }

  /** The seq of the last event; 0 before the first. */
  head(): number {
    return this.#sql.exec<{ seq: number }>('select coalesce(max(seq), 0) as seq from event_log').one().seq;
  }

  /**
   * Appends events, and returns those that were new: what is here already is left out, so that appending the same
   * twice is harmless. Events that begin beyond the head begin the log anew: who stands before them has missed
   * something that is not here, and is told `too_far_back`. Throws on a gap between the events themselves.
   */
  append(events: readonly E[]): E[] {
    const head = this.head();
    const fresh = events.filter(({ seq }) => seq > head);
    const begin = fresh[0]?.seq ?? head + 1;
    const gap = fresh.find(({ seq }, index) => seq !== begin + index);
    if (gap) throw new RangeError(`event ${gap.seq} does not continue what begins at ${begin}`);
    if (begin > head + 1) this.#sql.exec('delete from event_log');

    for (const { seq, name, data, at } of fresh) {
      const row = [seq, name, JSON.stringify(data), at.getTime()];
      this.#sql.exec('insert into event_log values (?, ?, ?, ?)', ...row);
    }
    this.trim();
    return fresh;
  }

  /** Drops what is both in the record and too long ago to resume from. Called by `append`, and for when the record has caught up. */
  trim(): void {
    const through = Math.min(this.head() - LOG_TAIL, this.#keptElsewhere());
    this.#sql.exec('delete from event_log where seq <= ?', through);
  }

  /** The event of this seq, if it is still here. */
  at(seq: number): E | null {
    return this.#read('where seq = ?', seq)[0] ?? null;
  }

  /** Replaces what an event says, as when a message is deleted: whoever resumes from now on reads the new one. */
  rewrite({ seq, data }: Pick<E, 'seq' | 'data'>): void {
    this.#sql.exec('update event_log set data = ? where seq = ?', JSON.stringify(data), seq);
  }

  /** The last `limit` events of this name, oldest first. */
  latest(name: E['name'], limit: number): E[] {
    return this.#read('where name = ? order by seq desc limit ?', name, limit).reverse();
  }

  /** What came after `seq`, in order; `too_far_back` when the tail does not reach that far, or `seq` never was. */
  since(seq: number): E[] | 'too_far_back' {
    const { first, head } = this.#sql
      .exec<{ first: number; head: number }>(
        'select coalesce(min(seq), 1) as first, coalesce(max(seq), 0) as head from event_log',
      )
      .one();
    // Put this way round, a seq that is no number at all never was, either.
    return seq >= first - 1 && seq <= head ? this.tail(seq) : 'too_far_back';
  }

  /** What is kept of the events after `seq`, in order, `limit` at most, whether or not some before them are gone. */
  tail(seq: number, limit = Number.MAX_SAFE_INTEGER): E[] {
    return this.#read('where seq > ? order by seq limit ?', seq, limit);
  }

  #read(which: string, ...bindings: (string | number)[]): E[] {
    return (
      this.#sql
        .exec<EventRow>(`select * from event_log ${which}`, ...bindings)
        .toArray()
        // Only `append` writes here, and it takes nothing but E.
        .map((row) => ({ ...row, data: JSON.parse(row.data), at: new Date(row.at) }) as E)
    );
  }
}
