import type { Seat } from '#domain/live/attendance.ts';

/** What a seat holds of media: the ids that it was given, and may name. */
export type SeatMedia = { send: string | null; receive: string | null; consumers: string[] };

const NO_MEDIA: SeatMedia = { send: null, receive: null, consumers: [] };

/** A seat as the room keeps it. `seenAt` is when its socket was last known to be there. */
export type KeptSeat = Seat & { seenAt: Date };

type SeatRow = { participant_id: string; user_id: string; seen_at: number; away_since: number | null };

/** The seats of the room: one per socket, kept for a while after the socket is lost. */
export class Seats {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `create table if not exists seats (
         participant_id text primary key, user_id text not null, seen_at integer not null, away_since integer,
         media text not null
       ) without rowid;
       create index if not exists seats_user on seats (user_id)`,
    );
  }

  find(participantId: string): KeptSeat | null {
    return this.#select('where participant_id = ?', participantId)[0] ?? null;
  }

  all(): KeptSeat[] {
    return this.#select('');
  }

  of(userId: string): KeptSeat[] {
    return this.#select('where user_id = ?', userId);
  }

  count(): { all: number; taken: number } {
    return this.#sql
      .exec<{ all: number; taken: number }>(
        'select count(*) as "all", count(*) filter (where away_since is null) as taken from seats',
      )
      .one();
  }

  /** Since when the seat is empty that has been so for longest; null: none is. */
  firstAway(): Date | null {
    const { first } = this.#sql
      .exec<{ first: number | null }>('select min(away_since) as first from seats')
      .one();
    return first === null ? null : new Date(first);
  }

  /** Somebody sits down, or comes back to their seat. */
  take(participantId: string, userId: string, now: Date): void {
    this.#sql.exec(
      `insert into seats (participant_id, user_id, seen_at, media) values (?, ?, ?, ?)
       on conflict do update set seen_at = excluded.seen_at, away_since = null`,
      participantId,
      userId,
      now.getTime(),
      JSON.stringify(NO_MEDIA),
    );
  }

  /** The seat's socket is gone since `awaySince`. `seen`: it was there until then. */
  leave(participantId: string, awaySince: Date, { seen }: { seen: boolean }): void {
    this.#sql.exec(
      `update seats set away_since = ?, seen_at = case when ? then ? else seen_at end where participant_id = ?`,
      awaySince.getTime(),
      seen ? 1 : 0,
      awaySince.getTime(),
      participantId,
    );
  }

  /** Everybody whose socket is not known to be gone is here now. */
  seen(now: Date): void {
    this.#sql.exec('update seats set seen_at = ? where away_since is null', now.getTime());
  }

  remove(participantId: string): void {
    this.#sql.exec('delete from seats where participant_id = ?', participantId);
  }

  media(participantId: string): SeatMedia | null {
    const [row] = this.#sql
      .exec<{ media: string }>('select media from seats where participant_id = ?', participantId)
      .toArray();
    return row ? JSON.parse(row.media) : null;
  }

  setMedia(participantId: string, media: SeatMedia | null): void {
    this.#sql.exec(
      'update seats set media = ? where participant_id = ?',
      JSON.stringify(media ?? NO_MEDIA),
      participantId,
    );
  }

  #select(which: string, ...bindings: string[]): KeptSeat[] {
    return this.#sql
      .exec<SeatRow>(`select participant_id, user_id, seen_at, away_since from seats ${which}`, ...bindings)
      .toArray()
      .map(({ participant_id, user_id, seen_at, away_since }) => ({
        participantId: participant_id,
        userId: user_id,
        seenAt: new Date(seen_at),
        awaySince: away_since === null ? null : new Date(away_since),
      }));
  }
}
