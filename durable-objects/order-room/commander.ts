import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import type { IdempotencyRef } from '#db/queries/idempotency.ts';
import { readCommandFacts } from '#db/queries/order-state.ts';
import { readPayeeFacts } from '#db/queries/payee-facts.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Actor, ArrivalFacts, OrderCommand } from '#domain/orders/commands.ts';
import { commandOf, deadlineOf } from '#domain/orders/deadlines.ts';
import { decide } from '#domain/orders/decide.ts';
import type { Decision, Verdict } from '#domain/orders/decision.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { afterFact, afterStep } from '#domain/orders/paying.ts';
import type { Card } from '#domain/payments/attempts.ts';
import { NEW_PAYEE, type PayeeFacts, type PaymentStep } from '#domain/payments/payment.ts';
import type { StripeFact } from '#domain/payments/stripe-facts.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { answerTo } from './answer.ts';
import { CommandQueue, QueueFullError } from './command-queue.ts';
import type { CardCommand, CommandAnswer, CommandTicket, GivenCommand } from './given-command.ts';
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
  /** Whether the provider's media flows, as far as is known. */
  media: () => ArrivalFacts['media'];
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
      const state = await this.#context.held.state(orderId);
      const actor = await this.#actor(orderId, ticket.commandId, userId);
      if (!actor.ok) return actor;
      const { doneAs } = actor.value;
      const command = this.#complete(given, state);
      if (state && doneAs !== null) {
        const done = await this.#stateSince(orderId, doneAs);
        return ok(answerTo(command, done, actor.value.actor));
      }
      return this.#carryOut(orderId, command, actor.value.actor, ticket);
    });
  }

  /**
   * A command that charges a card: `card` finds out which, between two looks at the order, because Stripe must not be waited
   * for in turn. `done_before`: it was carried out earlier.
   */
  async giveWithCard(
    orderId: string,
    given: CardCommand,
    userId: string,
    { commandId }: CommandTicket,
    card: () => Promise<Result<Card, Rejection>>,
  ): Promise<Result<'committed' | 'done_before', Rejection>> {
    const { held, now } = this.#context;
    const commandWith = (card: Card): OrderCommand =>
      given.name === 'accept'
        ? { name: 'accept', applicationId: given.applicationId, paymentId: uuidv7(), card }
        : { name: 'pay', card };
    const looked = await this.#inTurn<Actor | 'done_before'>(async () => {
      const state = await held.state(orderId);
      const actor = await this.#actor(orderId, commandId, userId);
      if (!actor.ok) return actor;
      const { doneAs } = actor.value;
      if (state && doneAs !== null) {
        await this.#stateSince(orderId, doneAs);
        return ok('done_before');
      }
      // What would be refused whatever the card is refused before anybody's cards are looked at.
      const decided = decide(state, commandWith(NO_CARD), actor.value.actor, now());
      return decided.ok ? ok(actor.value.actor) : decided;
    });
    if (!looked.ok) return looked;
    if (looked.value === 'done_before') return ok('done_before');
    const found = await card();
    if (!found.ok) return found;
    const actor = looked.value;
    const ticket = { commandId, idempotency: null };
    const done = await this.#inTurn(() => this.#carryOut(orderId, commandWith(found.value), actor, ticket));
    return done.ok ? ok('committed') : done;
  }

  /** Takes in the end of one of the payment's steps. Throws when the record is out of reach. */
  async settleStep(orderId: string, stepId: string, outcome: Parameters<typeof afterStep>[2]): Promise<void> {
    await this.#follow(orderId, (state, payee, now) => afterStep(state, stepId, outcome, payee, now));
  }

  /** Takes in what Stripe has. Throws when the record is out of reach. */
  async takeFact(orderId: string, fact: StripeFact): Promise<void> {
    await this.#follow(orderId, (state, payee, now) => afterFact(state, fact, payee, now));
  }

  /** Changes one of the payment's steps alone, in its turn. Says whether it was still as it was before. */
  async keepStep(orderId: string, before: PaymentStep, after: PaymentStep): Promise<boolean> {
    return this.#queue.run(async () => {
      // A step is changed in the state that is held, so there has to be one.
      await this.#context.held.state(orderId);
      return this.#context.held.keepStep(before, after);
    });
  }

  /** Gives the command of the order's deadline, if that has passed. `anew`: whatever is held, the record is asked first. */
  async enforceDeadline(
    orderId: string,
    { anew }: { anew: boolean },
  ): Promise<Result<OrderState | null, Rejection>> {
    return this.#inTurn<OrderState | null>(async () => {
      if (anew) this.#context.held.forget();
      if (!(await this.#context.held.state(orderId))) return ok(null);
      return this.#decideAndCommit(
        orderId,
        uuidv7(),
        (state, payee) => this.#decideDeadline(state, payee),
        // Its guards make a second time harmless: it needs no key.
        { paysOut: () => true, idempotency: null },
      );
    });
  }

  /** What the deadline that has passed asks for. Another instance may have enforced it already, or moved it. */
  #decideDeadline(state: OrderState | null, payee: PayeeFacts): Verdict | null {
    const now = this.#context.now();
    const deadline = state && deadlineOf(state);
    if (!deadline || deadline.at > now) return null;
    return decide(state, commandOf(deadline.name), { kind: 'system' }, now, payee);
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
    const { now } = this.#context;
    const answer = (state: OrderState) => answerTo(command, state, actor);
    const outcome = await this.#decideAndCommit(
      orderId,
      commandId,
      (state, payee) => decide(state, command, actor, now(), payee),
      { paysOut: () => PAY_OUT.has(command.name), idempotency: idempotency && { ref: idempotency, answer } },
    );
    return outcome.ok ? ok(answer(outcome.value)) : outcome;
  }

  /** What Stripe says cannot be refused, only be known already. */
  async #follow(
    orderId: string,
    decideOn: (state: OrderState, payee: PayeeFacts, now: Date) => Decision | null,
  ): Promise<void> {
    const result = await this.#inTurn<OrderState | null>(async () => {
      if (!(await this.#context.held.state(orderId))) return ok(null);
      return this.#decideAndCommit(
        orderId,
        uuidv7(),
        (current, payee) => {
          const decision = current && decideOn(current, payee, this.#context.now());
          return decision ? ok(decision) : null;
        },
        { paysOut: ({ money }) => (money?.payment.goal.payee ?? null) !== null, idempotency: null },
      );
    });
    if (!result.ok) throw new Error(`what Stripe says was not taken in: ${result.error.message}`);
  }

  /**
   * Decides on the order as it is and commits, anew whenever something was faster. `decideOn` gives null when nothing is to be
   * done. `paysOut`: the decision may pay the provider, so that it is known how they can be paid.
   */
  async #decideAndCommit(
    orderId: string,
    commandId: string,
    decideOn: (state: OrderState | null, payee: PayeeFacts) => Verdict | null,
    how: {
      paysOut: (before: OrderState) => boolean;
      idempotency: { ref: IdempotencyRef; answer: (state: OrderState) => CommandAnswer } | null;
    },
  ): Promise<Result<OrderState, Rejection>> {
    const { held, beforeCommit, afterCommit } = this.#context;
    let looked = false;
    for (let race = 0; race < MOST_RACES; race++) {
      const before = await held.state(orderId);
      const decided = decideOn(
        before,
        before && how.paysOut(before) ? await this.#payeeOf(before) : NEW_PAYEE,
      );
      if (!decided) {
        if (!before) throw new Error('only an order has news');
        if (looked) return ok(before);
        // No commit would show that this instance has fallen behind another, and news would be lost.
        looked = true;
        held.forget();
        continue;
      }
      if (!decided.ok) return decided;

      const decision = decided.value;
      beforeCommit();
      this.#committing = true;
      const outcome = await held
        .commit(orderId, {
          commandId,
          decision,
          deadlineAt: deadlineOf(decision.state)?.at ?? null,
          answer: how.idempotency && {
            ref: how.idempotency.ref,
            ...how.idempotency.answer(decision.state),
          },
        })
        .finally(() => {
          this.#committing = false;
        });
      switch (outcome) {
        case 'committed':
          afterCommit(decision.state);
          return ok(decision.state);
        case 'done_before': {
          const state = await held.state(orderId);
          if (!state) throw new Error('a committed command has an order');
          return ok(state);
        }
        case 'beaten':
          continue;
        case 'unknown':
          return err(OUT_OF_REACH);
      }
    }
    return err({ code: 'CONFLICT', message: 'This order is being changed by others. Try again.' });
  }

  /** The state as of an event that the record has, or later: another instance of the room may have written it. */
  async #stateSince(orderId: string, seq: number): Promise<OrderState> {
    const { held } = this.#context;
    const known = await held.state(orderId);
    if (known && known.order.version >= seq) return known;
    held.forget();
    const state = await held.state(orderId);
    if (!state) throw new Error('a committed command has an order');
    return state;
  }

  /** Who gives a command, and as which event it was carried out before. Their role is the record's: a token may be ten minutes behind. */
  async #actor(
    orderId: string,
    commandId: string,
    userId: string,
  ): Promise<Result<{ actor: Actor; doneAs: number | null }, Rejection>> {
    const { role, doneAs } = await readCommandFacts(this.#context.db, { orderId, commandId, userId });
    if (role === null) return err({ code: 'FORBIDDEN', message: 'Your account is no longer there.' });
    return ok({ actor: { kind: 'person', userId, role }, doneAs });
  }

  async #payeeOf(state: OrderState): Promise<PayeeFacts> {
    const { payment } = state.money ?? {};
    if (!payment?.payeeId) return NEW_PAYEE;
    return readPayeeFacts(this.#context.db, payment.payeeId, payment.currency);
  }

  /** Adds what the room knows better than the command's giver. */
  #complete(given: GivenCommand, state: OrderState | null): OrderCommand {
    if (given.name !== 'start') return given;
    const fix = state && this.#context.tracking.arrivalFix(state.order);
    return { name: 'start', arrival: { fix, media: this.#context.media() } };
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

/** The commands after which the provider may be owed their pay. */
const PAY_OUT: ReadonlySet<OrderCommand['name']> = new Set(['release', 'resolve', 'cancel']);

/** Stands for a card where it does not matter which. */
const NO_CARD: Card = { customerId: '', paymentMethodId: '' };

/** The record does not answer: nothing can be decided, and what was being committed may or may not have been. */
export const OUT_OF_REACH: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The order could not be reached just now. Try again in a moment.',
};

const BUSY: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Too much is happening on this order just now. Try again in a moment.',
};
