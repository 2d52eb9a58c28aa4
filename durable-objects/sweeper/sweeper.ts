import { DurableObject } from 'cloudflare:workers';
import { database } from '#db/client.ts';
import { forgetIdempotencyKeys, ordersOwing } from '#db/queries/owed.ts';
import type { Env } from '../env.ts';
import { orderRoom } from '../stubs.ts';

const SWEEP_EVERY_MS = 30_000;
/** More was found than one batch takes: go on soon. */
const SWEEP_ON_MS = 1_000;
/** A room that is well has carried out what it owes long before. */
const PATIENCE_MS = 15_000;
const BATCH = 100;
/** An invocation has six outgoing connections. */
const AT_ONCE = 6;
const WAKE_TIMEOUT_MS = 10_000;
const KEEP_IDEMPOTENCY_KEYS_MS = 24 * 3_600_000;

const LAST_SWEPT = 'last_swept';

/**
 * Wakes rooms that owe something old: their alarm was lost, or they died between the commit and the alarm. There is
 * one sweeper; it keeps itself going by its alarm.
 */
export class Sweeper extends DurableObject<Env> {
  now: () => Date = () => new Date();

  /** Starts the sweeping, if it is not going on already. */
  async ensureRunning(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(this.now());
  }

  override async alarm(): Promise<void> {
    let next = SWEEP_EVERY_MS;
    try {
      const { found } = await this.#sweep();
      if (found === BATCH) next = SWEEP_ON_MS;
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', message: 'sweep failed', error: String(error) }));
    }
    await this.ctx.storage.setAlarm(this.now().getTime() + next);
  }

  /** Wakes one batch of rooms and says how many woke without error. Throws when the database does not answer. */
  async sweep(): Promise<{ woken: number }> {
    const { woken } = await this.#sweep();
    return { woken };
  }

  async #sweep(): Promise<{ found: number; woken: number }> {
    const db = database(this.env);
    const now = this.now().getTime();
    // Every batch goes on after the last one's end, so that rooms which keep failing never crowd out the others.
    const after = this.ctx.storage.kv.get<string>(LAST_SWEPT) ?? null;
    const orderIds = await ordersOwing(db, { before: new Date(now - PATIENCE_MS), after, limit: BATCH });
    const last = orderIds.length === BATCH ? orderIds.at(-1) : undefined;
    if (last === undefined) this.ctx.storage.kv.delete(LAST_SWEPT);
    else this.ctx.storage.kv.put(LAST_SWEPT, last);

    const waiting = orderIds.values();
    let woken = 0;
    const wakeInTurn = async () => {
      for (const orderId of waiting) {
        if (await this.#wake(orderId)) woken += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, wakeInTurn));
    await forgetIdempotencyKeys(db, new Date(now - KEEP_IDEMPOTENCY_KEYS_MS));
    return { found: orderIds.length, woken };
  }

  async #wake(orderId: string): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('timed out')), WAKE_TIMEOUT_MS);
      });
      await Promise.race([orderRoom(this.env, orderId).wake(orderId), timeout]);
      return true;
    } catch (error) {
      console.warn(
        JSON.stringify({ level: 'warn', message: 'room did not wake', orderId, error: String(error) }),
      );
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
