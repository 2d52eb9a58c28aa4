import { v7 as uuidv7 } from 'uuid';
import { type RoomRequestData, roomRequests } from '#contract/events.ts';
import type { FixAnswer } from '#contract/places.ts';
import type { Database } from '#db/client.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import { readRole } from '#db/queries/users.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Order } from '#domain/orders/order.ts';
import { relationTo } from '#domain/orders/relation.ts';
import { can } from '#domain/people/roles.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { FIX_PASS_ON_MS, mayTrack } from '#domain/tracking/policy.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { replyFrame } from '../realtime/frames.ts';
import { Inbound, type InboundRequest } from '../realtime/inbound.ts';
import { refuse, type Sockets } from '../realtime/sockets.ts';
import type { TokenEnds } from '../realtime/token-ends.ts';
import type { Visitor } from '../realtime/visitor.ts';
import { person } from '../stubs.ts';
import { within } from '../within.ts';
import type { Audience, RoomAttachment } from './audience.ts';
import { type Commander, OUT_OF_REACH } from './commander.ts';
import type { HeldOrder } from './held-order.ts';
import type { LiveTracking } from './live-tracking.ts';

type Context = {
  env: Env;
  db: Database;
  sockets: Sockets<RoomAttachment>;
  tokens: TokenEnds<RoomAttachment>;
  audience: Audience;
  held: HeldOrder;
  live: LiveTracking;
  commander: Commander;
  now: () => Date;
  waitUntil: (work: Promise<unknown>) => void;
};

/** The door of a room: lets sockets in, answers what they ask, notices when they go. */
export class Visitors {
  readonly #context: Context;
  readonly #inbound: Inbound<typeof roomRequests>;
  #passedOnAt = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#inbound = new Inbound(roomRequests, context.sockets, context.now);
  }

  /** Lets a visitor in and brings them up to date, or refuses them with a typed code. Throws when the record is out of reach. */
  async enter(orderId: string, visitor: Visitor, since: number | null): Promise<Response> {
    const { env, held, sockets, tokens, audience, live } = this.#context;
    const state = await held.state(orderId);
    const relation = state && (await this.#relationOf(state.order, visitor.userId));
    if (!state || !relation) return refuse('NOT_FOUND', 'there is no such order');
    const { socket, response } = sockets.accept({
      ...visitor,
      relation,
      state: 'catching_up',
    });
    tokens.watch(socket);
    // Asked with the socket already here: a session that ends from now on finds it and closes it.
    const { userId, sessionId } = visitor;
    const room = { kind: 'order', id: orderId } as const;
    if (!(await within(person(env, userId).enterRoom(userId, sessionId, room)))) {
      sockets.close(socket, 'UNAUTHORIZED', 'the session has ended');
      return response;
    }
    // The state may have moved on while the person was asked.
    const current = (await held.state(orderId)) ?? state;
    if (socket.readyState === WebSocket.OPEN) {
      audience.join(socket, since, current, live.position(current.order));
    }
    return response;
  }

  /** Answers one message. Whatever goes wrong, the sender is told. */
  async answer(orderId: string, socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const request = this.#inbound.read(socket, message);
    if (!request) return;
    const result = await this.#carryOut(orderId, socket, request).catch((error) => {
      if (databaseFailure(error)?.kind === 'unknown') return err(OUT_OF_REACH);
      logFailure('request failed', { orderId, event: request.event }, error);
      return err(FAILED);
    });
    this.#context.sockets.send(socket, replyFrame(request.id, result));
  }

  /** A socket has closed. */
  async leave(orderId: string, socket: WebSocket): Promise<void> {
    const { env, sockets, audience } = this.#context;
    const { userId, sessionId } = sockets.attachmentOf(socket);
    audience.leave(socket);
    if (sockets.all(sessionId).length > 0) return;
    await within(person(env, userId).leaveRoom(userId, sessionId, { kind: 'order', id: orderId })).catch(
      // The person only asks a room too many when the session ends.
      (error) => logFailure('leaving was not told', { orderId }, error),
    );
  }

  /** Who may do what is checked here and now, not when the socket was let in. */
  async #carryOut(
    orderId: string,
    socket: WebSocket,
    { event, data }: InboundRequest<typeof roomRequests>,
  ): Promise<Result<unknown, Rejection>> {
    const { userId } = this.#context.sockets.attachmentOf(socket);
    switch (event) {
      case 'auth:refresh':
        return this.#refresh(socket, data.accessToken);
      case 'message:send':
        return this.#say(orderId, userId, data.text);
      case 'location:update':
        return this.#takeFix(orderId, userId, data);
    }
  }

  /** A fresh token keeps a socket open; but one who was let in for being an admin must be one still. */
  async #refresh(socket: WebSocket, accessToken: string): Promise<Result<{ endsAt: string }, Rejection>> {
    const { db, env, sockets, tokens } = this.#context;
    const { relation, userId } = sockets.attachmentOf(socket);
    if (relation === 'admin' && (await readRole(db, userId)) !== 'admin') {
      sockets.close(socket, 'NOT_FOUND', 'there is no such order');
      return err({ code: 'NOT_FOUND', message: 'There is no such order.' });
    }
    return tokens.refresh(env, socket, accessToken);
  }

  async #say(orderId: string, userId: string, text: string): Promise<Result<{ seq: number }, Rejection>> {
    const ticket = { commandId: uuidv7(), idempotency: null };
    const result = await this.#context.commander.give(orderId, { name: 'message', text }, userId, ticket);
    return result.ok ? ok({ seq: result.value.seq }) : result;
  }

  async #takeFix(
    orderId: string,
    userId: string,
    body: RoomRequestData['location:update'],
  ): Promise<Result<FixAnswer, Rejection>> {
    const { held, live, now } = this.#context;
    const state = await held.presumedState(orderId);
    if (!state || !isFollowed(state.order, userId)) return err(NOT_FOLLOWED);
    const flagged = live.take(state, { ...body, at: body.at ? new Date(body.at) : now() });
    this.#passOn(orderId, userId, body);
    return ok({ accepted: flagged === null, flagged });
  }

  /** The provider's person hears of fixes that came in here, but not of each. */
  #passOn(orderId: string, userId: string, body: RoomRequestData['location:update']): void {
    const { env, now, waitUntil } = this.#context;
    const at = now().getTime();
    if (at - this.#passedOnAt < FIX_PASS_ON_MS) return;
    this.#passedOnAt = at;
    waitUntil(
      within(person(env, userId).reportFix(userId, body, { room: orderId })).catch((error) =>
        logFailure('fix not passed on', { orderId }, error),
      ),
    );
  }

  /** As what a person may be in the room: as a party, as an admin, or (null) not at all. */
  async #relationOf(order: Order, userId: string): Promise<RoomAttachment['relation'] | null> {
    const relation = relationTo(order, { kind: 'person', userId, role: 'both' });
    if (relation === 'creator' || relation === 'provider') return relation;
    const role = await readRole(this.#context.db, userId);
    return role && can(role, 'order:read-any') ? 'admin' : null;
  }
}

/** Whether fixes of this person are the order's to show. */
export function isFollowed(order: Order, personId: string): boolean {
  return order.providerId === personId && mayTrack(order.status);
}

const NOT_FOLLOWED: Rejection = {
  code: 'FORBIDDEN',
  message: "Only the order's provider is followed, and only until the work ends.",
};

const FAILED: Rejection = { code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' };
