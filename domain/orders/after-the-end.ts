import { toMajorUnits } from '../money/money.ts';
import { ok } from '../result.ts';
import type { OrderCommand } from './commands.ts';
import {
  endOfWork,
  happened,
  invalid,
  notify,
  refuse,
  type Turn,
  tellOthers,
  type Verdict,
} from './decision.ts';

/** Says that something went wrong. Ends the work if it is under way; too late once the order is released. */
export function dispute(turn: Turn, reason: string | null): Verdict {
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

/** Decides a dispute. Of the agreed amount a split gives the provider a part, never nothing and never all. */
export function resolve(turn: Turn, command: Extract<OrderCommand, { name: 'resolve' }>): Verdict {
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

/** Accepts what was delivered: from now on nothing can be disputed. */
export function release(turn: Turn): Verdict {
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

/** One party's rating of the other: once, and only of an order whose stream was started. */
export function rate(turn: Turn, command: Extract<OrderCommand, { name: 'rate' }>): Verdict {
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
