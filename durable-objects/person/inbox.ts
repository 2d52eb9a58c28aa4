import type { PersonEventData } from '#contract/events.ts';
import type { NoticeKind } from '#domain/orders/effects.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { EventLog } from '../realtime/event-log.ts';
import { eventFrame } from '../realtime/frames.ts';
import type { SocketAttachment, Sockets } from '../realtime/sockets.ts';

/** An order offered to this person; its place in `order` is the blurred one, and so is the distance to it. */
export type Offer = { orderId: string; version: number; order: OrderView; distanceMeters: number };

/** What happened to something of theirs. `orderSeq` is the seq of the order's event that it is about. */
export type Notice = { about: NoticeKind; orderId: string; orderSeq: number };

type DurableName = 'offer:created' | 'offer:withdrawn' | 'notice';
type InboxEvent = {
  [N in DurableName]: { seq: number; name: N; data: PersonEventData[N]; at: Date };
}[DurableName];

/** What was delivered is remembered for as many as these, to know it again when it comes twice. */
const REMEMBERED = 1_000;

/**
 * What reaches the person wherever they are: offers and notices, in the order in which they came, numbered. Rooms and
 * cells tell at least once; what comes again is left out.
 */
export class Inbox {
  readonly #sql: SqlStorage;
  readonly #log: EventLog<InboxEvent>;
  readonly #sockets: Sockets<SocketAttachment>;
  readonly #now: () => Date;

  constructor(sql: SqlStorage, sockets: Sockets<SocketAttachment>, now: () => Date) {
    this.#sql = sql;
    this.#log = new EventLog(sql);
    this.#sockets = sockets;
    this.#now = now;
    sql.exec(`
      create table if not exists offers (
        n integer primary key, order_id text unique not null, version integer not null, open integer not null
      );
      create table if not exists notices (
        n integer primary key, order_id text not null, order_seq integer not null, about text not null,
        unique (order_id, order_seq, about)
      );
    `);
  }

  /** Tells of an order nearby, unless this version of it, or a later one, was told already. */
  offer({ orderId, version, order, distanceMeters }: Offer): void {
    const held = this.#offer(orderId);
    if (held && held.version >= version) return;
    this.#sql.exec(
      'insert or replace into offers (order_id, version, open) values (?, ?, 1)',
      orderId,
      version,
    );
    this.#forgetOld('offers');
    this.#tell('offer:created', { order, distanceMeters });
  }

  /** Takes an offer back, if it stands. */
  withdraw(orderId: string): void {
    if (!this.#offer(orderId)?.open) return;
    this.#sql.exec('update offers set open = 0 where order_id = ?', orderId);
    this.#tell('offer:withdrawn', { orderId });
  }

  notice({ about, orderId, orderSeq }: Notice): void {
    const { rowsWritten } = this.#sql.exec(
      'insert or ignore into notices (order_id, order_seq, about) values (?, ?, ?)',
      orderId,
      orderSeq,
      about,
    );
    if (rowsWritten === 0) return;
    this.#forgetOld('notices');
    this.#tell('notice', { about, orderId, orderSeq });
  }

  /**
   * The frames that bring a joining socket up to date: what came after `since` (null: nothing), then how far it is now.
   * Who missed more than is kept gets what is kept, and sees the gap in the numbers; a `since` that never was
   * starts from the beginning of what is kept, and `through` says so.
   */
  catchUp(since: number | null): string[] {
    const through = this.#log.head();
    const resumed = eventFrame({ name: 'room:resumed', data: { through }, at: this.#now() });
    if (since === null) return [resumed];
    return [...this.#log.tail(since > through ? 0 : since).map(eventFrame), resumed];
  }

  #tell<N extends DurableName>(name: N, data: PersonEventData[N]): void {
    // The name and its data go together by the signature, which a union cannot be told.
    const event = { seq: this.#log.head() + 1, name, data, at: this.#now() } as InboxEvent;
    this.#log.append([event]);
    this.#sockets.broadcast(eventFrame(event));
  }

  #offer(orderId: string): { version: number; open: number } | undefined {
    return this.#sql
      .exec<{ version: number; open: number }>('select version, open from offers where order_id = ?', orderId)
      .toArray()[0];
  }

  #forgetOld(table: 'offers' | 'notices'): void {
    this.#sql.exec(`delete from ${table} where n <= (select max(n) from ${table}) - ?`, REMEMBERED);
  }
}
