import type { Rejection } from '../errors.ts';
import { blur } from '../geo/cells.ts';
import { currencyRules } from '../money/currencies.ts';
import { toMajorUnits } from '../money/money.ts';
import { isChargeable } from '../payments/fees.ts';
import { can } from '../people/roles.ts';
import { err, ok } from '../result.ts';
import type { Actor, OrderCommand, OrderDraft } from './commands.ts';
import { BEING_ACCEPTED, happened, isOpen, problem, refuse, type Turn, type Verdict } from './decision.ts';
import { ORDER_LIMITS, type Order, type OrderPlace } from './order.ts';

/** How far ahead of now a fresh order must be scheduled, so that a slow clock is not refused. */
const SCHEDULE_SLACK_MS = 60_000;

/** A new order, pending, from a draft whose shape was checked. Refused: amounts and times that no order may have. */
export function create(
  { orderId, draft }: Extract<OrderCommand, { name: 'create' }>,
  actor: Actor,
  now: Date,
): Verdict {
  if (actor.kind !== 'person' || !can(actor.role, 'order:create')) {
    return refuse('FORBIDDEN', 'Your role may not create orders.');
  }
  const problem = problemWith(draft, now);
  if (problem) return err(problem);

  const order: Order = {
    id: orderId,
    creatorId: actor.userId,
    providerId: null,
    title: draft.title,
    description: draft.description,
    place: placeOf(draft.location),
    serviceRadius: draft.serviceRadius,
    baseAmount: draft.baseAmount,
    agreedAmount: null,
    acceptingApplicationId: null,
    currency: draft.currency,
    status: 'pending',
    version: 1,
    scheduledFor: draft.scheduledFor,
    acceptedAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    arrivalDueAt: null,
    requirements: draft.requirements,
    tags: draft.tags,
    createdAt: now,
    updatedAt: now,
  };
  return ok({
    event: {
      name: 'order:created',
      data: { by: actor.userId, status: 'pending', title: order.title },
    },
    state: { order, applications: [], ratings: [], money: null },
    changed: { applications: [], rating: null, money: null },
    effects: [{ kind: 'publish' }, { kind: 'announce' }],
  });
}

/** Changes a pending order and announces it anew. The currency stays while applications are open: bids are reckoned in it. */
export function edit(turn: Turn, changes: Partial<OrderDraft>): Verdict {
  const { order, state, now } = turn;
  if (order.acceptingApplicationId) return err(BEING_ACCEPTED);
  const { location, ...plain } = changes;
  const next: Order = { ...order, ...plain, place: location ? placeOf(location) : order.place };
  if (next.currency !== order.currency && state.applications.some(isOpen)) {
    return refuse('CONFLICT', 'The currency cannot change while applications are open.', {
      reason: 'open_applications',
    });
  }
  // An unchanged time may have passed meanwhile; only a new one must lie ahead.
  const problem = problemWith({ ...next, scheduledFor: changes.scheduledFor ?? null }, now);
  if (problem) return err(problem);

  const changed = Object.keys(changes)
    // A new amount always comes with its currency, new or not.
    .filter((field) => field !== 'currency' || next.currency !== order.currency)
    .sort();
  return happened(
    turn,
    next,
    (caused) => ({ name: 'order:updated', data: { ...caused, changed } }),
    // Announcing again also takes back what the last announcement told elsewhere.
    [{ kind: 'announce' }],
  );
}

function placeOf(location: OrderDraft['location']): OrderPlace {
  const { latitude, longitude, address, locality } = location;
  return { latitude, longitude, cell: blur({ latitude, longitude }).cell, address, locality };
}

function problemWith(
  draft: Pick<OrderDraft, 'baseAmount' | 'currency' | 'scheduledFor'>,
  now: Date,
): Rejection | null {
  const amount = problemWithAmount('baseAmount', draft.baseAmount, draft.currency);
  if (amount) return amount;
  if (draft.scheduledFor) {
    const ahead = draft.scheduledFor.getTime() - now.getTime();
    if (ahead < -SCHEDULE_SLACK_MS) return problem('scheduledFor', 'must lie in the future');
    if (ahead > ORDER_LIMITS.scheduleAheadMs) return problem('scheduledFor', 'may lie at most a year ahead');
  }
  return null;
}

/** What is wrong with an amount in minor units, if anything: an unknown currency, or less than its minimum. */
export function problemWithAmount(field: string, amount: bigint, currency: string): Rejection | null {
  const known = currencyRules(currency);
  if (!known) return problem('currency', 'is not supported');
  const { minimumAmount } = known;
  if (!isChargeable(amount, currency)) return problem(field, `must end in 0: ${currency} is charged in tens`);
  return amount < minimumAmount
    ? problem(field, `must be at least ${toMajorUnits(minimumAmount, currency)} ${currency}`)
    : null;
}
