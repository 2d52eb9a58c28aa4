import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import { readCommandFacts } from '#db/queries/order-state.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Actor, OrderCommand } from '#domain/orders/commands.ts';
import { commandOf, deadlineOf } from '#domain/orders/deadlines.ts';
import { decide } from '#domain/orders/decide.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { answerTo } from './answer.ts';
import { CommandQueue, QueueFullError } from './command-queue.ts';
import type { CommandAnswer, CommandTicket, GivenCommand } from './given-command.ts';
import type { HeldOrder } from './held-order.ts';
import type { ProviderTracking } from './provider-tracking.ts';
import type { Crossing } from './tracking-store.ts';

/** How often a command that was beaten to its seq is decided anew. Only another instance of the room can beat it. */
const MOST_RACES = 3;

/** What a room lends its commander. */
export type CommanderContext = {
  db: Database;
  held: HeldOrder;
  tracking: ProviderTracking;
  now: () => Date;
  /** Before anything is written: something may soon be owed. */
  beforeCommit: () => void;
  /** The state moved on: deadlines may have changed, effects are owed. */
  afterCommit: (state: OrderState) => void;
};

/** Runs commands on one order, each alone: decide on the current state, commit, take over. Nothing else changes an order. */
export class Commander {
  readonly #context: CommanderContext;
  readonly #queue = new CommandQueue();
  #committing = false;

  constructor(context: CommanderContext) {
    this.#context = context;
  }

  /** A command that a person gives. Refusals come back as data; only a broken invariant throws. */
  async give(
    orderId: string,
    given: GivenCommand,
    userId: string,
    ticket: CommandTicket,
  ): Promise<Result<CommandAnswer, Rejection>> {
    return this.#inTurn(async () => {
      const { db, held } = this.#context;
      const state = await held.state(orderId);
      // The role as it stands in the record now: a token may be ten minutes behind.
      const facts = await readCommandFacts(db, { orderId, commandId: ticket.commandId, userId });
      if (facts.role === null) return err({ code: 'FORBIDDEN', message: 'Your account is no longer there.' });
      const actor: Actor = { kind: 'person', userId, role: facts.role };
      const command = this.#complete(given, state);
      if (state && facts.doneAs !== null) return ok(answerTo(command, state, actor));
      return this.#carryOut(orderId, command, actor, ticket);
    });
  }

  /** Gives the command of the order's deadline, if that has passed. `anew`: whatever is held, the record is asked first. */
  async enforceDeadline(
    orderId: string,
    { anew }: { anew: boolean },
  ): Promise<Result<CommandAnswer | null, Rejection>> {
    return this.#inTurn<CommandAnswer | null>(async () => {
      if (anew) this.#context.held.forget();
      const state = await this.#context.held.state(orderId);
      const deadline = state && deadlineOf(state);
      if (!deadline || deadline.at > this.#context.now()) return ok(null);
      return this.#carryOut(orderId, commandOf(deadline.name), { kind: 'system' }, ownTicket());
    });
  }

  /** The provider crossed the arrival fence. Its id makes a crossing that is recorded again the same event. */
  async recordCrossing(
    orderId: string,
    { id, providerId, side, distanceMeters }: Crossing,
  ): Promise<Result<CommandAnswer, Rejection>> {
    const actor: Actor = { kind: 'person', userId: providerId, role: 'provider' };
    const ticket = { commandId: id, idempotency: null };
    return this.#inTurn(() =>
      this.#carryOut(orderId, { name: 'cross', side, distanceMeters }, actor, ticket),
    );
  }

  /** Whether a commit is under way, whose effects nobody knows of yet. */
  isCommitting(): boolean {
    return this.#committing;
  }

  async #carryOut(
    orderId: string,
    command: OrderCommand,
    actor: Actor,
    { commandId, idempotency }: CommandTicket,
  ): Promise<Result<CommandAnswer, Rejection>> {
    const { held, now, beforeCommit, afterCommit } = this.#context;
    for (let race = 0; race < MOST_RACES; race++) {
      const before = await held.state(orderId);
      const decided = decide(before, command, actor, now());
      if (!decided.ok) return decided;

      const decision = decided.value;
      const answer = answerTo(command, decision.state, actor);
      beforeCommit();
      this.#committing = true;
      const outcome = await held
        .commit(orderId, {
          commandId,
          decision,
          deadlineAt: deadlineOf(decision.state)?.at ?? null,
          answer: idempotency && { ref: idempotency, ...answer },
        })
        .finally(() => {
          this.#committing = false;
        });
      switch (outcome) {
        case 'committed':
          afterCommit(decision.state);
          return ok(answer);
        case 'done_before': {
          const state = await held.state(orderId);
          if (!state) throw new Error('a committed command has an order');
          return ok(answerTo(command, state, actor));
        }
        case 'beaten':
          continue;
        case 'unknown':
          return err(OUT_OF_REACH);
      }
    }
    return err({ code: 'CONFLICT', message: 'This order is being changed by others. Try again.' });
  }

  /** Adds what the room knows better than the command's giver. */
  #complete(given: GivenCommand, state: OrderState | null): OrderCommand {
    if (given.name !== 'start') return given;
    const fix = state && this.#context.tracking.arrivalFix(state.order);
    return { name: 'start', arrival: { fix, media: 'unverified' } };
  }

  async #inTurn<T>(work: () => Promise<Result<T, Rejection>>): Promise<Result<T, Rejection>> {
    try {
      return await this.#queue.run(work);
    } catch (error) {
      if (error instanceof QueueFullError) return err(BUSY);
      if (databaseFailure(error)?.kind === 'unknown') return err(OUT_OF_REACH);
      throw error;
    }
  }
}

/** The record does not answer: nothing can be decided, and what was being committed may or may not have been. */
export const OUT_OF_REACH: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The order could not be reached just now. Try again in a moment.',
};

const BUSY: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Too much is happening on this order just now. Try again in a moment.',
};

/** What the room does by itself needs no key: its guards make a second time harmless. */
function ownTicket(): CommandTicket {
  return { commandId: uuidv7(), idempotency: null };
}
