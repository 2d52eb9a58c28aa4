import { DurableObject } from 'cloudflare:workers';
import { type LiveRequestData, liveRequests, MAX_LIVE_FRAME_BYTES } from '#contract/live-room.ts';
import type { RoomState, RoomStateAnswer } from '#contract/origin.ts';
import { type Database, database } from '#db/client.ts';
import { databaseFailure } from '#db/queries/database-errors.ts';
import {
  countInvitations,
  findByUsername,
  type Invitation,
  keepInvitation,
  removeInvitation,
} from '#db/queries/live-show-invitations.ts';
import { findUser, readRole } from '#db/queries/users.ts';
import type { Rejection } from '#domain/errors.ts';
import type { LiveEvent, RecordedLiveEvent } from '#domain/live/live-events.ts';
import { type InvitedRole, isParty, type LiveRole } from '#domain/live/live-roles.ts';
import type { MediaFact } from '#domain/live/media-fact.ts';
import { LIVE_LIMITS, type LiveShow } from '#domain/live/show.ts';
import { decideShow, type ShowActor, type ShowCommand } from '#domain/live/show-commands.ts';
import { type ShowView, viewShow } from '#domain/live/show-view.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { replyFrame } from '../realtime/frames.ts';
import { Inbound, type InboundRequest } from '../realtime/inbound.ts';
import { NamedAlarms } from '../realtime/named-alarms.ts';
import { refuse, Sockets } from '../realtime/sockets.ts';
import { type TokenEndAlarm, TokenEnds } from '../realtime/token-ends.ts';
import { visitorOf } from '../realtime/visitor.ts';
import { orderRoom } from '../stubs.ts';
import { within } from '../within.ts';
import { Attendance } from './attendance.ts';
import { Chat } from './chat.ts';
import { type LiveAttachment, LiveAudience } from './live-audience.ts';
import { LiveLog } from './live-log.ts';
import { mediaBackend } from './media/backends.ts';
import { IceServers } from './media/ice-servers.ts';
import type { MediaBackend } from './media/media-backend.ts';
import { MediaDesk } from './media/media-desk.ts';
import { liveTracks, MediaNews } from './media/media-news.ts';
import { PictureWatch } from './media/picture-watch.ts';
import { SfuOrigin } from './media/sfu-origin/sfu-origin.ts';
import { Moderation } from './moderation.ts';
import { People, type Visitor } from './people.ts';
import { RECORD_AFTER_MS, RecordKeeper } from './record-keeper.ts';
import { Seats } from './seats.ts';
import { type Arrival, ShowDoor } from './show-door.ts';
import { ShowKeeper } from './show-keeper.ts';

type Alarm = 'attendance' | 'record' | 'media' | 'stalled' | TokenEndAlarm;

/** What an order says of the show that it opens. */
export type ShowOpening = Pick<
  LiveShow,
  'id' | 'orderId' | 'hostId' | 'ownerId' | 'title' | 'place' | 'scheduledFor'
>;

/** Who gives a command, as the Worker vouches for it. */
export type ShowGiver = { userId: string; isAdmin: boolean };

/**
 * The room of one live show, and the only one who changes it: who is in it, what is said, what is published and who sees it. Its
 * log and membership are in its SQLite; the record in Postgres follows within seconds, and has all of it in the end.
 */
export class LiveRoom extends DurableObject<Env> {
  now: () => Date = () => new Date();
  readonly #db: Database;
  readonly #alarms: NamedAlarms<Alarm>;
  readonly #sockets: Sockets<LiveAttachment>;
  readonly #tokens: TokenEnds<LiveAttachment>;
  readonly #inbound: Inbound<typeof liveRequests>;
  readonly #keeper: ShowKeeper;
  readonly #log: LiveLog;
  readonly #people: People;
  readonly #seats: Seats;
  readonly #audience: LiveAudience;
  readonly #attendance: Attendance;
  readonly #chat: Chat;
  readonly #moderation: Moderation;
  readonly #door: ShowDoor;
  readonly #record: RecordKeeper;
  readonly #ice: IceServers;
  readonly #picture: PictureWatch;
  #media: { backend: MediaBackend; desk: MediaDesk } | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = () => this.now();
    const { sql, kv } = ctx.storage;
    const happened = (event: LiveEvent) => this.#happened(event);
    this.#db = database(env);
    this.#alarms = new NamedAlarms(ctx, now);
    this.#sockets = new Sockets(ctx);
    this.#tokens = new TokenEnds(this.#sockets, this.#alarms, now);
    this.#inbound = new Inbound(liveRequests, this.#sockets, now, MAX_LIVE_FRAME_BYTES);
    this.#keeper = new ShowKeeper(sql);
    this.#log = new LiveLog(ctx.storage, now);
    this.#people = new People(sql);
    this.#seats = new Seats(sql);
    this.#ice = new IceServers(env, now);
    const { sockets, people, keeper, log, seats } = {
      sockets: this.#sockets,
      people: this.#people,
      keeper: this.#keeper,
      log: this.#log,
      seats: this.#seats,
    };
    const tracks = () => this.#mediaOf().backend.tracks();
    this.#audience = new LiveAudience({
      sockets,
      log,
      people,
      keeper,
      tracks: () => liveTracks(tracks()),
      now,
    });
    const audience = this.#audience;
    this.#attendance = new Attendance({
      sockets,
      seats,
      people,
      audience,
      keeper,
      happened,
      vacated: (participantIds) => this.#mediaOf().desk.vacated(participantIds),
      checkBy: (at) => this.#alarms.setIfSooner('attendance', at),
      now,
    });
    const attendance = this.#attendance;
    this.#chat = new Chat({ people, log, audience, happened, now });
    this.#moderation = new Moderation({ keeper, people, attendance, sockets, happened });
    this.#record = new RecordKeeper(this.#db, keeper, log);
    this.#door = new ShowDoor({
      env,
      db: this.#db,
      keeper,
      people,
      seats,
      sockets,
      tokens: this.#tokens,
      audience,
      attendance,
      returned: (participantId) => this.#mediaOf().backend.returned(participantId),
    });
    this.#picture = new PictureWatch({
      keeper,
      kv,
      tracks,
      isHosts: (participantId) => seats.find(participantId)?.userId === keeper.required().show.hostId,
      happened,
      checkAt: (at) => this.#alarms.setIfSooner('stalled', at),
      report: (fact) => this.#reportFact(fact),
      now,
    });
    if (keeper.held()) attendance.wake();
  }

  // -------------------------------------------------------------------------------------------- the show

  /** An order was accepted: it has a show now. Harmless twice. Throws when the record is out of reach. */
  async open(opening: ShowOpening): Promise<void> {
    if (!this.#keeper.held()) {
      const host = await findUser(this.#db, opening.hostId);
      if (!host) throw new Error('the host of a show is there');
      const at = this.now();
      this.#keeper.open(
        {
          ...opening,
          visibility: 'private',
          status: 'scheduled',
          mediaBackend: this.env.MEDIA_BACKEND,
          startedAt: null,
          endedAt: null,
          createdAt: at,
          updatedAt: at,
        },
        host.username,
      );
      this.#recordSoon();
    }
    await this.#recordNow();
  }

  /** The order of this show has begun, or its work has ended. Harmless twice, and for a show that never was. */
  async follow(command: Extract<ShowCommand, { name: 'start' | 'end' }>): Promise<void> {
    if (!this.#keeper.held()) return;
    if (command.name === 'start') this.ctx.storage.kv.put(ORDER_HAS_BEGUN, true);
    // What the order asks for that is so already is refused, which is as good as done.
    await this.#command(command, { kind: 'order' });
  }

  /** A command of a person, answered with the show as they see it. */
  async command(command: ShowCommand, by: ShowGiver): Promise<Result<ShowView, Rejection>> {
    const known = await this.#knownTo(by);
    if (!known.ok) return known;
    const done = await this.#command(command, { kind: 'person', ...by });
    return done.ok ? ok(this.#view(by, known.value)) : done;
  }

  /** Invites somebody, or changes as what they are invited. The show's parties may. */
  async invite(
    { username, role }: { username: string; role: InvitedRole },
    by: ShowGiver,
  ): Promise<Result<Invitation, Rejection>> {
    const allowed = await this.#mayInvite(by);
    if (!allowed.ok) return allowed;
    const { show } = this.#keeper.required();
    const guest = await findByUsername(this.#db, username);
    if (!guest) return err(invalid('username', "is nobody's"));
    if (isParty(show, guest.userId)) return err(invalid('username', 'is of a party of this show'));
    if ((await countInvitations(this.#db, show.id)) >= LIVE_LIMITS.invitations) {
      return err({ code: 'CONFLICT', message: 'This show has invited as many as it may.' });
    }
    // The invitation refers to the show, so the record must know that.
    await this.#record.save();
    const invitation: Invitation = { ...guest, role, invitedBy: by.userId, createdAt: this.now() };
    await keepInvitation(this.#db, show.id, invitation);
    this.#happened({ name: 'show:invited', data: { by: by.userId, userId: guest.userId, role } });
    this.#invitedAs(guest.userId, role);
    return ok(invitation);
  }

  /** Takes an invitation back; who is here by it alone is put out. */
  async uninvite(userId: string, by: ShowGiver): Promise<Result<null, Rejection>> {
    const allowed = await this.#mayInvite(by);
    if (!allowed.ok) return allowed;
    if (!(await removeInvitation(this.#db, this.#keeper.required().show.id, userId))) {
      return err({ code: 'NOT_FOUND', message: 'There is no such invitation.' });
    }
    this.#happened({ name: 'show:uninvited', data: { by: by.userId, userId } });
    this.#invitedAs(userId, null);
    return ok(null);
  }

  /** Whether the host is seen, found out just now; `unverified` where nothing carries media, null when nobody has opened this room. */
  async freshFact(): Promise<MediaFact | 'unverified' | null> {
    if (!this.#keeper.held()) return null;
    const { backend } = this.#mediaOf();
    if (backend.name === 'none') return 'unverified';
    await backend.refresh();
    return this.#picture.fact();
  }

  /** What a media origin says of this room's media. */
  async takeOriginState(state: RoomState): Promise<RoomStateAnswer> {
    const held = this.#keeper.held();
    if (!held || held.show.status === 'ended') return { renew: false };
    const { backend } = this.#mediaOf();
    return backend instanceof SfuOrigin ? backend.takeState(state) : { renew: false };
  }

  /** Ends all sockets of a session that was signed out. Its seats are free at once: they will not come back. */
  async endSession(sessionId: string): Promise<void> {
    const seats = this.#sockets
      .all(sessionId)
      .map((socket) => this.#sockets.attachmentOf(socket))
      .filter(({ state }) => state === 'live')
      .map(({ participantId }) => participantId);
    this.#sockets.closeSession(sessionId);
    for (const participantId of seats) this.#attendance.go(participantId, { forGood: true });
  }

  // -------------------------------------------------------------------------------------------- sockets

  /** A WebSocket into the room. The Worker has checked the token, and says in headers of its own who comes. */
  override async fetch(request: Request): Promise<Response> {
    if (!this.#keeper.held()) return refuse('NOT_FOUND', 'there is no such show');
    return this.#door.enter(visitorOf(request), arrivalOf(request));
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const request = this.#inbound.read(socket, message);
    if (!request) return;
    const result = await this.#answer(socket, request).catch((error) => {
      if (databaseFailure(error)?.kind === 'unknown') return err(OUT_OF_REACH);
      logFailure('request failed', { event: request.event }, error);
      return err(FAILED);
    });
    this.#sockets.send(socket, replyFrame(request.id, result));
    if (request.event === 'media:join') {
      this.#mediaOf().backend.joined(this.#sockets.attachmentOf(socket).participantId, result.ok);
    }
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.acknowledgeClose(socket);
    await this.#door.leave(socket, code);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#door.leave(socket, ABNORMAL_CLOSURE);
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run({
      attendance: async () => this.#attendance.check(),
      record: () => this.#record.save(),
      media: () => this.#mediaOf().backend.attend(),
      stalled: async () => this.#picture.checkStalled(),
      token_end: () => this.#tokens.enforce(),
    });
  }

  /** Who may do what is checked here and now, not when the socket was let in. */
  async #answer(
    socket: WebSocket,
    request: InboundRequest<typeof liveRequests>,
  ): Promise<Result<unknown, Rejection>> {
    const { userId, participantId, place } = this.#sockets.attachmentOf(socket);
    const person = this.#people.find(userId);
    // Messages that come after somebody was put out, or before they were let in, are nobody's.
    if (!person?.presentSince || !this.#seats.find(participantId)) return err(NOT_HERE);
    switch (request.event) {
      case 'auth:refresh':
        return this.#refresh(socket, person, request.data);
      case 'chat:send':
        return this.#chat.say(person, request.data.text);
      case 'chat:delete':
        return this.#chat.delete(person, request.data.message);
      case 'chat:mute':
        return this.#moderation.mute(person, request.data.userId, request.data.muted);
      case 'chat:ban':
        return this.#moderation.ban(person, request.data.userId, request.data.banned);
      case 'reaction:send':
        return this.#chat.react(person, request.data);
      default:
        return this.#mediaOf().desk.answer({ participantId, userId, place }, request);
    }
  }

  /** A fresh token keeps a socket open; but one who is here for being an admin must be one still. */
  async #refresh(
    socket: WebSocket,
    person: Visitor,
    { accessToken }: LiveRequestData['auth:refresh'],
  ): Promise<Result<unknown, Rejection>> {
    if (person.isAdmin && (await readRole(this.#db, person.userId)) !== 'admin') {
      const now = { ...person, isAdmin: false };
      this.#people.keep(now, person.role);
      this.#moderation.reconsider([now]);
    }
    return this.#tokens.refresh(this.env, socket, accessToken);
  }

  // -------------------------------------------------------------------------------------------- inside

  async #command(command: ShowCommand, actor: ShowActor): Promise<Result<null, Rejection>> {
    const before = this.#keeper.required();
    const orderHasBegun = this.ctx.storage.kv.get<boolean>(ORDER_HAS_BEGUN) ?? false;
    const decided = decideShow(before.show, command, actor, { now: this.now(), orderHasBegun });
    if (!decided.ok) return decided;
    const { show, event } = decided.value;
    if (!event) return ok(null);
    this.#keeper.change({ show });
    this.#happened(event);
    switch (command.name) {
      case 'start':
        this.#picture.observe();
        break;
      case 'configure':
        this.#moderation.reconsider(this.#people.allPresent());
        break;
      case 'end':
        await this.#end();
        break;
    }
    await this.#recordNow();
    return ok(null);
  }

  /** Nothing is left behind: no media, nobody, no alarm but the one that finishes the record. */
  async #end(): Promise<void> {
    this.#picture.observe();
    // While their sockets are open: who is here is here until the end.
    this.#attendance.look();
    const closing = this.#mediaOf().backend.close();
    for (const socket of this.#sockets.all()) this.#sockets.close(socket, 'GONE', 'the show has ended');
    this.#attendance.everybodyOut();
    for (const alarm of ['attendance', 'media', 'stalled', 'token_end'] as const) this.#alarms.clear(alarm);
    await closing;
  }

  #happened(event: LiveEvent): RecordedLiveEvent {
    const recorded = this.#log.append(event);
    this.#audience.tell(recorded);
    this.#recordSoon();
    return recorded;
  }

  #recordSoon(): void {
    this.#alarms.setIfSooner('record', new Date(this.now().getTime() + RECORD_AFTER_MS));
  }

  /** Brings the record up to date now, if it can be reached; otherwise the alarm does. */
  async #recordNow(): Promise<void> {
    try {
      await this.#record.save();
    } catch (error) {
      logFailure('show not recorded yet', { showId: this.#keeper.required().show.id }, error);
    }
  }

  /** An invitation has changed: whoever is here by it is what it says from now on. */
  #invitedAs(userId: string, invitedAs: InvitedRole | null): void {
    this.#door.invitationsChanged();
    const known = this.#people.find(userId);
    if (!known) return;
    const changed = { ...known, invitedAs };
    this.#people.keep(changed, known.role);
    this.#moderation.reconsider([changed]);
  }

  /** As what somebody knows this show; NOT_FOUND for those who may not know of it. */
  async #knownTo({ userId }: ShowGiver): Promise<Result<LiveRole, Rejection>> {
    if (!this.#keeper.held()) return err(NO_SHOW);
    const visitor = await this.#door.visitor(userId);
    return visitor ? ok(visitor.role) : err(NO_SHOW);
  }

  async #mayInvite(by: ShowGiver): Promise<Result<null, Rejection>> {
    const known = await this.#knownTo(by);
    if (!known.ok) return known;
    const { show } = this.#keeper.required();
    if (!isParty(show, by.userId)) {
      return err({ code: 'FORBIDDEN', message: "Only the show's host and owner invite." });
    }
    if (show.status === 'ended') return err(ENDED);
    return ok(null);
  }

  #view({ userId, isAdmin }: ShowGiver, role: LiveRole): ShowView {
    const { show, figures, hostName } = this.#keeper.required();
    return viewShow(show, figures, hostName, { userId, isAdmin, role });
  }

  /** The media of this room, by the backend that was chosen when it was opened. */
  #mediaOf(): { backend: MediaBackend; desk: MediaDesk } {
    if (this.#media) return this.#media;
    const tracks = () => backend.tracks();
    const { id: roomId, mediaBackend: name } = this.#keeper.required().show;
    const backend: MediaBackend = mediaBackend(name, {
      env: this.env,
      sql: this.ctx.storage.sql,
      roomId,
      listener: new MediaNews({
        seats: this.#seats,
        audience: () => this.#audience,
        tracks,
        flowObserved: () => this.#picture.observe(),
      }),
      attendAt: (at) => this.#alarms.setIfSooner('media', at),
      now: () => this.now(),
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
    const desk = new MediaDesk({
      backend,
      seats: this.#seats,
      people: this.#people,
      ice: this.#ice,
      show: () => this.#keeper.required().show,
      replaced: (participantIds) => this.#replaced(participantIds),
    });
    this.#media = { backend, desk };
    return this.#media;
  }

  /** These seats of somebody are taken by another of theirs. */
  #replaced(participantIds: readonly string[]): void {
    for (const participantId of participantIds) {
      for (const socket of this.#audience.socketsOf(participantId))
        this.#sockets.close(socket, 'REPLACED', 'You are live from another page.');
      this.#attendance.go(participantId, { forGood: true });
    }
  }

  /** The order that the show belongs to may begin on this fact. */
  #reportFact(fact: MediaFact): void {
    const { orderId } = this.#keeper.required().show;
    if (!orderId) return;
    this.ctx.waitUntil(
      within(orderRoom(this.env, orderId).takeMediaFact(orderId, fact)).catch((error) =>
        // The next one comes in seconds.
        logFailure('media fact not told', { orderId }, error),
      ),
    );
  }
}

/** The work on the order that the show belongs to has begun. */
const ORDER_HAS_BEGUN = 'order_has_begun';

/** RFC 6455, 7.4.1: no close came at all. */
const ABNORMAL_CLOSURE = 1006;

/** What the Worker and the client say of a visit, beyond who it is. */
function arrivalOf(request: Request): Arrival {
  const { searchParams } = new URL(request.url);
  const since = searchParams.get('since');
  const [latitude, longitude] = (request.headers.get('X-TapLive-Place') ?? '').split(',').map(Number);
  const isPlace = latitude !== undefined && longitude !== undefined;
  return {
    since: since === null ? null : Number(since),
    participantId: searchParams.get('participant'),
    place: isPlace ? { latitude, longitude } : null,
  };
}

function invalid(field: string, message: string): Rejection {
  return { code: 'VALIDATION_ERROR', message: 'The request is not valid.', details: [{ field, message }] };
}

const NO_SHOW: Rejection = { code: 'NOT_FOUND', message: 'There is no such show.' };

const ENDED: Rejection = {
  code: 'INVALID_TRANSITION',
  message: 'A show that is ended cannot be changed this way.',
  details: { reason: 'wrong_status', status: 'ended' },
};

const NOT_HERE: Rejection = { code: 'FORBIDDEN', message: 'You are not in this show.' };

const OUT_OF_REACH: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Something that this needs could not be reached just now. Try again in a moment.',
};

const FAILED: Rejection = { code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' };
