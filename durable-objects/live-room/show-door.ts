import { v7 as uuidv7 } from 'uuid';
import type { CloseReason } from '#contract/close-codes.ts';
import type { Database } from '#db/client.ts';
import { readGuest } from '#db/queries/live-shows.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { isParty, roleIn } from '#domain/live/live-roles.ts';
import { LIVE_LIMITS, type LiveShow } from '#domain/live/show.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { refuse, type Sockets } from '../realtime/sockets.ts';
import type { TokenEnds } from '../realtime/token-ends.ts';
import type { Visitor as ComingWith } from '../realtime/visitor.ts';
import { person } from '../stubs.ts';
import { within } from '../within.ts';
import type { Attendance } from './attendance.ts';
import { type LiveAttachment, type LiveAudience, seatTag } from './live-audience.ts';
import type { People, Visitor } from './people.ts';
import type { Seats } from './seats.ts';
import type { ShowKeeper } from './show-keeper.ts';

/** A client leaves for good with this code (RFC 6455, 7.4.1); every other way to go may be an accident. */
const NORMAL_CLOSURE = 1000;

type Context = {
  env: Env;
  db: Database;
  keeper: ShowKeeper;
  people: People;
  seats: Seats;
  sockets: Sockets<LiveAttachment>;
  tokens: TokenEnds<LiveAttachment>;
  audience: LiveAudience;
  attendance: Attendance;
  /** Somebody has come back to their seat. */
  returned: (participantId: string) => void;
};

/** What comes with somebody who enters: what they know already, the seat they had, and roughly where they are. */
export type Arrival = { since: number | null; participantId: string | null; place: Coordinates | null };

/** The door of a live room: lets sockets in and notices when they go. */
export class ShowDoor {
  readonly #context: Context;
  #invitationChanges = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Somebody is invited otherwise than before, or not at all: what is being read of that may be old. */
  invitationsChanged(): void {
    this.#invitationChanges += 1;
  }

  /** Lets somebody in and brings them up to date, or refuses them with a typed code. Throws when the record is out of reach. */
  async enter(coming: ComingWith, { since, participantId, place }: Arrival): Promise<Response> {
    const { env, sockets, tokens, audience, attendance, seats, people } = this.#context;
    const { userId, sessionId } = coming;
    const { show } = this.#context.keeper.required();
    if (show.status === 'ended') return refuse('GONE', 'the show has ended');
    const visitor = await this.visitor(userId);
    if (!visitor) return refuse('NOT_FOUND', 'there is no such show');
    if (isShutOut(show, visitor)) return refuse('FORBIDDEN', 'you were banned from this show');
    const kept = participantId === null ? null : seats.find(participantId);
    const seat = kept?.userId === userId ? kept.participantId : uuidv7();
    const full = this.#noSeat(seat, userId);
    if (full) return refuse(...full);
    // From now on an invitation that is taken back, or a ban, finds them.
    people.keep(visitor, visitor.role);
    const { socket, response } = sockets.accept(
      {
        ...coming,
        participantId: seat,
        role: visitor.role,
        place,
        state: 'catching_up',
      },
      [seatTag(seat)],
    );
    tokens.watch(socket);
    // Asked with the socket already here: a session that ends from now on finds it and closes it.
    const room = { kind: 'live', id: show.id } as const;
    if (!(await within(person(env, userId).enterRoom(userId, sessionId, room)))) {
      sockets.close(socket, 'UNAUTHORIZED', 'the session has ended');
      return response;
    }
    if (socket.readyState !== WebSocket.OPEN) return response;
    // Much may have happened while the person was asked.
    const current = this.#stillWelcome(userId);
    const fullNow = current && this.#noSeat(seat, userId);
    if (current === 'ended') sockets.close(socket, 'GONE', 'the show has ended');
    else if (!current) sockets.close(socket, 'FORBIDDEN', 'you may not enter any more');
    else if (fullNow) sockets.close(socket, ...fullNow);
    else {
      for (const other of audience.socketsOf(seat)) {
        sockets.close(other, 'REPLACED', 'you have come back on another socket');
      }
      attendance.come(seat, userId);
      audience.welcome(socket, since, current);
      if (seat === kept?.participantId) this.#context.returned(seat);
    }
    return response;
  }

  /** A socket has closed, with this code. */
  async leave(socket: WebSocket, code: number): Promise<void> {
    const { env, keeper, sockets, audience, attendance } = this.#context;
    const { userId, sessionId, participantId, state } = sockets.attachmentOf(socket);
    // Somebody who has come back on another socket has not gone.
    if (state === 'live' && audience.socketsOf(participantId).length === 0) {
      attendance.go(participantId, { forGood: code === NORMAL_CLOSURE });
    }
    if (sockets.all(sessionId).length > 0) return;
    const room = { kind: 'live', id: keeper.required().show.id } as const;
    await within(person(env, userId).leaveRoom(userId, sessionId, room)).catch(
      // The person only asks a room too many when the session ends.
      (error) => logFailure('leaving was not told', { showId: room.id }, error),
    );
  }

  /**
   * Somebody as what they may be here now, or null: not at all. Who was here before is known; only admins are asked for anew,
   * because they can cease to be.
   */
  async visitor(userId: string): Promise<Visitor | null> {
    const { db, keeper, people } = this.#context;
    const { show } = keeper.required();
    const known = people.find(userId);
    const guest = known && !known.isAdmin ? known : await this.#read(() => readGuest(db, show.id, userId));
    const role = guest && roleIn(show, guest);
    if (!guest || !role) return null;
    const { muted, banned, presentSince } = known ?? { muted: false, banned: false, presentSince: null };
    return { ...guest, role, muted, banned, presentSince };
  }

  /** Why there is no seat for this socket, or null. A seat that is theirs already they get. */
  #noSeat(participantId: string, userId: string): [CloseReason, string] | null {
    const { seats, attendance } = this.#context;
    if (seats.find(participantId)) return null;
    if (seats.of(userId).length >= LIVE_LIMITS.seatsPerPerson && !attendance.giveUpSeatOf(userId)) {
      return ['RATE_LIMITED', 'you are in this show too many times'];
    }
    return seats.count().all >= LIVE_LIMITS.seats ? ['UNAVAILABLE', 'the show is full'] : null;
  }

  /** What the record says, as it is after whatever the room has written to it meanwhile. */
  async #read<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = this.#invitationChanges;
      const answer = await read();
      if (this.#invitationChanges === before) return answer;
    }
  }

  #stillWelcome(userId: string): Visitor | 'ended' | null {
    const { show } = this.#context.keeper.required();
    if (show.status === 'ended') return 'ended';
    const known = this.#context.people.find(userId);
    return known && roleIn(show, known) && !isShutOut(show, known) ? known : null;
  }
}

/** Whether a ban keeps somebody out. Parties and admins it cannot. */
function isShutOut(show: LiveShow, { userId, isAdmin, banned }: Visitor): boolean {
  return banned && !isAdmin && !isParty(show, userId);
}
