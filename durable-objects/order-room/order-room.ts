import { DurableObject } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { type RoomRequestData, roomRequests } from '#contract/events.ts';
import { type Database, database } from '#db/client.ts';
import { readRole } from '#db/queries/order-state.ts';
import type { Rejection } from '#domain/errors.ts';
import { deadlineOf } from '#domain/orders/deadlines.ts';
import type { Order, OrderState } from '#domain/orders/order.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import { relationTo } from '#domain/orders/relation.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Fix, FixFlag } from '#domain/tracking/fix.ts';
import { FIX_PASS_ON_MS, mayTrack } from '#domain/tracking/policy.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { EventLog } from '../realtime/event-log.ts';
import { replyFrame } from '../realtime/frames.ts';
import { Inbound, type InboundRequest } from '../realtime/inbound.ts';
import { NamedAlarms } from '../realtime/named-alarms.ts';
import { refuse, Sockets } from '../realtime/sockets.ts';
import { type TokenEndAlarm, TokenEnds } from '../realtime/token-ends.ts';
import { person } from '../stubs.ts';
import { within } from '../within.ts';
import { Announcement } from './announcement.ts';
import { Audience, type RoomAttachment } from './audience.ts';
import { Commander } from './commander.ts';
import type { CommandAnswer, CommandTicket, GivenCommand } from './given-command.ts';
import { HeldOrder } from './held-order.ts';
import { LiveTracking, type TrackingAlarm } from './live-tracking.ts';
import { ProviderTracking } from './provider-tracking.ts';
import { Settlement } from './settlement.ts';

type Alarm = 'deadline' | 'owed' | TrackingAlarm | TokenEndAlarm;

/** What a command owes is paid at once; should the room die first, its alarm pays so long after. */
const OWED_GRACE_MS = 10_000;

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
  readonly #inbound: Inbound<typeof roomRequests>;
  readonly #log: EventLog<RecordedEvent>;
  readonly #audience: Audience;
  readonly #held: HeldOrder;
  readonly #tracking: ProviderTracking;
  readonly #live: LiveTracking;
  readonly #commander: Commander;
  readonly #settlement: Settlement;
  #passedOnAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = () => this.now();
    const { sql } = ctx.storage;
    sql.exec(
      'create table if not exists room (id integer primary key check (id = 1), order_id text not null)',
    );
    this.#db = database(env);
    this.#alarms = new NamedAlarms(ctx, now);
    this.#sockets = new Sockets(ctx);
    this.#tokens = new TokenEnds(this.#sockets, this.#alarms, now);
    this.#inbound = new Inbound(roomRequests, this.#sockets, now);
    this.#log = new EventLog(sql);
    this.#audience = new Audience(this.#sockets, this.#log, now);
    this.#held = new HeldOrder(this.#db, {
      head: () => this.#log.head(),
      tell: (events) => this.#audience.tell(this.#log.append(events)),
      owe: (orderId) => this.#settleInBackground(orderId),
    });
    this.#tracking = new ProviderTracking(sql);
    this.#live = new LiveTracking({
      db: this.#db,
      tracking: this.#tracking,
      audience: this.#audience,
      alarms: this.#alarms,
      now,
      crossed: (order, side, distance) => this.#recordCrossing(order, side, distance),
    });
    this.#commander = new Commander({
      db: this.#db,
      held: this.#held,
      tracking: this.#tracking,
      now,
      beforeCommit: () => this.#alarms.setIfSooner('owed', new Date(now().getTime() + OWED_GRACE_MS)),
      afterCommit: (state) => this.#afterCommit(state),
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
  }

  /** A command of a person. `data` of the answer is what they are shown. Refused ones come back as data. */
  async execute(
    orderId: string,
    command: GivenCommand,
    by: { userId: string },
    ticket: CommandTicket,
  ): Promise<Result<CommandAnswer, Rejection>> {
    this.#become(orderId);
    return this.#commander.give(orderId, command, by.userId, ticket);
  }

  /** A fix of the order's provider that came in elsewhere. One that was flagged there is not relied on here either. */
  async applyFix(orderId: string, providerId: string, fix: Fix & { flagged: string | null }): Promise<void> {
    this.#become(orderId);
    if (fix.flagged) return;
    const state = await this.#held.state(orderId);
    if (state && isFollowed(state.order, providerId)) this.#live.take(state, fix);
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
    const identity = {
      userId: header(request, 'X-TapLive-User'),
      sessionId: header(request, 'X-TapLive-Session'),
      tokenEndsAt: Number(header(request, 'X-TapLive-Token-Ends')),
    };
    const orderId = header(request, 'X-TapLive-Order');
    const since = new URL(request.url).searchParams.get('since');

    const state = await this.#held.state(orderId);
    const relation = state && (await this.#relationOf(state.order, identity.userId));
    if (!state || !relation) return refuse('NOT_FOUND', 'there is no such order');
    this.#become(orderId);
    const { socket, response } = this.#sockets.accept({
      ...identity,
      relation,
      state: 'catching_up',
      joinedAt: this.now().getTime(),
    });
    this.#tokens.watch(socket);
    // Asked with the socket already here: a session that ends from now on finds it and closes it.
    const { userId, sessionId } = identity;
    const room = { kind: 'order', id: orderId } as const;
    if (!(await within(person(this.env, userId).enterRoom(userId, sessionId, room)))) {
      this.#sockets.close(socket, 'UNAUTHORIZED', 'the session has ended');
      return response;
    }
    // The state may have moved on while the person was asked.
    const current = (await this.#held.state(orderId)) ?? state;
    if (socket.readyState !== WebSocket.OPEN) return response;
    this.#audience.join(
      socket,
      since === null ? null : Number(since),
      current,
      this.#positionIn(current.order),
    );
    return response;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const request = this.#inbound.read(socket, message);
    if (!request) return;
    const result = await this.#answer(socket, request);
    this.#sockets.send(socket, replyFrame(request.id, result));
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#sockets.acknowledgeClose(socket);
    await this.#leave(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#leave(socket);
  }

  override async alarm(): Promise<void> {
    const orderId = this.#orderId();
    if (!orderId) return;
    await this.#alarms.run({
      deadline: () => this.#enforceDeadline(orderId, { anew: false }),
      owed: () => this.#settle(orderId),
      stale: async () => this.#live.checkStale(await this.#held.state(orderId)),
      trail: () => this.#live.flush(orderId),
      token_end: () => this.#tokens.enforce(),
    });
  }

  /** Carries out one request. Who may do what is checked here and now, not when the socket was let in. */
  async #answer(
    socket: WebSocket,
    { event, data }: InboundRequest<typeof roomRequests>,
  ): Promise<Result<unknown, Rejection>> {
    const { userId } = this.#sockets.attachmentOf(socket);
    switch (event) {
      case 'auth:refresh':
        return this.#tokens.refresh(this.env, socket, data.accessToken);
      case 'message:send':
        return this.#say(userId, data.text);
      case 'location:update':
        return this.#takeFix(userId, data);
    }
  }

  async #say(userId: string, text: string): Promise<Result<{ seq: number }, Rejection>> {
    const orderId = this.#orderId();
    if (!orderId) return err(GONE);
    const ticket = { commandId: uuidv7(), idempotency: null };
    const result = await this.#commander.give(orderId, { name: 'message', text }, userId, ticket);
    return result.ok ? ok({ seq: result.value.seq }) : result;
  }

  async #takeFix(
    userId: string,
    fix: RoomRequestData['location:update'],
  ): Promise<Result<{ accepted: boolean; flagged: FixFlag | null }, Rejection>> {
    const orderId = this.#orderId();
    const state = orderId && (await this.#held.state(orderId));
    if (!state || !isFollowed(state.order, userId)) {
      return err({
        code: 'FORBIDDEN',
        message: "Only the order's provider is followed, and only until the work ends.",
      });
    }
    const now = this.now();
    const flagged = this.#live.take(state, { ...fix, at: fix.at ? new Date(fix.at) : now });
    this.#passOn(userId, state.order.id, fix, now);
    return ok({ accepted: flagged === null, flagged });
  }

  /** The provider's person hears of fixes that came in here, but not of each. */
  #passOn(userId: string, orderId: string, fix: RoomRequestData['location:update'], now: Date): void {
    if (now.getTime() - this.#passedOnAt < FIX_PASS_ON_MS) return;
    this.#passedOnAt = now.getTime();
    this.ctx.waitUntil(
      within(person(this.env, userId).reportFix(userId, fix, { room: orderId })).catch((error) =>
        logFailure('fix not passed on', { orderId }, error),
      ),
    );
  }

  async #leave(socket: WebSocket): Promise<void> {
    const { userId, sessionId } = this.#sockets.attachmentOf(socket);
    this.#audience.leave(socket);
    const orderId = this.#orderId();
    if (!orderId || this.#sockets.all(sessionId).length > 0) return;
    await within(person(this.env, userId).leaveRoom(userId, sessionId, { kind: 'order', id: orderId })).catch(
      // The person only asks a room too many when the session ends.
      (error) => logFailure('leaving was not told', { orderId }, error),
    );
  }

  #positionIn(order: Order) {
    return mayTrack(order.status) ? this.#tracking.position(order, this.now()) : null;
  }

  /** As what a person may be in the room: as a party, as an admin, or (null) not at all. */
  async #relationOf(order: Order, userId: string): Promise<RoomAttachment['relation'] | null> {
    const relation = relationTo(order, { kind: 'person', userId, role: 'both' });
    if (relation === 'creator' || relation === 'provider') return relation;
    return (await readRole(this.#db, userId)) === 'admin' ? 'admin' : null;
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
    const settled = await this.#settlement.settle(orderId);
    if (!settled) throw new Error('effects are still owed');
    this.#alarms.clear('owed');
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

  #recordCrossing(order: Order, side: 'inside' | 'outside', distanceMeters: number): void {
    if (!order.providerId) return;
    this.ctx.waitUntil(
      this.#commander
        .recordCrossing(order.id, order.providerId, side, distanceMeters)
        .catch((error) => logFailure('crossing lost', { orderId: order.id }, error)),
    );
  }

  /** The room's own order, for alarms, which come with nothing. */
  #orderId(): string | null {
    const [row] = this.ctx.storage.sql.exec<{ order_id: string }>('select order_id from room').toArray();
    return row?.order_id ?? null;
  }

  #become(orderId: string): void {
    this.ctx.storage.sql.exec('insert or ignore into room (id, order_id) values (1, ?)', orderId);
  }
}

const GONE: Rejection = { code: 'NOT_FOUND', message: 'There is no such order.' };

/** Whether fixes of this person are the order's to show. */
function isFollowed(order: Order, personId: string): boolean {
  return order.providerId === personId && mayTrack(order.status);
}

function header(request: Request, name: string): string {
  const value = request.headers.get(name);
  if (value === null) throw new Error(`the Worker sets ${name} on every socket`);
  return value;
}
