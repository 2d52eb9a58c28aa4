import { PAYMENT_PATIENCE } from '../payments/attempts.ts';
import { isFrozen, openAttempt } from '../payments/payment.ts';
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

export type DeadlineName =
  | 'no_applications'
  | 'not_accepted'
  | 'no_show'
  | 'over_long'
  | 'unreleased'
  /** Nobody answered the bank, or Stripe us. */
  | 'attempt_expired'
  /** The money of a scheduled order is to be held now. */
  | 'authorization_due'
  | 'authorization_lapsing'
  /** No other card was given. */
  | 'card_due';

export type Deadline = { name: DeadlineName; at: Date };

/**
 * The next deadline that an order stands under, or null. It depends on the state alone, so a room that lost its alarm
 * finds it again, and the sweeper can read it from the record.
 */
export function deadlineOf(state: OrderState): Deadline | null {
  const all = [...workDeadlines(state), ...moneyDeadlines(state)];
  return all.reduce<Deadline | null>((next, other) => (next && next.at <= other.at ? next : other), null);
}

function workDeadlines({ order, applications, money }: OrderState): Deadline[] {
  switch (order.status) {
    case 'pending': {
      const open = applications.some((application) => application.status === 'pending');
      const wantedAt = latest(order.createdAt, order.scheduledFor);
      return open
        ? [{ name: 'not_accepted', at: after(wantedAt, PATIENCE.notAcceptedMs) }]
        : [{ name: 'no_applications', at: after(wantedAt, PATIENCE.noApplicationsMs) }];
    }
    case 'accepted': {
      const dueAt = latest(order.acceptedAt ?? order.updatedAt, order.scheduledFor, order.arrivalDueAt);
      return [{ name: 'no_show', at: after(dueAt, PATIENCE.noShowMs) }];
    }
    case 'active':
      return [{ name: 'over_long', at: after(order.startedAt ?? order.updatedAt, PATIENCE.overLongMs) }];
    case 'completed': {
      // While a bank decides, nothing is released; the end of that brings the deadline back.
      if (order.releasedAt || (money && isFrozen(money.payment))) return [];
      return [{ name: 'unreleased', at: after(order.completedAt ?? order.updatedAt, PATIENCE.unreleasedMs) }];
    }
    case 'cancelled':
    case 'disputed':
      return [];
  }
}

function moneyDeadlines({ order, money }: OrderState): Deadline[] {
  if (!money) return [];
  const { status, captureBefore, cardDueAt, amountCaptured, paymentIntentId } = money.payment;
  const attempt = openAttempt(money);
  const deadlines: Deadline[] = [];
  if (attempt?.openUntil) deadlines.push({ name: 'attempt_expired', at: attempt.openUntil });
  if (order.status === 'accepted' && cardDueAt) deadlines.push({ name: 'card_due', at: cardDueAt });
  if (attempt || cardDueAt) return deadlines;
  if (order.status === 'accepted' && status === 'pending' && order.scheduledFor) {
    deadlines.push({
      name: 'authorization_due',
      at: after(order.scheduledFor, -PAYMENT_PATIENCE.authorizeAheadMs),
    });
  }
  const held = order.status === 'accepted' || (order.status === 'active' && amountCaptured === 0n);
  if (held && status === 'authorized' && captureBefore && money.payment.goal.capture === null) {
    const since = money.attempts.find(({ intentId }) => intentId === paymentIntentId)?.createdAt;
    const lapsing = after(captureBefore, -PAYMENT_PATIENCE.beforeLapseMs);
    deadlines.push({
      name: 'authorization_lapsing',
      at: since ? latest(lapsing, after(since, PAYMENT_PATIENCE.betweenHoldsMs)) : lapsing,
    });
  }
  return deadlines;
}

/** The command that a passed deadline gives, as a person would. */
export function commandOf(deadline: DeadlineName): OrderCommand {
  switch (deadline) {
    case 'no_applications':
    case 'not_accepted':
    case 'no_show':
    case 'card_due':
      return { name: 'cancel', reason: deadline };
    case 'over_long':
      return { name: 'complete', reason: deadline };
    case 'unreleased':
      return { name: 'release' };
    case 'attempt_expired':
      return { name: 'give_up' };
    case 'authorization_due':
    case 'authorization_lapsing':
      return { name: 'secure' };
  }
}

function latest(first: Date, ...others: (Date | null)[]): Date {
  return new Date(Math.max(first.getTime(), ...others.map((other) => other?.getTime() ?? 0)));
}

function after(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
