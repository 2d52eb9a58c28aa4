import type { Rejection } from '../errors.ts';
import { toMajorUnits } from '../money/money.ts';
import { followedBy, type MoneyChange } from '../payments/money-draft.ts';
import type { Money, PayeeFacts } from '../payments/payment.ts';
import { err, ok, type Result } from '../result.ts';
import type { NoticeKind, OrderEffect } from './effects.ts';
import type { Application, Order, OrderState } from './order.ts';
import type { OrderEvent } from './order-events.ts';

/**
 * What a command does: one event, the state after it, and what it owes. `state.order.version` is already the event's
 * seq. Only what stands in `changed` differs from before, next to the order itself.
 */
export type Decision = {
  event: OrderEvent;
  state: OrderState;
  changed: {
    applications: Application[];
    rating: OrderState['ratings'][number] | null;
    money: MoneyChange | null;
  };
  effects: OrderEffect[];
};

/** A decision, or why there is none. */
export type Verdict = Result<Decision, Rejection>;

/**
 * What every decision is made on: the state before, who caused it (null: a deadline, or Stripe), when, and where the
 * provider could be paid.
 */
export type Turn = { state: OrderState; order: Order; by: string | null; now: Date; payee: PayeeFacts };

type Caused = { by: string | null; status: Order['status'] };

/** Puts a decision together: the order moves on by one version, changed applications replace their old selves. */
export function happened(
  { state, order, by, now }: Turn,
  changes: Partial<Order>,
  event: (caused: Caused) => OrderEvent,
  effects: OrderEffect[] = [],
  applications: Application[] = [],
): Verdict {
  const next: Order = { ...order, ...changes, version: order.version + 1, updatedAt: now };
  const changedIds = new Set(applications.map(({ id }) => id));
  return ok({
    event: event({ by, status: next.status }),
    state: {
      order: next,
      applications: [...state.applications.filter(({ id }) => !changedIds.has(id)), ...applications],
      ratings: state.ratings,
      money: state.money,
    },
    changed: { applications, rating: null, money: null },
    effects: [{ kind: 'publish' }, ...effects],
  });
}

/** The same decision, and with it a change of the order's money. */
export function withMoney(verdict: Verdict, change: MoneyChange | null): Verdict {
  if (!verdict.ok || !change) return verdict;
  const { value } = verdict;
  const { money } = value.changed;
  return ok({
    ...value,
    state: { ...value.state, money: change.after },
    changed: { ...value.changed, money: money ? followedBy(money, change) : change },
  });
}

/** What the end of the work owes, however it came. */
export function endOfWork(order: Order): OrderEffect[] {
  const effects: OrderEffect[] = [{ kind: 'end_tracking' }, { kind: 'end_show' }];
  if (order.providerId) effects.push({ kind: 'unassign', providerId: order.providerId });
  return effects;
}

/** Notices to the parties, but not to the one who caused it. */
export function tellOthers({ order, by }: Turn, about: NoticeKind): OrderEffect[] {
  return [order.creatorId, order.providerId]
    .filter((personId): personId is string => personId !== null && personId !== by)
    .map((personId) => notify(personId, about));
}

/** The effect of telling a person what happened to something of theirs. */
export function notify(personId: string, about: NoticeKind): OrderEffect {
  return { kind: 'notify', personId, about };
}

/** What every event of an order's money says. */
export function paid({ payment }: Money, amount = payment.amount) {
  const { id, currency } = payment;
  return { paymentId: id, amount: toMajorUnits(amount, currency), currency };
}

/** Whether an application can still be accepted or withdrawn. */
export function isOpen(application: Application): boolean {
  return application.status === 'pending';
}

/** A refusal of one field of the input. */
export function problem(field: string, message: string): Rejection {
  return { code: 'VALIDATION_ERROR', message: `${field} ${message}.`, details: [{ field, message }] };
}

/** The same as a verdict. */
export function invalid(field: string, message: string): Verdict {
  return err(problem(field, message));
}

/** A verdict that nothing happens; `details.reason` is a stable word for programs. */
export function refuse(code: Rejection['code'], message: string, details?: Rejection['details']): Verdict {
  return err(details ? { code, message, details } : { code, message });
}

/** While the payment of an acceptance is under way, only cancelling goes before it. */
export const BEING_ACCEPTED: Rejection = {
  code: 'CONFLICT',
  message: 'An application to this order is just being accepted. Wait for its payment, or cancel the order.',
  details: { reason: 'accepting' },
};
