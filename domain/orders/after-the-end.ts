import { toMajorUnits } from '../money/money.ts';
import { isChargeable } from '../payments/fees.ts';
import type { Money, PaymentGoal } from '../payments/payment.ts';
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
  withMoney,
} from './decision.ts';
import type { Order } from './order.ts';
import type { DisputeOutcome } from './order-events.ts';
import { aimed, frozen } from './paying.ts';

/** Says that something went wrong. Ends the work if it is under way; too late once the order is released. */
export function dispute(turn: Turn, reason: string | null): Verdict {
  if (turn.order.releasedAt) {
    return refuse('INVALID_TRANSITION', 'This order was released and can no longer be disputed.', {
      reason: 'already_released',
    });
  }
  if (!reason) return invalid('reason', 'is needed to open a dispute');
  const running = turn.order.status === 'active';
  return withMoney(
    happened(
      turn,
      { status: 'disputed' },
      (caused) => ({ name: 'order:disputed', data: { ...caused, reason } }),
      [...(running ? endOfWork(turn.order) : []), ...tellOthers(turn, 'order_disputed')],
    ),
    // The money is taken at once, so that whoever decides can only give it back.
    running ? aimed(turn, { capture: turn.order.agreedAmount }) : null,
  );
}

/**
 * Decides a dispute; or, of an order that was released, gives the creator all or some of it back. Of the agreed amount a
 * split gives the provider a part, never nothing and never all.
 */
export function resolve(turn: Turn, command: Extract<OrderCommand, { name: 'resolve' }>): Verdict {
  const { order, state, now } = turn;
  const { outcome, providerShare, reason } = command;
  const late = order.status === 'completed';
  if (late && (!order.releasedAt || outcome === 'release')) {
    return refuse(
      'INVALID_TRANSITION',
      'Of a completed order an admin can only give back what was released.',
      {
        reason: order.releasedAt ? 'already_released' : 'not_released',
      },
    );
  }
  const problem = problemWithShare(order, outcome, providerShare);
  if (problem) return problem;
  const held = frozen(turn);
  if (held) return held;
  const share = shareOf(outcome, providerShare, order.agreedAmount ?? order.baseAmount);
  if (late && state.money && share >= leftWith(state.money)) {
    return refuse('CONFLICT', 'The provider has no more than that already.', {
      reason: 'nothing_to_give_back',
    });
  }
  const changes: Partial<Order> = late
    ? {}
    : outcome === 'refund'
      ? { status: 'cancelled', cancelledAt: now }
      : { status: 'completed', completedAt: order.completedAt ?? now, releasedAt: now };
  return withMoney(
    happened(
      turn,
      changes,
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
    ),
    aimed(turn, goalOf(turn, share)),
  );
}

/** What the payee has, less what an earlier decision takes from them again. */
function leftWith({ payment: { goal, amountReleased } }: Money): bigint {
  return goal.payee !== null && goal.payee < amountReleased ? goal.payee : amountReleased;
}

/** What is to become of the money by a decision; what was not taken yet, and is to be given back, is not taken at all. */
function goalOf({ state }: Turn, payee: bigint): Partial<PaymentGoal> {
  const untaken = state.money?.payment.amountCaptured === 0n;
  return payee === 0n && untaken ? { capture: 0n, payee } : { payee };
}

function problemWithShare(order: Order, outcome: DisputeOutcome, share: bigint | null): Verdict | null {
  if (outcome !== 'split') {
    return share === null ? null : invalid('providerShare', `has no meaning with the outcome ${outcome}`);
  }
  if (share === null) return invalid('providerShare', 'is needed to split');
  if (share <= 0n || share >= (order.agreedAmount ?? order.baseAmount)) {
    return invalid(
      'providerShare',
      'must lie between nothing and the agreed amount; use release or refund for those',
    );
  }
  if (!isChargeable(share, order.currency)) return invalid('providerShare', 'must end in 0');
  return null;
}

function shareOf(outcome: DisputeOutcome, share: bigint | null, agreed: bigint): bigint {
  switch (outcome) {
    case 'release':
      return agreed;
    case 'refund':
      return 0n;
    case 'split':
      return share ?? 0n;
  }
}

/**
 * Accepts what was delivered: the money is the provider's, and from now on nothing can be disputed. `unpaid`: none could be
 * taken yet; should the creator still pay, it is the provider's at once.
 */
export function release(turn: Turn): Verdict {
  const { order, now } = turn;
  if (order.releasedAt) {
    return refuse('INVALID_TRANSITION', 'This order was released already.', { reason: 'already_released' });
  }
  const held = frozen(turn);
  if (held) return held;
  const unpaid = turn.state.money?.payment.amountCaptured === 0n;
  return withMoney(
    happened(
      turn,
      { releasedAt: now },
      (caused) => ({ name: 'order:released', data: { ...caused, unpaid } }),
      order.providerId ? [notify(order.providerId, unpaid ? 'payment_failed' : 'order_released')] : [],
    ),
    aimed(turn, { payee: order.agreedAmount }),
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
