import type { Rejection } from '../errors.ts';
import { err, ok, type Result } from '../result.ts';
import type { LiveEvent } from './live-events.ts';
import type { LiveShow, ShowEnding, ShowStatus, ShowVisibility } from './show.ts';

/** A command on a show itself. `start` and `end` of an order's show may come from the order. */
export type ShowCommand =
  | { name: 'start' }
  | { name: 'end'; because: ShowEnding }
  | { name: 'configure'; visibility: ShowVisibility };

/** Who gives a command: a person, or the order that the show belongs to. */
export type ShowActor = { kind: 'person'; userId: string; isAdmin: boolean } | { kind: 'order' };

/** The states in which a command is possible. */
const POSSIBLE_IN: Readonly<Record<ShowCommand['name'], readonly ShowStatus[]>> = {
  start: ['scheduled'],
  end: ['scheduled', 'live'],
  configure: ['scheduled', 'live'],
};

/** What a command does: the show after it, and the event that tells of it; null when nothing changes. */
export type ShowDecision = { show: LiveShow; event: LiveEvent | null };

/**
 * Decides one command on a show by somebody who may know of it. `orderHasBegun`: the work on the order that it belongs to has. Before, its
 * parties do not end it: the order could never begin, for it needs a show to be seen in. An admin can end anything.
 */
export function decideShow(
  show: LiveShow,
  command: ShowCommand,
  actor: ShowActor,
  { now, orderHasBegun }: { now: Date; orderHasBegun: boolean },
): Result<ShowDecision, Rejection> {
  if (!mayCommand(show, command.name, actor)) {
    return err({ code: 'FORBIDDEN', message: `Only ${WHO[command.name]} may do this.` });
  }
  if (!POSSIBLE_IN[command.name].includes(show.status)) {
    return err({
      code: 'INVALID_TRANSITION',
      message: `A show that is ${show.status} cannot be changed this way.`,
      details: { reason: 'wrong_status', status: show.status, command: command.name },
    });
  }
  const isParty = actor.kind === 'person' && !actor.isAdmin;
  if (command.name === 'end' && isParty && show.orderId && !orderHasBegun) {
    return err({
      code: 'INVALID_TRANSITION',
      message: 'The order of this show has not begun. Call the order off, and the show ends with it.',
      details: { reason: 'order_not_begun', status: show.status, command: command.name },
    });
  }
  const by = actor.kind === 'person' ? actor.userId : null;
  const changed = (changes: Partial<LiveShow>, event: LiveEvent) =>
    ok({ show: { ...show, ...changes, updatedAt: now }, event });
  switch (command.name) {
    case 'start':
      return changed({ status: 'live', startedAt: now }, { name: 'show:started', data: { by } });
    case 'end':
      return changed(
        { status: 'ended', endedAt: now },
        { name: 'show:ended', data: { by, because: command.because } },
      );
    case 'configure': {
      const { visibility } = command;
      if (visibility === show.visibility) return ok({ show, event: null });
      return changed({ visibility }, { name: 'show:updated', data: { by, visibility } });
    }
  }
}

const WHO: Readonly<Record<ShowCommand['name'], string>> = {
  start: 'the host',
  end: 'the host and the owner',
  configure: 'the owner',
};

function mayCommand(show: LiveShow, command: ShowCommand['name'], actor: ShowActor): boolean {
  const isHost = actor.kind === 'person' && actor.userId === show.hostId;
  const isOwner = actor.kind === 'person' && actor.userId === show.ownerId;
  switch (command) {
    case 'start':
      return isHost || actor.kind === 'order';
    case 'end':
      return isHost || isOwner || actor.kind === 'order' || actor.isAdmin;
    case 'configure':
      return isOwner;
  }
}
