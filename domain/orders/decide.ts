import type { Rejection } from '../errors.ts';
import { blur } from '../geo/cells.ts';
import { CURRENCIES } from '../money/currencies.ts';
import { toMajorUnits } from '../money/money.ts';
import { can } from '../people/roles.ts';
import { err, ok, type Result } from '../result.ts';
import { FRESH_FIX_MS } from '../tracking/policy.ts';
import type { Actor, ArrivalFacts, OrderCommand, OrderDraft } from './commands.ts';
import type { NoticeKind, OrderEffect } from './effects.ts';
import { type Application, ORDER_LIMITS, type Order, type OrderPlace, type OrderState } from './order.ts';
import type { OrderEvent } from './order-events.ts';
import { mayCommand, possibleIn, type Relation } from './transitions.ts';

/** A stored fact about flowing media counts for `start` only this long. */
export const FRESH_MEDIA_MS = 10_000;

/** How far ahead of now a fresh order must be scheduled, so that a slow clock is not refused. */
const SCHEDULE_SLACK_MS = 60_000;

/**
 * What a command does: one event, the state after it, and what it owes. `state.order.version` is already the event's
 * seq. Only what stands in `changed` differs from before, next to the order itself.
 */
export type Decision = {
  event: OrderEvent;
  state: OrderState;
  changed: { applications: Application[]; rating: OrderState['ratings'][number] | null };
  effects: OrderEffect[];
};

type Verdict = Result<Decision, Rejection>;

/** What a person is to this order. An admin who is a party acts as that party. */
export function relationTo(order: Pick<Order, 'creatorId' | 'providerId'>, actor: Actor): Relation {
  if (actor.kind === 'system') return 'system';
  if (actor.userId === order.creatorId) return 'creator';
  if (actor.userId === order.providerId) return 'provider';
  return actor.role === 'admin' ? 'admin' : 'stranger';
}

/**
 * Decides one command: what happens, or why not. Pure; `state` is null only before `create`.
 * A stranger who gives a party's command is told NOT_FOUND once the order is no longer open to everyone.
 */
export function decide(state: OrderState | null, command: OrderCommand, actor: Actor, now: Date): Verdict {
  if (command.name === 'create') {
    return state ? refuse('CONFLICT', 'This order exists already.') : create(command, actor, now);
  }
  if (!state) return refuse('NOT_FOUND', 'There is no such order.');

  const { order } = state;
  const relation = relationTo(order, actor);
  if (!mayCommand(command.name, relation)) {
    // Applying to one's own order is the one command that a party gives as if they were nobody to it.
    if (command.name === 'apply' && relation === 'creator') {
      return refuse('FORBIDDEN', 'You cannot apply to your own order.');
    }
    return relation === 'stranger' && order.status !== 'pending'
      ? refuse('NOT_FOUND', 'There is no such order.')
      : refuse('FORBIDDEN', `Only ${partiesOf(command)} may do this.`);
  }
  if (!possibleIn(command.name, order.status)) {
    if (relation === 'stranger') return refuse('NOT_FOUND', 'There is no such order.');
    return refuse('INVALID_TRANSITION', `An order that is ${order.status} cannot be changed this way.`, {
      reason: 'wrong_status',
      status: order.status,
      command: command.name,
    });
  }

  const by = actor.kind === 'person' ? actor.userId : null;
  const turn: Turn = { state, order, by, now };
  switch (command.name) {
    case 'edit':
      return edit(turn, command.changes);
    case 'apply':
      return apply(turn, command, actor);
    case 'withdraw':
      return withdraw(turn, command.applicationId);
    case 'accept':
      return accept(turn, command.applicationId);
    case 'start':
      return start(turn, command.arrival);
    case 'complete':
      return complete(turn, command.reason);
    case 'cancel':
      return cancel(turn, command.reason, relation);
    case 'dispute':
      return dispute(turn, command.reason);
    case 'resolve':
      return resolve(turn, command);
    case 'release':
      return release(turn);
    case 'rate':
      return rate(turn, command);
    case 'message':
      return happened(turn, {}, (caused) => ({
        name: 'message:received',
        data: { ...caused, text: command.text },
      }));
    case 'cross':
      return happened(turn, {}, (caused) => ({
        name: command.side === 'inside' ? 'location:geofence_entered' : 'location:geofence_exited',
        data: { ...caused, distanceMeters: command.distanceMeters },
      }));
  }
}

type Turn = { state: OrderState; order: Order; by: string | null; now: Date };
type Caused = { by: string | null; status: Order['status'] };

function create(
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
    state: { order, applications: [], ratings: [] },
    changed: { applications: [], rating: null },
    effects: [{ kind: 'publish' }, { kind: 'announce' }],
  });
}

function edit(turn: Turn, changes: Partial<OrderDraft>): Verdict {
  const { order, state, now } = turn;
  const { location, ...plain } = changes;
  const next: Order = { ...order, ...plain, place: location ? placeOf(location) : order.place };
  if (next.currency !== order.currency && state.applications.some(isOpen)) {
    return refuse('CONFLICT', 'The currency cannot change while applications with a price in it are open.', {
      reason: 'open_applications',
    });
  }
  const problem = problemWith(
    {
      ...next,
      location: next.place,
      // An unchanged time may have passed meanwhile; only a new one must lie ahead.
      scheduledFor: changes.scheduledFor ?? null,
    },
    now,
  );
  if (problem) return err(problem);

  return happened(
    turn,
    next,
    (caused) => ({ name: 'order:updated', data: { ...caused, changed: Object.keys(changes).sort() } }),
    // The old announcement may lie in other cells and says other things.
    [{ kind: 'retract' }, { kind: 'announce' }],
  );
}

function apply(turn: Turn, command: Extract<OrderCommand, { name: 'apply' }>, actor: Actor): Verdict {
  const { order, state, now } = turn;
  if (actor.kind !== 'person' || !can(actor.role, 'order:apply')) {
    return refuse('FORBIDDEN', 'Your role may not apply to orders.');
  }
  if (
    state.applications.some((application) => isOpen(application) && application.providerId === actor.userId)
  ) {
    return refuse('CONFLICT', 'You have applied to this order already.', { reason: 'already_applied' });
  }
  if (state.applications.filter(isOpen).length >= ORDER_LIMITS.openApplications) {
    return refuse('CONFLICT', 'This order takes no more applications.', { reason: 'too_many_applications' });
  }
  if (command.proposedAmount !== null) {
    const problem = problemWithAmount('proposedAmount', command.proposedAmount, order.currency);
    if (problem) return err(problem);
  }
  if (command.estimatedArrival !== null && command.estimatedArrival < now) {
    return invalid('estimatedArrival', 'must lie in the future');
  }
  const application: Application = {
    id: command.applicationId,
    orderId: order.id,
    providerId: actor.userId,
    message: command.message,
    proposedAmount: command.proposedAmount,
    estimatedArrival: command.estimatedArrival,
    distanceMeters: command.distanceMeters,
    status: 'pending',
    createdAt: now,
    updatedAt: now,
  };
  return happened(
    turn,
    {},
    (caused) => ({
      name: 'order:applied',
      data: {
        ...caused,
        applicationId: application.id,
        providerId: application.providerId,
        proposedAmount:
          application.proposedAmount === null
            ? null
            : toMajorUnits(application.proposedAmount, order.currency),
      },
    }),
    [notify(order.creatorId, 'application_received')],
    [application],
  );
}

function withdraw(turn: Turn, applicationId: string): Verdict {
  const application = turn.state.applications.find(({ id }) => id === applicationId);
  // Somebody else's application is as unknown as one that never was.
  if (!application || application.providerId !== turn.by) {
    return refuse('NOT_FOUND', 'There is no such application.');
  }
  if (!isOpen(application)) return refuse('INVALID_TRANSITION', `This application is ${application.status}.`);
  return happened(
    turn,
    {},
    (caused) => ({
      name: 'order:application_withdrawn',
      data: { ...caused, applicationId, providerId: application.providerId },
    }),
    [notify(turn.order.creatorId, 'application_withdrawn')],
    [{ ...application, status: 'withdrawn', updatedAt: turn.now }],
  );
}

function accept(turn: Turn, applicationId: string): Verdict {
  const { order, state, now } = turn;
  const chosen = state.applications.find(({ id }) => id === applicationId);
  if (!chosen) return refuse('NOT_FOUND', 'There is no such application on this order.');
  if (!isOpen(chosen)) {
    return refuse('CONFLICT', `This application is ${chosen.status}.`, { reason: 'application_not_open' });
  }
  const agreedAmount = chosen.proposedAmount ?? order.baseAmount;
  const others = state.applications.filter((application) => isOpen(application) && application !== chosen);
  return happened(
    turn,
    {
      status: 'accepted',
      providerId: chosen.providerId,
      agreedAmount,
      acceptedAt: now,
      arrivalDueAt: chosen.estimatedArrival,
    },
    (caused) => ({
      name: 'order:accepted',
      data: {
        ...caused,
        applicationId,
        providerId: chosen.providerId,
        agreedAmount: toMajorUnits(agreedAmount, order.currency),
        currency: order.currency,
      },
    }),
    [
      { kind: 'assign', providerId: chosen.providerId },
      { kind: 'retract' },
      notify(chosen.providerId, 'application_accepted'),
      ...others.map(({ providerId }) => notify(providerId, 'application_rejected')),
    ],
    [
      { ...chosen, status: 'accepted', updatedAt: now },
      ...others.map((other): Application => ({ ...other, status: 'rejected', updatedAt: now })),
    ],
  );
}

function start(turn: Turn, { fix, media }: ArrivalFacts): Verdict {
  const { order, now } = turn;
  if (!fix || now.getTime() - fix.at.getTime() > FRESH_FIX_MS) {
    return refuse('CONFLICT', 'Your position is not known. Share your location and try again.', {
      reason: 'no_fresh_fix',
    });
  }
  if (fix.side !== 'inside') {
    return refuse('CONFLICT', 'You are not at the place of the order yet.', {
      reason: 'outside_geofence',
      distanceMeters: Math.round(fix.distanceMeters),
    });
  }
  if (media !== 'unverified' && !(media.flowing && now.getTime() - media.at.getTime() <= FRESH_MEDIA_MS)) {
    return refuse('CONFLICT', 'No picture arrives from you yet. Go live first.', {
      reason: 'media_not_flowing',
    });
  }
  return happened(
    turn,
    { status: 'active', startedAt: now },
    (caused) => ({
      name: 'order:started',
      data: {
        ...caused,
        verification: media === 'unverified' ? 'unverified' : 'verified',
        distanceMeters: Math.round(fix.distanceMeters),
      },
    }),
    [notify(order.creatorId, 'order_started')],
  );
}

function complete(turn: Turn, reason: string | null): Verdict {
  return happened(
    turn,
    { status: 'completed', completedAt: turn.now },
    (caused) => ({ name: 'order:completed', data: { ...caused, reason } }),
    [...endOfWork(turn.order), ...tellOthers(turn, 'order_completed')],
  );
}

function cancel(turn: Turn, reason: string | null, relation: Relation): Verdict {
  const { order, state, now } = turn;
  // A deadline says why by itself; the other party is owed a word when a promise is broken.
  if (order.status === 'accepted' && relation === 'provider' && !reason) {
    return invalid('reason', 'is needed to cancel an order that you accepted');
  }
  const open = state.applications.filter(isOpen);
  return happened(
    turn,
    { status: 'cancelled', cancelledAt: now },
    (caused) => ({ name: 'order:cancelled', data: { ...caused, reason } }),
    [
      ...(order.status === 'pending' ? [{ kind: 'retract' } as const] : endOfWork(order)),
      ...tellOthers(turn, 'order_cancelled'),
      ...open.map(({ providerId }) => notify(providerId, 'application_rejected')),
    ],
    open.map((application): Application => ({ ...application, status: 'rejected', updatedAt: now })),
  );
}

function dispute(turn: Turn, reason: string | null): Verdict {
  if (turn.order.releasedAt) {
    return refuse('INVALID_TRANSITION', 'This order was released and can no longer be disputed.', {
      reason: 'already_released',
    });
  }
  if (!reason) return invalid('reason', 'is needed to open a dispute');
  return happened(
    turn,
    { status: 'disputed' },
    (caused) => ({ name: 'order:disputed', data: { ...caused, reason } }),
    [...(turn.order.status === 'active' ? endOfWork(turn.order) : []), ...tellOthers(turn, 'order_disputed')],
  );
}

function resolve(turn: Turn, command: Extract<OrderCommand, { name: 'resolve' }>): Verdict {
  const { order, now } = turn;
  const { outcome, providerShare, reason } = command;
  const agreed = order.agreedAmount ?? order.baseAmount;
  if (outcome === 'split') {
    if (providerShare === null) return invalid('providerShare', 'is needed to split');
    if (providerShare <= 0n || providerShare >= agreed) {
      return invalid(
        'providerShare',
        'must lie between nothing and the agreed amount; use release or refund for those',
      );
    }
  } else if (providerShare !== null) {
    return invalid('providerShare', `has no meaning with the outcome ${outcome}`);
  }
  const refunded = outcome === 'refund';
  return happened(
    turn,
    refunded
      ? { status: 'cancelled', cancelledAt: now }
      : { status: 'completed', completedAt: order.completedAt ?? now, releasedAt: now },
    (caused) => ({
      name: 'order:resolved',
      data: {
        ...caused,
        outcome,
        providerShare: providerShare === null ? null : toMajorUnits(providerShare, order.currency),
        reason,
      },
    }),
    tellOthers(turn, 'order_resolved'),
  );
}

function release(turn: Turn): Verdict {
  if (turn.order.releasedAt) {
    return refuse('INVALID_TRANSITION', 'This order was released already.', { reason: 'already_released' });
  }
  return happened(
    turn,
    { releasedAt: turn.now },
    (caused) => ({ name: 'order:released', data: caused }),
    turn.order.providerId ? [notify(turn.order.providerId, 'order_released')] : [],
  );
}

function rate(turn: Turn, command: Extract<OrderCommand, { name: 'rate' }>): Verdict {
  const { order, state, by, now } = turn;
  const other = by === order.creatorId ? order.providerId : order.creatorId;
  if (!by || !other || !order.startedAt) {
    return refuse('INVALID_TRANSITION', 'Only an order that was carried out can be rated.', {
      reason: 'never_started',
    });
  }
  if (state.ratings.some(({ raterId }) => raterId === by)) {
    return refuse('CONFLICT', 'You have rated this order already.', { reason: 'already_rated' });
  }
  const rating = {
    id: command.ratingId,
    orderId: order.id,
    raterId: by,
    rateeId: other,
    rating: command.rating,
    comment: command.comment,
    createdAt: now,
  };
  const decided = happened(
    turn,
    {},
    (caused) => ({
      name: 'order:rated',
      data: { ...caused, raterId: by, rateeId: other, rating: rating.rating },
    }),
    [notify(other, 'rating_received')],
  );
  if (!decided.ok) return decided;
  const { value } = decided;
  return ok({
    ...value,
    state: { ...value.state, ratings: [...state.ratings, rating] },
    changed: { ...value.changed, rating },
  });
}

/** Puts a decision together: the order moves on by one version, changed applications replace their old selves. */
function happened(
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
    },
    changed: { applications, rating: null },
    effects: [{ kind: 'publish' }, ...effects],
  });
}

function endOfWork(order: Order): OrderEffect[] {
  const effects: OrderEffect[] = [{ kind: 'end_tracking' }];
  if (order.providerId) effects.push({ kind: 'unassign', providerId: order.providerId });
  return effects;
}

function tellOthers({ order, by }: Turn, about: NoticeKind): OrderEffect[] {
  return [order.creatorId, order.providerId]
    .filter((personId): personId is string => personId !== null && personId !== by)
    .map((personId) => notify(personId, about));
}

function notify(personId: string, about: NoticeKind): OrderEffect {
  return { kind: 'notify', personId, about };
}

function isOpen(application: Application): boolean {
  return application.status === 'pending';
}

function placeOf(location: OrderDraft['location']): OrderPlace {
  const { latitude, longitude, address, locality } = location;
  return { latitude, longitude, cell: blur({ latitude, longitude }).cell, address, locality };
}

function problemWith(
  draft: Pick<OrderDraft, 'baseAmount' | 'currency' | 'scheduledFor' | 'serviceRadius'> & {
    location: unknown;
  },
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

function problemWithAmount(field: string, amount: bigint, currency: string): Rejection | null {
  const known = CURRENCIES[currency as keyof typeof CURRENCIES]; // an unknown key gives undefined, refused next
  if (!known) return problem('currency', 'is not supported');
  const minimum = BigInt(known.minimumAmount);
  return amount < minimum
    ? problem(field, `must be at least ${toMajorUnits(minimum, currency)} ${currency}`)
    : null;
}

function partiesOf(command: OrderCommand): string {
  switch (command.name) {
    case 'resolve':
      return 'an admin';
    case 'apply':
    case 'withdraw':
      return 'a provider';
    case 'start':
    case 'cross':
      return "the order's provider";
    case 'create':
    case 'edit':
    case 'accept':
    case 'release':
      return "the order's creator";
    case 'complete':
    case 'cancel':
    case 'dispute':
    case 'rate':
    case 'message':
      return "the order's creator or provider";
  }
}

function problem(field: string, message: string): Rejection {
  return { code: 'VALIDATION_ERROR', message: `${field} ${message}.`, details: [{ field, message }] };
}

function invalid(field: string, message: string): Verdict {
  return err(problem(field, message));
}

function refuse(code: Rejection['code'], message: string, details?: Rejection['details']): Verdict {
  return err(details ? { code, message, details } : { code, message });
}
