import {
  ATTENDANCE_CHECK_MS,
  GRACE_MS,
  hasLapsed,
  nextCheck,
  SILENT_AFTER_MS,
} from '#domain/live/attendance.ts';
import type { LiveEvent } from '#domain/live/live-events.ts';
import type { ShowFigures } from '#domain/live/show.ts';
import type { Sockets } from '../realtime/sockets.ts';
import type { LiveAttachment, LiveAudience } from './live-audience.ts';
import type { People } from './people.ts';
import type { KeptSeat, Seats } from './seats.ts';
import type { ShowKeeper } from './show-keeper.ts';

type Context = {
  sockets: Sockets<LiveAttachment>;
  seats: Seats;
  people: People;
  audience: LiveAudience;
  keeper: ShowKeeper;
  /** Writes an event into the log and tells it. */
  happened: (event: LiveEvent) => void;
  /** These seats are free: what they sent and received ends. */
  vacated: (participantIds: string[]) => void;
  /** Has `check` called by then at the latest. */
  checkBy: (at: Date) => void;
  now: () => Date;
};

/**
 * Who is in the room, exactly: it can be billed by what the log says of it. Somebody is here from their first socket until their
 * last has been gone for longer than the grace, or they say that they leave.
 */
export class Attendance {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A socket takes its seat, new or kept. The first of somebody makes them be here. */
  come(participantId: string, userId: string): void {
    const { seats, people, happened, now } = this.#context;
    seats.take(participantId, userId, now());
    const person = people.find(userId);
    if (!person) throw new Error('who takes a seat is known');
    if (!person.presentSince) {
      people.setPresent(userId, now());
      this.#count();
      happened({ name: 'room:joined', data: { userId, username: person.username, role: person.role } });
    }
    this.#checkWithin(ATTENDANCE_CHECK_MS);
  }

  /** A seat's socket has closed; `forGood` when its person said so. */
  go(participantId: string, { forGood }: { forGood: boolean }): void {
    if (!this.#leave(participantId)) return;
    const { seats } = this.#context;
    if (forGood) this.#vacate(seats.find(participantId));
    else this.#checkWithin(GRACE_MS);
  }

  /** Frees the seat of somebody that has been empty for longest. False: none of theirs is. */
  giveUpSeatOf(userId: string): boolean {
    const away = this.#context.seats
      .of(userId)
      .filter(({ awaySince }) => awaySince !== null)
      .sort((a, b) => (a.awaySince?.getTime() ?? 0) - (b.awaySince?.getTime() ?? 0));
    this.#vacate(away[0] ?? null);
    return away.length > 0;
  }

  /** Somebody is put out, from every seat of theirs. */
  putOut(userId: string): void {
    const { seats } = this.#context;
    for (const { participantId } of seats.of(userId)) {
      this.#leave(participantId);
      this.#vacate(seats.find(participantId));
    }
  }

  /** Looks who is here at this moment, by their sockets. */
  look(): void {
    const { seats, now } = this.#context;
    this.#notice();
    seats.seen(now());
  }

  /** The show is over: nobody is here any more. Who was here until now is what the last look has found. */
  everybodyOut(): void {
    for (const seat of this.#context.seats.all()) this.#vacate(seat);
  }

  /**
   * To be called when the object wakes: a deploy or a crash has taken sockets away without a word. Who does not come back from
   * now on within the grace has left when they were last seen.
   */
  wake(): void {
    const { seats, sockets } = this.#context;
    const { taken } = seats.count();
    // Waking from hibernation finds everything as it was, and must stay cheap.
    if (taken === 0 || taken === sockets.all().length) return;
    this.#notice();
    this.#checkWithin(GRACE_MS);
  }

  /** Looks who is here: seats that nobody came back to are free. */
  check(): void {
    const { seats, now, checkBy } = this.#context;
    this.look();
    for (const seat of seats.all()) if (hasLapsed(seat, now())) this.#vacate(seat);
    if (seats.count().all > 0) checkBy(nextCheck(seats.firstAway(), now()));
  }

  /** The seat's socket goes now, and was there until now; unless it was gone already. False: there is no such seat. */
  #leave(participantId: string): boolean {
    const { seats, now } = this.#context;
    const seat = seats.find(participantId);
    if (seat?.awaySince === null) seats.leave(participantId, now(), { seen: true });
    return seat !== null;
  }

  /** Finds the seats whose socket is gone, though nobody said so, and those whose socket is there but has nobody at its other end. */
  #notice(): void {
    const { seats, sockets, audience, now } = this.#context;
    for (const { participantId, awaySince } of seats.all()) {
      if (awaySince !== null) continue;
      const own = audience.socketsOf(participantId);
      const silentMs = Math.min(...own.map((socket) => sockets.silentMs(socket)));
      if (own.length === 0) seats.leave(participantId, now(), { seen: false });
      else if (silentMs >= SILENT_AFTER_MS) {
        seats.leave(participantId, new Date(now().getTime() - silentMs), { seen: true });
        for (const socket of own) sockets.close(socket, 'UNAVAILABLE', 'you have said no ping');
      }
    }
  }

  #vacate(seat: KeptSeat | null): void {
    if (!seat) return;
    const { seats, people, happened, vacated } = this.#context;
    const { participantId, userId, seenAt } = seat;
    seats.remove(participantId);
    vacated([participantId]);
    const lastSeen = people.seen(userId, seenAt);
    const since = people.find(userId)?.presentSince;
    if (!since || seats.of(userId).length > 0) return;
    // Whoever had several seats was here until the last of them was left, in whatever order that is noticed.
    const until = new Date(Math.max(since.getTime(), lastSeen.getTime()));
    people.setPresent(userId, null);
    this.#count();
    happened({
      name: 'room:left',
      data: { userId, since: since.toISOString(), until: until.toISOString() },
    });
  }

  #count(): void {
    const { people, keeper, audience } = this.#context;
    const { figures } = keeper.required();
    const { viewers } = people.count();
    const counted: ShowFigures = { ...figures, viewers, peakViewers: Math.max(viewers, figures.peakViewers) };
    keeper.change({ figures: counted });
    audience.presenceChanged();
  }

  #checkWithin(ms: number): void {
    this.#context.checkBy(new Date(this.#context.now().getTime() + ms));
  }
}
