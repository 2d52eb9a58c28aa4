import pMap from 'p-map';
import type { Fix, FixFlag } from '#domain/tracking/fix.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { orderRoom } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';

/** The orders that the person is carrying out: their fixes go to these rooms. */
export class Assignments {
  readonly #sql: SqlStorage;
  readonly #env: Env;

  constructor(sql: SqlStorage, env: Env) {
    this.#sql = sql;
    this.#env = env;
    sql.exec('create table if not exists assignments (order_id text primary key) without rowid');
  }

  add(orderId: string): void {
    this.#sql.exec('insert or ignore into assignments values (?)', orderId);
  }

  remove(orderId: string): void {
    this.#sql.exec('delete from assignments where order_id = ?', orderId);
  }

  /** The orders, without the one whose room has the fix already. */
  except(room: string | null): string[] {
    return this.#sql
      .exec<{ order_id: string }>('select order_id from assignments where order_id is not ?', room)
      .toArray()
      .map(({ order_id }) => order_id);
  }

  /** Passes a fix on to rooms. One that does not take it gets the next; nobody else waits for it longer than bounded. */
  async pass(
    orderIds: readonly string[],
    userId: string,
    fix: Fix & { flagged: FixFlag | null },
  ): Promise<void> {
    await pMap(
      orderIds,
      (orderId) =>
        within(orderRoom(this.#env, orderId).applyFix(orderId, userId, fix)).catch((error) =>
          logFailure('fix not passed to room', { orderId }, error),
        ),
      { concurrency: CALLS_AT_ONCE },
    );
  }
}
