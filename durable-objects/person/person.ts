import { DurableObject } from 'cloudflare:workers';
import { personRequests } from '#contract/events.ts';
import type { AvailabilityAnswer, FixAnswer, FixBody } from '#contract/places.ts';
import { type Database, database } from '#db/client.ts';
import { endSessions } from '#db/queries/sessions.ts';
import { readRole } from '#db/queries/users.ts';
import type { Rejection } from '#domain/errors.ts';
import { distanceMeters } from '#domain/geo/coordinates.ts';
import { can } from '#domain/people/roles.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Fix } from '#domain/tracking/fix.ts';
import { AVAILABILITY_ENDS_AFTER_MS } from '#domain/tracking/policy.ts';
import type { Env } from '../env.ts';
import type { OpenOrder } from '../geo-cell/open-order.ts';
import { logFailure } from '../log.ts';
import type { LimitAnswer } from '../rate-limiter/rate-limiter.ts';
import { eventFrame, replyFrame } from '../realtime/frames.ts';
import { Inbound, type InboundRequest } from '../realtime/inbound.ts';
import { NamedAlarms } from '../realtime/named-alarms.ts';
import { refuse, type SocketAttachment, Sockets } from '../realtime/sockets.ts';
import { type TokenEndAlarm, TokenEnds } from '../realtime/token-ends.ts';
import { visitorOf } from '../realtime/visitor.ts';
import { Assignments } from './assignments.ts';
import { Availability, type AvailabilityAlarm } from './availability.ts';
import { Fixes } from './fixes.ts';
import { Inbox, type Notice, type Offer } from './inbox.ts';
import { OwnGeofences } from './own-geofences.ts';
import { RequestLimit } from './request-limit.ts';
import { type Room, SessionRooms } from './session-rooms.ts';
import { type Account, Sessions } from './sessions.ts';
import { Standing } from './standing.ts';

type Alarm = TokenEndAlarm | AvailabilityAlarm | 'ended_sessions';

/** Whether a request of this session may go on: as whom, and how it fared in the account's window. */
export type Admission = { alive: false } | ({ alive: true; limit: LimitAnswer } & Account);

/** Devices and tabs of one person. */
const MOST_SOCKETS = 32;

/** Rooms that were not told at once of a session's end, because this object died, are told so long after. */
const TELL_AGAIN_MS = 10_000;

/**
 * One person, wherever they are signed in: which sessions live, how much they may ask, where they are and whether they
 * take orders, and the socket that follows them with offers and notices. Everything is in SQLite or in attachments.
 */
export class Person extends DurableObject<Env> {
  now: () => Date = () => new Date();
  readonly #db: Database;
  readonly #alarms: NamedAlarms<Alarm>;
  readonly #sockets: Sockets<SocketAttachment>;
  readonly #tokens: TokenEnds<SocketAttachment>;
  readonly #inbound: Inbound<typeof personRequests>;
  readonly #inbox: Inbox;
  readonly #sessions: Sessions;
  readonly #limit: RequestLimit;
  readonly #rooms: SessionRooms;
  readonly #fixes: Fixes;
  readonly #assignments: Assignments;
  readonly #fences: OwnGeofences;
  readonly #availability: Availability;
  #rereading = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = () => this.now();
    const { sql, kv } = ctx.storage;
    this.#db = database(env);
    this.#alarms = new NamedAlarms(ctx, now);
    this.#sockets = new Sockets(ctx);
    this.#tokens = new TokenEnds(this.#sockets, this.#alarms, now);
    this.#inbound = new Inbound(personRequests, this.#sockets, now);
    this.#inbox = new Inbox(sql, this.#sockets, now);
    this.#sessions = new Sessions(ctx.storage, this.#db, now);
    this.#limit = new RequestLimit(kv);
    this.#rooms = new SessionRooms(sql, env);
    this.#fixes = new Fixes(kv);
    this.#assignments = new Assignments(sql, env);
    this.#fences = new OwnGeofences(ctx.storage, this.#db);
    this.#availability = new Availability({
      env,
      db: this.#db,
      kv,
      alarms: this.#alarms,
      standing: new Standing(kv, this.#db, now),
      now,
      lastFix: () => this.#fixes.last(),
      reached: (order, fix) => this.#reached(order, fix),
    });
  }

  /** Answers for every request at once: does the session live, as what, and is the account within its limit? */
  async admit(userId: string, { sessionId }: { sessionId: string }): Promise<Admission> {
    this.#become(userId);
    const account = await this.#sessions.account(userId, sessionId);
    if (!account) return { alive: false };
    if (this.#sessions.isOutdated()) this.#rereadSoon(userId, sessionId);
    const { role, plan, verificationStatus } = account;
    const limit = this.#limit.take(plan, this.now());
    return { alive: true, role, plan, verificationStatus, limit };
  }

  /** Ends sessions everywhere: in the record first, then here, then in every room where they have a socket. */
  async endSessions(userId: string, sessionIds: string[]): Promise<void> {
    this.#become(userId);
    await endSessions(this.#db, userId, sessionIds, this.now());
    await this.#closeSessions(sessionIds);
  }

  /** The person's role, plan or verification has changed in the record. */
  async recordChanged(userId: string): Promise<void> {
    this.#become(userId);
    this.#sessions.forgetAccount();
    if (this.#availability.until() && !(await this.#mayShareLocation(userId))) {
      await this.#availability.end(userId);
    }
  }

  /** A room is about to accept a socket of this session. False: the session has ended, and the room must refuse it. */
  async enterRoom(userId: string, sessionId: string, room: Room): Promise<boolean> {
    this.#become(userId);
    if (!(await this.#sessions.account(userId, sessionId))) return false;
    this.#rooms.enter(sessionId, room);
    return true;
  }

  /** The last socket of this session has left the room. */
  async leaveRoom(userId: string, sessionId: string, room: Room): Promise<void> {
    this.#become(userId);
    this.#rooms.leave(sessionId, room);
  }

  /**
   * Takes a fix, trusted or not; `from.room` is the order whose room has it already. It is with the rooms of the person's orders when
   * this answers; cells, the map and own geofences follow.
   */
  async reportFix(userId: string, body: FixBody, from: { room: string } | null): Promise<FixAnswer> {
    this.#become(userId);
    const now = this.now();
    const { fix, flagged } = this.#fixes.take(body, now);
    if (!flagged) {
      this.#inBackground(this.#availability.follow(userId), 'availability not followed');
      this.#inBackground(this.#crossFences(userId, fix, now), 'geofences not checked');
    }
    await this.#assignments.pass(this.#assignments.except(from?.room ?? null), userId, { ...fix, flagged });
    return { accepted: flagged === null, flagged };
  }

  /** Begins or ends taking orders. Who begins must have let their position be known. */
  async setAvailability(userId: string, available: boolean): Promise<Result<AvailabilityAnswer, Rejection>> {
    this.#become(userId);
    if (!available) {
      await this.#availability.end(userId);
      return ok({ available: false, until: null });
    }
    if (!(await this.#mayShareLocation(userId))) {
      return err({ code: 'FORBIDDEN', message: 'Your role may not take orders.' });
    }
    if (!this.#freshFix()) {
      return err({
        code: 'CONFLICT',
        message: 'Your position is not known. Share your location and try again.',
        details: { reason: 'no_fresh_fix' },
      });
    }
    await this.#availability.begin(userId);
    // They may have stopped on another device while the world was told.
    const until = this.#availability.until();
    return ok({ available: until !== null, until: until?.toISOString() ?? null });
  }

  /** Where the person was last, if that can be relied on and is at most ten minutes old. */
  async lastFix(userId: string): Promise<{ latitude: number; longitude: number; at: Date } | null> {
    this.#become(userId);
    const fix = this.#freshFix();
    return fix && { latitude: fix.latitude, longitude: fix.longitude, at: fix.at };
  }

  /** The person carries out this order from now on: their fixes go to its room, the last one at once. */
  async assign(userId: string, orderId: string): Promise<void> {
    this.#become(userId);
    this.#assignments.add(orderId);
    const fix = this.#freshFix();
    // Not awaited: the room that is waiting for this call is the one that would have to answer.
    if (fix) {
      this.#inBackground(
        this.#assignments.pass([orderId], userId, { ...fix, flagged: null }),
        'fix not passed',
      );
    }
  }

  async unassign(userId: string, orderId: string): Promise<void> {
    this.#become(userId);
    this.#assignments.remove(orderId);
  }

  async offer(userId: string, offer: Offer): Promise<void> {
    this.#become(userId);
    this.#inbox.offer(offer);
  }

  async withdrawOffer(userId: string, orderId: string): Promise<void> {
    this.#become(userId);
    this.#inbox.withdraw(orderId);
  }

  async notice(userId: string, notice: Notice): Promise<void> {
    this.#become(userId);
    this.#inbox.notice(notice);
  }

  /** The person's own fences have changed in the record. */
  async geofencesChanged(userId: string): Promise<void> {
    this.#become(userId);
    this.#fences.changed();
  }

  /** The WebSocket that follows the person. The Worker has checked the token, and says in headers of its own who comes. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = visitorOf(request);
    const { userId, sessionId } = visitor;
    const since = new URL(request.url).searchParams.get('since');
    this.#become(userId);

    if (since !== null && !/^\d{1,15}$/.test(since)) return refuse('BAD_REQUEST', 'since must be a number');
    if (!(await this.#sessions.account(userId, sessionId))) {
      return refuse('UNAUTHORIZED', 'the session has ended');
    }
    if (this.#sockets.all().length >= MOST_SOCKETS) return refuse('RATE_LIMITED', 'too many sockets');

    const { socket, response } = this.#sockets.accept({
      ...visitor,
      state: 'catching_up',
    });
    this.#tokens.watch(socket);
    this.#sockets.goLive(socket, this.#inbox.catchUp(since === null ? null : Number(since)));
    return response;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const request = this.#inbound.read(socket, message);
    if (!request) return;
    this.#sockets.send(socket, replyFrame(request.id, await this.#answer(socket, request)));
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#sockets.acknowledgeClose(socket);
  }

  override async alarm(): Promise<void> {
    const userId = this.ctx.storage.kv.get<string>('user_id');
    if (userId === undefined) return;
    await this.#alarms.run({
      token_end: () => this.#tokens.enforce(),
      availability: () => this.#availability.enforce(userId),
      ended_sessions: () => this.#rooms.tellEnds(),
    });
  }

  async #answer(
    socket: WebSocket,
    { event, data }: InboundRequest<typeof personRequests>,
  ): Promise<Result<unknown, Rejection>> {
    switch (event) {
      case 'location:update':
        return ok(await this.reportFix(this.#sockets.attachmentOf(socket).userId, data, null));
      case 'auth:refresh':
        return this.#tokens.refresh(this.env, socket, data.accessToken);
    }
  }

  /** Holds that sessions have ended, and closes their sockets here and in rooms. */
  async #closeSessions(sessionIds: readonly string[]): Promise<void> {
    this.#sessions.end(sessionIds);
    for (const sessionId of sessionIds) this.#sockets.closeSession(sessionId);
    if (!this.#rooms.oweEnd(sessionIds)) return;
    this.#alarms.setIfSooner('ended_sessions', new Date(this.now().getTime() + TELL_AGAIN_MS));
    try {
      await this.#rooms.tellEnds();
      this.#alarms.clear('ended_sessions');
    } catch (error) {
      // The alarm stands, and tells them again.
      logFailure('sessions not ended everywhere', {}, error);
    }
  }

  /** Once at a time: a burst of requests must not become a burst of queries. */
  #rereadSoon(userId: string, sessionId: string): void {
    if (this.#rereading) return;
    this.#rereading = true;
    const rereading = this.#reread(userId, sessionId).finally(() => {
      this.#rereading = false;
    });
    this.#inBackground(rereading, 'session not reread');
  }

  async #reread(userId: string, sessionId: string): Promise<void> {
    if (!(await this.#sessions.read(userId, sessionId))) await this.#closeSessions([sessionId]);
  }

  async #mayShareLocation(userId: string): Promise<boolean> {
    const role = await readRole(this.#db, userId);
    return role !== null && can(role, 'location:share');
  }

  #freshFix(): Fix | null {
    const fix = this.#fixes.last();
    const isFresh = fix && this.now().getTime() - fix.at.getTime() <= AVAILABILITY_ENDS_AFTER_MS;
    return isFresh ? fix : null;
  }

  async #crossFences(userId: string, fix: Fix, now: Date): Promise<void> {
    for (const { name, data } of await this.#fences.check(userId, fix, now)) {
      this.#sockets.broadcast(eventFrame({ name, data, at: now }));
    }
  }

  /** A cell told of an order that reaches the person. Distances are to its blurred place: it is all that they may know. */
  #reached({ orderId, version, view }: OpenOrder, fix: Fix): void {
    this.#inbox.offer({
      orderId,
      version,
      order: view,
      distanceMeters: Math.round(distanceMeters(fix, view.location)),
    });
  }

  #inBackground(work: Promise<void>, failure: string): void {
    this.ctx.waitUntil(work.catch((error) => logFailure(failure, {}, error)));
  }

  /** The person's own id, for alarms, which come with nothing. */
  #become(userId: string): void {
    if (this.ctx.storage.kv.get('user_id') === undefined) this.ctx.storage.kv.put('user_id', userId);
  }
}
