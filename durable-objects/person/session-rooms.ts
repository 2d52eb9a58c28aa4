import pMap from 'p-map';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { liveRoom, orderRoom } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';

/** A room where a session of the person has a socket. */
export type Room = { kind: 'order' | 'live'; id: string };

/** Where the person's sessions have sockets, so that the end of a session reaches them all. */
export class SessionRooms {
  readonly #sql: SqlStorage;
  readonly #env: Env;

  constructor(sql: SqlStorage, env: Env) {
    this.#sql = sql;
    this.#env = env;
    sql.exec(
      `create table if not exists session_rooms (
         session_id text not null, kind text not null, room_id text not null, ended integer not null default 0,
         primary key (session_id, kind, room_id)
       ) without rowid`,
    );
  }

  enter(sessionId: string, { kind, id }: Room): void {
    this.#sql.exec(
      'insert or ignore into session_rooms (session_id, kind, room_id) values (?, ?, ?)',
      sessionId,
      kind,
      id,
    );
  }

  leave(sessionId: string, { kind, id }: Room): void {
    this.#sql.exec(
      'delete from session_rooms where session_id = ? and kind = ? and room_id = ?',
      sessionId,
      kind,
      id,
    );
  }

  /** Writes down that the rooms of these sessions must be told of their end. Says whether there are any. */
  oweEnd(sessionIds: readonly string[]): boolean {
    for (const id of sessionIds) {
      this.#sql.exec('update session_rooms set ended = 1 where session_id = ?', id);
    }
    return this.#owed().length > 0;
  }

  /** Tells all rooms that must be told. Throws when some did not answer: those are still owed. */
  async tellEnds(): Promise<void> {
    await pMap(
      this.#owed(),
      async ({ session_id, kind, room_id }) => {
        const room: Room = { kind, id: room_id };
        try {
          await within(this.#stub(room).endSession(session_id));
          this.leave(session_id, room);
        } catch (error) {
          logFailure('room not told of the end of a session', { sessionId: session_id, room }, error);
        }
      },
      { concurrency: CALLS_AT_ONCE },
    );
    const left = this.#owed().length;
    if (left > 0) throw new Error(`${left} rooms were not told of the end of a session`);
  }

  #stub({ kind, id }: Room) {
    switch (kind) {
      case 'order':
        return orderRoom(this.#env, id);
      case 'live':
        return liveRoom(this.#env, id);
    }
  }

  #owed() {
    return this.#sql
      .exec<{ session_id: string; kind: Room['kind']; room_id: string }>(
        'select session_id, kind, room_id from session_rooms where ended = 1',
      )
      .toArray();
  }
}
