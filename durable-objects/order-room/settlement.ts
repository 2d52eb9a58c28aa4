import type { Database } from '#db/client.ts';
import { markEffectsDone } from '#db/queries/order-commit.ts';
import type { OwedEffect } from '#db/queries/order-state.ts';
import { logFailure } from '../log.ts';
import { carryOut, type EffectContext } from './effects.ts';
import type { HeldOrder } from './held-order.ts';

/** Pays what an order owes to the world: carries out its effects in order, and marks in the record which are done. */
export class Settlement {
  readonly #db: Database;
  readonly #held: HeldOrder;
  readonly #context: EffectContext;
  readonly #now: () => Date;
  #running: Promise<boolean> | null = null;
  #again = false;

  constructor(db: Database, held: HeldOrder, context: EffectContext, now: () => Date) {
    this.#db = db;
    this.#held = held;
    this.#context = context;
    this.#now = now;
  }

  /**
   * Carries out all that is owed. One run at a time; what becomes owed meanwhile is taken up by the same run. Says
   * whether nothing is owed any longer; what failed stays owed. Throws only when the record is out of reach.
   */
  async settle(orderId: string): Promise<boolean> {
    this.#again = true;
    this.#running ??= this.#run(orderId);
    return this.#running;
  }

  async #run(orderId: string): Promise<boolean> {
    try {
      return await this.#drain(orderId);
    } finally {
      this.#running = null;
    }
  }

  async #drain(orderId: string): Promise<boolean> {
    const failed = new Set<OwedEffect>();
    while (this.#again) {
      this.#again = false;
      const state = await this.#held.state(orderId);
      if (!state) return true;
      const done: OwedEffect[] = [];
      for (const owed of this.#held.owed()) {
        if (failed.has(owed)) continue;
        try {
          await carryOut(owed, state, this.#context);
          done.push(owed);
        } catch (error) {
          failed.add(owed);
          logFailure('effect failed', { orderId, seq: owed.seq, kind: owed.effect.kind }, error);
        }
      }
      await markEffectsDone(this.#db, orderId, done, this.#now());
      this.#held.settled(done);
    }
    return this.#held.owed().length === 0;
  }
}
