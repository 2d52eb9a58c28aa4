import type { OrderCommand } from './commands.ts';
import type { OrderState } from './order.ts';

const HOUR = 3_600_000;

/** How long an order may stay where it is, in milliseconds. */
export const PATIENCE = {
  /** A pending order that nobody applied to is cancelled. */
  noApplicationsMs: 24 * HOUR,
  /** A pending order with applications whose creator never chose is cancelled. */
  notAcceptedMs: 7 * 24 * HOUR,
  /** An accepted order whose provider did not start is cancelled, this long after they were due. */
  noShowMs: 2 * HOUR,
  /** A stream that nobody ended is completed. */
  overLongMs: 4 * HOUR,
  /** A completed order that nobody disputed is released. */
  unreleasedMs: 24 * HOUR,
} as const;

export type DeadlineName = 'no_applications' | 'not_accepted' | 'no_show' | 'over_long' | 'unreleased';

export type Deadline = { name: DeadlineName; at: Date };

/**
 * The one deadline that an order stands under, or null. It depends on the state alone, so a room that lost its alarm
 * finds it again, and the sweeper can read it from the record.
 */
export function deadlineOf({ order, applications }: OrderState): Deadline | null {
  switch (order.status) {
    case 'pending': {
      const open = applications.some((application) => application.status === 'pending');
      const wantedAt = Math.max(order.createdAt.getTime(), order.scheduledFor?.getTime() ?? 0);
      return open
        ? { name: 'not_accepted', at: new Date(wantedAt + PATIENCE.notAcceptedMs) }
        : { name: 'no_applications', at: new Date(wantedAt + PATIENCE.noApplicationsMs) };
    }
    case 'accepted': {
      const dueAt = Math.max(
        order.acceptedAt?.getTime() ?? order.updatedAt.getTime(),
        order.scheduledFor?.getTime() ?? 0,
        order.arrivalDueAt?.getTime() ?? 0,
      );
      return { name: 'no_show', at: new Date(dueAt + PATIENCE.noShowMs) };
    }
    case 'active': {
      const startedAt = order.startedAt ?? order.updatedAt;
      return { name: 'over_long', at: new Date(startedAt.getTime() + PATIENCE.overLongMs) };
    }
    case 'completed': {
      if (order.releasedAt) return null;
      const completedAt = order.completedAt ?? order.updatedAt;
      return { name: 'unreleased', at: new Date(completedAt.getTime() + PATIENCE.unreleasedMs) };
    }
    case 'cancelled':
    case 'disputed':
      return null;
  }
}

/** The command that a passed deadline gives, as a person would. */
export function commandOf(deadline: DeadlineName): OrderCommand {
  switch (deadline) {
    case 'no_applications':
    case 'not_accepted':
    case 'no_show':
      return { name: 'cancel', reason: deadline };
    case 'over_long':
      return { name: 'complete', reason: deadline };
    case 'unreleased':
      return { name: 'release' };
  }
}
