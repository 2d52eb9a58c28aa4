import type { Rejection } from '#domain/errors.ts';
import type { LiveEvent } from '#domain/live/live-events.ts';
import { mayModerate, roleIn } from '#domain/live/live-roles.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Sockets } from '../realtime/sockets.ts';
import type { Attendance } from './attendance.ts';
import type { LiveAttachment } from './live-audience.ts';
import type { People, Visitor } from './people.ts';
import type { ShowKeeper } from './show-keeper.ts';

type Context = {
  keeper: ShowKeeper;
  people: People;
  attendance: Attendance;
  sockets: Sockets<LiveAttachment>;
  happened: (event: LiveEvent) => void;
};

type Done = Result<Record<string, never>, Rejection>;

/** Who may speak and who may be here. What is decided counts at once, on every socket of the person. */
export class Moderation {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Silences somebody who is or was here, or lets them speak again. Twice is harmless. */
  mute(by: Visitor, userId: string, muted: boolean): Done {
    const { people, happened } = this.#context;
    const target = this.#target(by, userId);
    if (!target.ok) return target;
    if (target.value.muted === muted) return ok({});
    people.setMuted(userId, muted);
    happened({ name: 'chat:muted', data: { userId, muted, by: by.userId } });
    return ok({});
  }

  /** Puts somebody out who is or was here and lets them in no more, or lets them in again. Twice is harmless. */
  ban(by: Visitor, userId: string, banned: boolean): Done {
    const { people, sockets, happened } = this.#context;
    const target = this.#target(by, userId);
    if (!target.ok) return target;
    if (target.value.banned === banned) return ok({});
    people.setBanned(userId, banned);
    // They hear it, too: why they are put out.
    happened({ name: 'chat:banned', data: { userId, banned, by: by.userId } });
    const own = sockets.all().filter((socket) => sockets.attachmentOf(socket).userId === userId);
    if (banned) this.#putOut(userId, own, 'you were banned from this show');
    return ok({});
  }

  /**
   * The show has been opened or closed to others, or this person has been invited or uninvited: everybody is what they may be from
   * now on, and who may not be here any longer is put out.
   */
  reconsider(which: readonly Visitor[]): void {
    const { keeper, people, sockets } = this.#context;
    const { show } = keeper.required();
    // Looked through once: for each of thousands it would take too long.
    const byUser = Map.groupBy(sockets.all(), (socket) => sockets.attachmentOf(socket).userId);
    for (const visitor of which) {
      const own = byUser.get(visitor.userId) ?? [];
      const role = roleIn(show, visitor);
      if (!role) this.#putOut(visitor.userId, own, 'this show is private');
      else if (role !== visitor.role) {
        people.keep(visitor, role);
        for (const socket of own) sockets.update(socket, { role });
      }
    }
  }

  #target(by: Visitor, userId: string): Result<Visitor, Rejection> {
    const target = this.#context.people.find(userId);
    if (!target) return err({ code: 'NOT_FOUND', message: 'There was nobody of that id here.' });
    if (!mayModerate(this.#context.keeper.required().show, by, target)) {
      return err({ code: 'FORBIDDEN', message: 'You may not do this to them.' });
    }
    return ok(target);
  }

  #putOut(userId: string, own: readonly WebSocket[], why: string): void {
    const { sockets, attendance } = this.#context;
    for (const socket of own) sockets.close(socket, 'FORBIDDEN', why);
    attendance.putOut(userId);
  }
}
