import { CURRENCIES } from '#domain/money/currencies.ts';
import type { Env } from '#durable-objects/env.ts';
import { Cashier, type StripeNews } from '#durable-objects/order-room/cashier.ts';
import { Commander } from '#durable-objects/order-room/commander.ts';
import type { CardCommand, GivenCommand } from '#durable-objects/order-room/given-command.ts';
import { HeldOrder } from '#durable-objects/order-room/held-order.ts';
import type { ProviderTracking } from '#durable-objects/order-room/provider-tracking.ts';
import { asDatabase, type Connection } from './queries.ts';
import { Life } from './turns.ts';

const ENV: Pick<Env, 'ENVIRONMENT' | 'SETTLEMENT_CURRENCIES'> = {
  ENVIRONMENT: 'test',
  SETTLEMENT_CURRENCIES: Object.keys(CURRENCIES).join(),
};

export type RoomContext = Omit<Connection, 'life'> & {
  now: () => Date;
  /** Something is being done that nobody waits for. */
  inBackground: (what: string, work: Promise<unknown>) => void;
};

/** One instance of an order's room: its commands and its dealings with Stripe. It holds what it knows, until its life ends. */
export class SimulatedRoom {
  readonly orderId: string;
  readonly life = new Life();
  readonly #commander: Commander;
  readonly #cashier: Cashier;
  readonly #context: RoomContext;

  constructor(orderId: string, context: RoomContext) {
    this.orderId = orderId;
    this.#context = context;
    const { record, leg, now } = context;
    const db = asDatabase({ record, leg, life: this.life });
    const held = new HeldOrder(db, { head: () => 0, tell: () => {}, owe: () => {} });
    this.#commander = new Commander({
      db,
      held,
      tracking: this.#tracking(),
      media: () => 'unverified',
      now,
      beforeCommit: () => {},
      afterCommit: () => context.inBackground('steps', this.run()),
    });
    this.#cashier = new Cashier({
      env: ENV as Env, // all that it reads of it
      db,
      held,
      commander: this.#commander,
      now,
      transferRefused: () => {},
    });
  }

  async give(command: GivenCommand, userId: string, commandId: string): Promise<string> {
    const ticket = { commandId, idempotency: null };
    const given = await this.#commander.give(this.orderId, command, userId, ticket);
    return given.ok ? 'done' : given.error.code;
  }

  async charge(command: CardCommand, userId: string, commandId: string): Promise<string> {
    const ticket = { commandId, idempotency: null };
    const currency = this.#context.record.read(this.orderId)?.order.currency ?? '';
    const card = () => this.#cashier.cardFor(userId, command.paymentMethodId, currency);
    const given = await this.#commander.giveWithCard(this.orderId, command, userId, ticket, card);
    if (!given.ok) return given.error.code;
    await this.run();
    return given.value;
  }

  async run(): Promise<void> {
    await this.#cashier.run(this.orderId);
  }

  async observe(news: StripeNews): Promise<void> {
    await this.#cashier.observe(this.orderId, news);
  }

  async sync(): Promise<void> {
    await this.#cashier.sync(this.orderId);
  }

  async retry(stepId: string): Promise<boolean> {
    const retried = await this.#cashier.retry(this.orderId, stepId);
    if (retried) await this.run();
    return retried;
  }

  /** As the sweeper has it done: whatever is held, the record is asked. */
  async wake(): Promise<void> {
    await this.enforceDeadline({ anew: true });
    await this.run();
  }

  async enforceDeadline(how: { anew: boolean }): Promise<string> {
    const enforced = await this.#commander.enforceDeadline(this.orderId, how);
    return enforced.ok ? 'done' : enforced.error.code;
  }

  /** The provider stands where they are wanted. */
  #tracking(): ProviderTracking {
    const arrivalFix = () => ({ at: this.#context.now(), side: 'inside', distanceMeters: 3 });
    return { arrivalFix } as Partial<ProviderTracking> as ProviderTracking; // all that a commander asks of it
  }
}
