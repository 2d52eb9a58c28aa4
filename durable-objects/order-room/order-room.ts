import { DurableObject } from 'cloudflare:workers';
import pTimeout from 'p-timeout';
import { type Database, database } from '#db/client.ts';
import type { Rejection } from '#domain/errors.ts';
import type { MediaFact } from '#domain/live/media-fact.ts';
import { deadlineOf } from '#domain/orders/deadlines.ts';
import type { OrderState } from '#domain/orders/order.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { openAttempt, type PaymentFailure } from '#domain/payments/payment.ts';
import { viewPayment } from '#domain/payments/payment-view.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Fix } from '#domain/tracking/fix.ts';
import { StripeUnavailable } from '#payments/stripe/failures.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { refreshPayeeAccount } from '../payee-accounts.ts';
import { EventLog } from '../realtime/event-log.ts';
import { NamedAlarms } from '../realtime/named-alarms.ts';
import { refuse, Sockets } from '../realtime/sockets.ts';
import { type TokenEndAlarm, TokenEnds } from '../realtime/token-ends.ts';
import { headerOfWorker, visitorOf } from '../realtime/visitor.ts';
import { Announcement } from './announcement.ts';
import { Audience, type RoomAttachment } from './audience.ts';
import { Cashier, latestAttempt, STRIPE_OUT_OF_REACH, type StripeNews } from './cashier.ts';
import { QueueFullError } from './command-queue.ts';
import { Commander } from './commander.ts';
import type { CardAnswer, CardCommand, CommandAnswer, CommandTicket, GivenCommand } from './given-command.ts';
import { HeldOrder } from './held-order.ts';
import { LiveTracking, type TrackingAlarm } from './live-tracking.ts';
import { MediaFacts } from './media-facts.ts';
import { ProviderTracking } from './provider-tracking.ts';
import { Settlement } from './settlement.ts';
import { isFollowed, Visitors } from './visitors.ts';

type Alarm = 'deadline' | 'owed' | 'steps' | TrackingAlarm | TokenEndAlarm;

/** What a command owes is paid at once; should the room die first, its alarm pays so long after. */
const OWED_GRACE_MS = 10_000;

/** Steps that could not be carried out because the record did not answer are taken up again so long after. */
const STEPS_AGAIN_MS = 5_000;

/** So long somebody who pays waits for Stripe; after that they are told that it is under way. */
const PAYMENT_WAIT_MS = 18_000;

/**
 * The room of one order, and the only one who changes it. Commands run here in turn and are committed to Postgres
 * before anyone hears of them; then the room tells its sockets and pays what the command owes. Whatever is lost in
 * between is found again from the record: on the next wake, by the alarm, or by the sweeper.
 */
export class OrderRoom extends DurableObject<Env> {
  now: () => Date = () => new Date();
  readonly #db: Database;
  readonly #alarms: NamedAlarms<Alarm>;
  readonly #sockets: Sockets<RoomAttachment>;
  readonly #tokens: TokenEnds<RoomAttachment>;
  readonly #log: EventLog<RecordedEvent>;
  readonly #audience: Audience;
  readonly #held: HeldOrder;
  readonly #tracking: ProviderTracking;
  readonly #media: MediaFacts;
  readonly #live: LiveTracking;
  readonly #commander: Commander;
  readonly #settlement: Settlement;
  readonly #cashier: Cashier;
  readonly #visitors: Visitors;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = () => this.now();
    const waitUntil = (work: Promise<unknown>) => ctx.waitUntil(work);
    const { sql } = ctx.storage;
    sql.exec(
      'create table if not exists room (id integer primary key check (id = 1), order_id text not null)',
    );
    this.#db = database(env);
    this.#alarms = new NamedAlarms(ctx, now);
    this.#sockets = new Sockets(ctx);
    this.#tokens = new TokenEnds(this.#sockets, this.#alarms, now);
    this.#log = new EventLog(sql);
    this.#audience = new Audience(this.#sockets, this.#log, now);
    this.#held = new HeldOrder(this.#db, {
      head: () => this.#log.head(),
      tell: (events) => this.#audience.tell(this.#log.append(events)),
      owe: (orderId) => this.#settleInBackground(orderId),
    });
    this.#tracking = new ProviderTracking(sql);
    this.#media = new MediaFacts(env, ctx.storage.kv, now);
    this.#live = new LiveTracking({
      db: this.#db,
      tracking: this.#tracking,
      audience: this.#audience,
      alarms: this.#alarms,
      now,
      record: (orderId, crossing) => this.#commander.recordCrossing(orderId, crossing),
      waitUntil,
    });
    this.#commander = new Commander({
      db: this.#db,
      held: this.#held,
      tracking: this.#tracking,
      media: () => this.#media.known(),
      now,
      beforeCommit: () => this.#alarms.setIfSooner('owed', new Date(now().getTime() + OWED_GRACE_MS)),
      afterCommit: (state) => this.#afterCommit(state),
    });
    this.#cashier = new Cashier({
      env,
      db: this.#db,
      held: this.#held,
      commander: this.#commander,
      now,
      transferRefused: (payeeId) => waitUntil(this.#refreshPayee(payeeId)),
    });
    this.#settlement = new Settlement(
      this.#db,
      this.#held,
      {
        env,
        announcement: new Announcement(env, sql),
        flushTrail: (orderId) => this.#live.flush(orderId),
      },
      now,
    );
    this.#visitors = new Visitors({
      env,
      db: this.#db,
      sockets: this.#sockets,
      tokens: this.#tokens,
      audience: this.#audience,
      held: this.#held,
      live: this.#live,
      commander: this.#commander,
      now,
      waitUntil,
    });
  }

  /** A command of a person. `data` of the answer is what they are shown. Refused ones come back as data. */
  async execute(
    orderId: string,
    command: GivenCommand,
    by: { userId: string },
    ticket: CommandTicket,
  ): Promise<Result<CommandAnswer, Rejection>> {
    this.#become(orderId);
    // Before its turn: nobody else shall wait while a media server is asked.
    if (command.name === 'start') await this.#media.freshen(orderId);
    return this.#commander.give(orderId, command, by.userId, ticket);
  }

  /**
   * A command of a person that charges a card of theirs. It is answered when Stripe has said what became of it, or when that
   * takes too long: then the payment is under way, and events tell its end. A declined card is a refusal.
   */
  async charge(
    orderId: string,
    command: CardCommand,
    by: { userId: string },
    ticket: CommandTicket,
  ): Promise<Result<CardAnswer, Rejection>> {
    this.#become(orderId);
    const card = async () => {
      const currency = (await this.#held.state(orderId))?.order.currency;
      return this.#cashier.cardFor(by.userId, command.paymentMethodId, currency ?? '');
    };
    const given = await this.#commander.giveWithCard(orderId, command, by.userId, ticket, card);
    if (!given.ok) return given;
    await pTimeout(this.#runSteps(orderId), { milliseconds: PAYMENT_WAIT_MS, fallback: () => {} }).catch(
      // The steps stand in the record, and the alarm goes on with them.
      (error) => logFailure('steps failed', { orderId }, error),
    );
    const state = await this.#held.state(orderId);
    if (!state?.money) throw new Error('a card was charged for an order with a payment');
    const attempt = latestAttempt(state.money);
    if (attempt?.state === 'failed' && attempt.failure) return err(declined(attempt.failure));
    if (attempt?.state === 'closed') return err(GIVEN_UP);
    const relation = relationTo(state.order, { kind: 'person', userId: by.userId, role: 'both' });
    return ok(await this.#cardAnswer(state, relation));
  }

  /** Compares the order's payment with Stripe now, for one who may see it. */
  async syncFor(orderId: string, relation: Relation): Promise<Result<CardAnswer, Rejection>> {
    this.#become(orderId);
    try {
      await this.#cashier.sync(orderId);
      const state = await this.#held.state(orderId);
      if (!state?.money) return err({ code: 'NOT_FOUND', message: 'There is no such payment.' });
      return ok(await this.#cardAnswer(state, relation));
    } catch (error) {
      if (error instanceof StripeUnavailable || error instanceof QueueFullError)
        return err(STRIPE_OUT_OF_REACH);
      throw error;
    }
  }

  /** The same for the sweeper, when Stripe has been silent for long. */
  async syncPayment(orderId: string): Promise<void> {
    this.#become(orderId);
    await this.#cashier.sync(orderId);
  }

  /** Stripe says that something happened to the order's payment. Throws when it could not be taken in. */
  async observe(orderId: string, news: StripeNews): Promise<void> {
    this.#become(orderId);
    await this.#cashier.observe(orderId, news);
  }

  /** An admin has a parked step looked for at Stripe again; false when it is not parked. */
  async retryStep(orderId: string, stepId: string): Promise<boolean> {
    this.#become(orderId);
    const retried = await this.#cashier.retry(orderId, stepId);
    if (retried) this.#settleInBackground(orderId);
    return retried;
  }

  /** A fix of the order's provider that came in elsewhere. One that was flagged there is not relied on here either. */
  async applyFix(orderId: string, providerId: string, fix: Fix & { flagged: string | null }): Promise<void> {
    this.#become(orderId);
    if (fix.flagged) return;
    const state = await this.#held.presumedState(orderId);
    if (state && isFollowed(state.order, providerId)) this.#live.take(state, fix);
  }

  /** The order's live room has found out whether the provider is seen. */
  async takeMediaFact(orderId: string, fact: MediaFact): Promise<void> {
    this.#become(orderId);
    this.#media.take(fact);
  }

  /** Brings the trail in the record up to now. */
  async flushTrail(orderId: string): Promise<void> {
    this.#become(orderId);
    await this.#live.flush(orderId);
  }

  /** Lets nothing stay owed or overdue: for the sweeper, when the room's own alarm was lost. */
  async wake(orderId: string): Promise<void> {
    this.#become(orderId);
    await this.#enforceDeadline(orderId, { anew: true });
    await this.#settle(orderId);
  }

  /** Ends all sockets of a session that was signed out. */
  async endSession(sessionId: string): Promise<void> {
    this.#sockets.closeSession(sessionId);
  }

  /** A WebSocket into the room. The Worker has checked the token, and says in headers of its own who comes. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = visitorOf(request);
    const orderId = headerOfWorker(request, 'X-TapLive-Order');
    const since = new URL(request.url).searchParams.get('since');
    // Only an order makes a room; who asks for one that is not there must leave nothing behind.
    if (!(await this.#held.state(orderId))) return refuse('NOT_FOUND', 'there is no such order');
    this.#become(orderId);
    return this.#visitors.enter(orderId, visitor, since === null ? null : Number(since));
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#visitors.answer(this.#orderId(), socket, message);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#sockets.acknowledgeClose(socket);
    await this.#visitors.leave(this.#orderId(), socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#visitors.leave(this.#orderId(), socket);
  }

  override async alarm(): Promise<void> {
    const orderId = this.#orderId();
    await this.#alarms.run({
      deadline: () => this.#enforceDeadline(orderId, { anew: false }),
      owed: () => this.#settle(orderId),
      steps: () => this.#runSteps(orderId),
      stale: async () => this.#live.checkStale(await this.#held.state(orderId)),
      trail: () => this.#live.flush(orderId),
      crossings: () => this.#live.tellCrossings(orderId),
      token_end: () => this.#tokens.enforce(),
    });
  }

  #afterCommit(state: OrderState): void {
    this.#armDeadline(state);
    this.#settleInBackground(state.order.id);
  }

  #settleInBackground(orderId: string): void {
    this.ctx.waitUntil(
      // The alarm stands; it will try again.
      this.#settle(orderId).catch((error) => logFailure('settling failed', { orderId }, error)),
    );
  }

  async #settle(orderId: string): Promise<void> {
    // Neither waits for the other: Stripe may take its time.
    const [settled] = await Promise.all([this.#settlement.settle(orderId), this.#runSteps(orderId)]);
    if (!settled) throw new Error('effects are still owed');
    // A command that is being committed has set the alarm for what it will owe.
    if (!this.#commander.isCommitting()) this.#alarms.clear('owed');
  }

  async #refreshPayee(payeeId: string): Promise<void> {
    await refreshPayeeAccount(this.env, this.#db, payeeId, this.now()).catch(
      // Stripe tells of the account again when it changes.
      (error) => logFailure('payee not refreshed', { payeeId }, error),
    );
  }

  async #runSteps(orderId: string): Promise<void> {
    try {
      const next = await this.#cashier.run(orderId);
      if (next) this.#alarms.set('steps', next);
      else this.#alarms.clear('steps');
    } catch (error) {
      this.#alarms.set('steps', new Date(this.now().getTime() + STEPS_AGAIN_MS));
      throw error;
    }
  }

  /** The order and its payment as someone sees them who may. Without Stripe the answer is without the secret. */
  async #cardAnswer({ order, money }: OrderState, relation: Relation): Promise<CardAnswer> {
    if (!money) throw new Error('an order that is paid for has a payment');
    const forPayer = relation === 'creator';
    const asking = forPayer ? this.#cashier.clientSecret(openAttempt(money)) : null;
    const secret = await asking?.catch((error) => {
      if (error instanceof StripeUnavailable) return null;
      throw error;
    });
    const payment = viewPayment(money, { forPayer });
    return {
      order: viewOrder(order, relation),
      payment: secret ? { ...payment, clientSecret: secret } : payment,
    };
  }

  async #enforceDeadline(orderId: string, how: { anew: boolean }): Promise<void> {
    const result = await this.#commander.enforceDeadline(orderId, how);
    if (!result.ok) throw new Error(`the deadline was refused: ${result.error.message}`);
    const state = await this.#held.state(orderId);
    if (state) this.#armDeadline(state);
  }

  #armDeadline(state: OrderState): void {
    const deadline = deadlineOf(state);
    if (deadline) this.#alarms.set('deadline', deadline.at);
    else this.#alarms.clear('deadline');
  }

  /** The room's own order, for alarms and sockets, which come with nothing; whoever made them has said it first. */
  #orderId(): string {
    return this.ctx.storage.sql.exec<{ order_id: string }>('select order_id from room').one().order_id;
  }

  #become(orderId: string): void {
    this.ctx.storage.sql.exec('insert or ignore into room (id, order_id) values (1, ?)', orderId);
  }
}

function declined({ code, declineCode, message }: PaymentFailure): Rejection {
  return { code: 'PAYMENT_FAILED', message, details: { reason: code, declineCode } };
}

const GIVEN_UP: Rejection = {
  code: 'CONFLICT',
  message: 'The payment was given up before it was made.',
  details: { reason: 'given_up' },
};
