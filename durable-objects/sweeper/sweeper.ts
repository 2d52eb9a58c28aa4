import { DurableObject } from 'cloudflare:workers';
import pMap from 'p-map';
import { type Database, database } from '#db/client.ts';
import { forgetIdempotencyKeys, ordersOwing } from '#db/queries/owed.ts';
import { forgetStripeEvents } from '#db/queries/stripe-events.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { orderRoom } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';
import { compareCapturedPayments, compareSilentPayments } from './compared-payments.ts';
import { applyLeftEvents } from './left-events.ts';

const SWEEP_EVERY_MS = 30_000;
/** More was found than one batch takes: go on soon. */
const SWEEP_ON_MS = 1_000;
/** A room that is well has carried out what it owes long before. */
const PATIENCE_MS = 15_000;
const BATCH = 100;
const KEEP_IDEMPOTENCY_KEYS_MS = 24 * 3_600_000;
/** Stripe tells again for three days; people may look at what it told for longer. */
const KEEP_STRIPE_EVENTS_MS = 90 * 24 * 3_600_000;
const EVENTS_FORGOTTEN = 1_000;

const LAST_SWEPT = 'last_swept';

/**
 * Wakes rooms that owe something old: their alarm was lost, or they died between the commit and the alarm. Takes in what
 * Stripe told and nobody heard, asks it when it tells nothing, and once a day what became of captured payments. There is one sweeper; it keeps itself going by its alarm.
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
      const { more } = await this.#sweep();
      if (more) next = SWEEP_ON_MS;
    } catch (error) {
      logFailure('sweep failed', {}, error);
    }
    await this.ctx.storage.setAlarm(this.now().getTime() + next);
  }

  /** Does one batch of everything, and says how many rooms woke without error. Throws when the database does not answer. */
  async sweep(): Promise<{ woken: number }> {
    const { woken } = await this.#sweep();
    return { woken };
  }

  async #sweep(): Promise<{ more: boolean; woken: number }> {
    const db = database(this.env);
    const rooms = await this.#wakeRooms(db);
    const now = this.now();
    await forgetIdempotencyKeys(db, new Date(now.getTime() - KEEP_IDEMPOTENCY_KEYS_MS));
    const forgotten = await forgetStripeEvents(db, {
      before: new Date(now.getTime() - KEEP_STRIPE_EVENTS_MS),
      limit: EVENTS_FORGOTTEN,
    });
    const moreEvents = await applyLeftEvents(this.env, db, now);
    const { kv } = this.ctx.storage;
    await compareSilentPayments(this.env, db, kv, now);
    await compareCapturedPayments(this.env, db, kv, now);
    return {
      more: rooms.found === BATCH || moreEvents || forgotten === EVENTS_FORGOTTEN,
      woken: rooms.woken,
    };
  }

  async #wakeRooms(db: Database): Promise<{ found: number; woken: number }> {
    const now = this.now().getTime();
    // Every batch goes on after the last one's end, so that rooms which keep failing never crowd out the others.
    const after = this.ctx.storage.kv.get<string>(LAST_SWEPT) ?? null;
    const orderIds = await ordersOwing(db, { before: new Date(now - PATIENCE_MS), after, limit: BATCH });
    const last = orderIds.length === BATCH ? orderIds.at(-1) : undefined;
    if (last === undefined) this.ctx.storage.kv.delete(LAST_SWEPT);
    else this.ctx.storage.kv.put(LAST_SWEPT, last);

    const outcomes = await pMap(orderIds, (orderId) => this.#wake(orderId), { concurrency: CALLS_AT_ONCE });
    return { found: orderIds.length, woken: outcomes.filter((woke) => woke).length };
  }

  /** One room that fails is left to the next sweep, and the others are woken all the same. */
  async #wake(orderId: string): Promise<boolean> {
    try {
      await within(orderRoom(this.env, orderId).wake(orderId));
      return true;
    } catch (error) {
      logFailure('room did not wake', { orderId }, error);
      return false;
    }
  }
}
