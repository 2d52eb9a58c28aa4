import type { Database } from '#db/client.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import { keepStep, RECEIVABLE_TAKEN, STEP_MOVED } from '#db/queries/money.ts';
import {
  COMMAND_DONE_BEFORE,
  type Commit,
  commitDecision,
  EVENT_SEQ_TAKEN,
} from '#db/queries/order-commit.ts';
import { type OwedEffect, readCommandSeq, readOrderRecord } from '#db/queries/order-state.ts';
import type { OrderState } from '#domain/orders/order.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import type { PaymentStep } from '#domain/payments/payment.ts';

/** How often one commit is tried when no answer comes back. Each try waits as long as a statement may. */
const COMMIT_TRIES = 2;

/**
 * What became of a commit:
 * - `committed`: it stands in the record.
 * - `done_before`: the same command was committed earlier, by a run whose answer was lost.
 * - `beaten`: another command took its seq, or what the payee owed; nothing of it happened.
 * - `unknown`: no answer came. Whoever reads the record next learns it.
 */
export type CommitOutcome = 'committed' | 'done_before' | 'beaten' | 'unknown';

type Listener = {
  /** The seq of the last event that the room's log holds. */
  head: () => number;
  /** Events that the record holds beyond the log, in order; told in the same synchronous step as the state changes. */
  tell: (events: RecordedEvent[]) => void;
  /** The record says that something is owed from an earlier life. */
  owe: (orderId: string) => void;
};

/**
 * The room's hold on its order. The record in Postgres is the truth; what is held here is its state as of the last
 * event that the room told, and the effects that it still owes. Read once a wake, then kept in step by each commit.
 */
export class HeldOrder {
  readonly #db: Database;
  readonly #listener: Listener;
  #state: OrderState | null | undefined;
  /** While the state is not sure: what it would be if the commit without an answer had happened. */
  #presumed: OrderState | null = null;
  #owed: OwedEffect[] = [];
  #reading: Promise<OrderState | null> | null = null;

  constructor(db: Database, listener: Listener) {
    this.#db = db;
    this.#listener = listener;
  }

  /** The state, from memory or the record; null when there is no such order. Throws when the record is out of reach. */
  async state(orderId: string): Promise<OrderState | null> {
    if (this.#state !== undefined) return this.#state;
    this.#reading ??= this.#read(orderId).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /**
   * The state for what nobody can wait for, such as where the provider is: while it is not sure and the record is out of
   * reach, it goes on as presumed. A commit that may have ended the work counts as if it had.
   */
  async presumedState(orderId: string): Promise<OrderState | null> {
    return this.#state ?? this.#presumed ?? this.state(orderId);
  }

  /** What is still to be carried out, oldest first, as far as the held state knows. */
  owed(): readonly OwedEffect[] {
    return this.#owed;
  }

  /** These effects are done, in the record too. */
  settled(done: readonly OwedEffect[]): void {
    this.#owed = this.#owed.filter((effect) => !done.includes(effect));
  }

  /** The record may have moved on: read it before anything else is decided. Never while a commit is under way. */
  forget(): void {
    this.#presumed = this.#state ?? this.#presumed;
    this.#state = undefined;
  }

  /** Writes a decision into the record and, when that is sure, takes it over and tells its event. */
  async commit(orderId: string, commit: Commit): Promise<CommitOutcome> {
    const outcome = await this.#write(orderId, commit).catch((error) => {
      this.forget();
      throw error;
    });
    if (outcome !== 'committed') {
      this.forget();
      if (outcome === 'unknown') this.#presumed = commit.decision.state;
      return outcome;
    }
    const { state, event, effects } = commit.decision;
    const seq = state.order.version;
    this.#state = state;
    this.#owed = [...this.#owed, ...effects.map((effect, position) => ({ seq, position, effect }))];
    this.#listener.tell([{ ...event, seq, at: state.order.updatedAt }]);
    return outcome;
  }

  /**
   * Changes a step of the order's payment alone. Says whether it was still as it was before; if not, the record is read
   * anew. Never while a commit is under way. Throws when the record is out of reach.
   */
  async keepStep(before: PaymentStep, after: PaymentStep): Promise<boolean> {
    const kept = await keepStep(this.#db, before, after).catch((error) => {
      this.forget();
      throw error;
    });
    const state = this.#state;
    if (!kept || !state?.money) {
      this.forget();
      return kept;
    }
    const steps = state.money.steps.map((step) => (step.id === after.id ? after : step));
    this.#state = { ...state, money: { ...state.money, steps } };
    return true;
  }

  async #write(orderId: string, commit: Commit): Promise<CommitOutcome> {
    const { commandId } = commit;
    for (let attempt = 1; attempt <= COMMIT_TRIES; attempt++) {
      try {
        await commitDecision(this.#db, commit);
        return 'committed';
      } catch (error) {
        const failure = databaseFailure(error);
        if (failure?.kind === 'unknown') continue;
        if (failure?.kind !== 'constraint' || !RACES.has(failure.constraint)) throw error;
        const doneAs = await readCommandSeq(this.#db, orderId, commandId);
        if (doneAs === null) return 'beaten';
        // After a try without an answer it was this very decision; on the first try it was an earlier life's.
        return attempt > 1 && doneAs === commit.decision.state.order.version ? 'committed' : 'done_before';
      }
    }
    return 'unknown';
  }

  async #read(orderId: string): Promise<OrderState | null> {
    const { state, news, owed } = await readOrderRecord(this.#db, orderId, this.#listener.head());
    this.#state = state ?? undefined;
    this.#owed = owed;
    this.#listener.tell(news);
    if (owed.length > 0) this.#listener.owe(orderId);
    return state;
  }
}

/** Constraints that a commit meets when something has moved since it was decided. */
const RACES = new Set([EVENT_SEQ_TAKEN, COMMAND_DONE_BEFORE, STEP_MOVED, RECEIVABLE_TAKEN]);
