import type { LiveEvent, RecordedLiveEvent } from '#domain/live/live-events.ts';
import { EventLog } from '../realtime/event-log.ts';

/** Through which seq the archive holds the log. */
const ARCHIVED_THROUGH = 'archived_through';

type Storage = Pick<DurableObjectStorage, 'sql' | 'kv'>;

/**
 * What has happened in the room. This is the record of it until the archive has it, too, so nothing is dropped before.
 */
export class LiveLog {
  readonly #events: EventLog<RecordedLiveEvent>;
  readonly #kv: Storage['kv'];
  readonly #sql: Storage['sql'];
  readonly #now: () => Date;

  constructor({ sql, kv }: Storage, now: () => Date) {
    this.#kv = kv;
    this.#sql = sql;
    this.#now = now;
    sql.exec('create table if not exists rewritten_events (seq integer primary key)');
    this.#events = new EventLog(sql, () => this.#settledThrough());
  }

  head(): number {
    return this.#events.head();
  }

  /** Writes an event down as the next of the log. */
  append(event: LiveEvent): RecordedLiveEvent {
    const recorded: RecordedLiveEvent = { ...event, seq: this.#events.head() + 1, at: this.#now() };
    this.#events.append([recorded]);
    return recorded;
  }

  since(seq: number): RecordedLiveEvent[] | 'too_far_back' {
    return this.#events.since(seq);
  }

  /** The message of this seq, if it can still be found. */
  message(seq: number): Extract<RecordedLiveEvent, { name: 'chat:message' }> | null {
    const event = this.#events.at(seq);
    return event?.name === 'chat:message' ? event : null;
  }

  /** The last messages that were not deleted, oldest first. */
  messages(limit: number): Extract<RecordedLiveEvent, { name: 'chat:message' }>[] {
    // Deleted ones are left out after so many have been read: who deletes a lot is shown a little less.
    return this.#events
      .latest('chat:message', limit * 2)
      .filter((event) => event.name === 'chat:message' && event.data.text !== null)
      .slice(-limit) as Extract<RecordedLiveEvent, { name: 'chat:message' }>[]; // `latest` gives events of one name
  }

  /** Takes the text out of a message, here and later in the archive. */
  redact(message: Extract<RecordedLiveEvent, { name: 'chat:message' }>): void {
    this.#events.rewrite({ seq: message.seq, data: { ...message.data, text: null } });
    // It may be on its way into the archive at this moment.
    this.#sql.exec('insert or ignore into rewritten_events values (?)', message.seq);
  }

  archivedThrough(): number {
    return this.#kv.get<number>(ARCHIVED_THROUGH) ?? 0;
  }

  /** Through which seq the archive has the log as it is now. */
  #settledThrough(): number {
    const { first } = this.#sql
      .exec<{ first: number | null }>('select min(seq) as first from rewritten_events')
      .one();
    return Math.min(this.archivedThrough(), first === null ? Number.POSITIVE_INFINITY : first - 1);
  }

  /** What the archive does not have yet, or has as it was before; at most `limit` events. */
  unarchived(limit: number): RecordedLiveEvent[] {
    const rewritten = this.#sql
      .exec<{ seq: number }>(
        'select seq from rewritten_events where seq <= ? order by seq limit ?',
        this.archivedThrough(),
        limit,
      )
      .toArray()
      .flatMap(({ seq }) => this.#events.at(seq) ?? []);
    return [...rewritten, ...this.#events.tail(this.archivedThrough(), limit - rewritten.length)];
  }

  /** The archive has these now. */
  archived(events: readonly RecordedLiveEvent[]): void {
    for (const event of events) {
      const isAsItWas = event.name === 'chat:message' && event.data.text !== null;
      if (!isAsItWas) this.#sql.exec('delete from rewritten_events where seq = ?', event.seq);
    }
    const through = Math.max(this.archivedThrough(), ...events.map(({ seq }) => seq));
    this.#kv.put(ARCHIVED_THROUGH, through);
    this.#events.trim();
  }
}
