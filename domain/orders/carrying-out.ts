import { toMajorUnits } from '../money/money.ts';
import { cancellationFee, isLateToCancel } from '../payments/cancellation.ts';
import type { Money } from '../payments/payment.ts';
import { FRESH_FIX_MS } from '../tracking/policy.ts';
import type { ArrivalFacts } from './commands.ts';
import {
  endOfWork,
  happened,
  invalid,
  isOpen,
  notify,
  refuse,
  type Turn,
  tellOthers,
  type Verdict,
  withMoney,
} from './decision.ts';
import type { Application, Order } from './order.ts';
import { aimed } from './paying.ts';
import type { Relation } from './transitions.ts';

/** A stored fact about flowing media counts for `start` only this long. */
const FRESH_MEDIA_MS = 10_000;

/**
 * Begins the stream: with a fresh fix inside the arrival fence, where there is a media backend with flowing media, and
 * with the money held.
 */
export function start(turn: Turn, { fix, media }: ArrivalFacts): Verdict {
  const { order, state, now } = turn;
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
  if (state.money?.payment.status !== 'authorized') {
    return refuse('CONFLICT', "The creator's payment is not certain yet. Wait for it before you start.", {
      reason: 'payment_not_authorized',
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
    [{ kind: 'start_show' }, notify(order.creatorId, 'order_started')],
  );
}

/** Ends the stream and takes the money into escrow. `reason` is a deadline's name when nobody ended it. */
export function complete(turn: Turn, reason: string | null): Verdict {
  return withMoney(
    happened(
      turn,
      { status: 'completed', completedAt: turn.now },
      (caused) => ({ name: 'order:completed', data: { ...caused, reason } }),
      [...endOfWork(turn.order), ...tellOthers(turn, 'order_completed')],
    ),
    aimed(turn, { capture: turn.order.agreedAmount }),
  );
}

/**
 * Calls an order off before it has begun. A provider who was accepted must say why; a creator who does it late pays a part.
 * All else that is held goes back.
 */
export function cancel(turn: Turn, reason: string | null, relation: Relation): Verdict {
  const { order, state, now } = turn;
  // A deadline says why by itself; the other party is owed a word when a promise is broken.
  if (order.status === 'accepted' && relation === 'provider' && !reason) {
    return invalid('reason', 'is needed to cancel an order that you accepted');
  }
  const open = state.applications.filter(isOpen);
  const fee = relation === 'creator' ? lateFee(order, state.money, now) : 0n;
  return withMoney(
    happened(
      turn,
      { status: 'cancelled', cancelledAt: now, acceptingApplicationId: null },
      (caused) => ({
        name: 'order:cancelled',
        data: { ...caused, reason, fee: fee > 0n ? toMajorUnits(fee, order.currency) : null },
      }),
      [
        ...(order.status === 'pending' ? [{ kind: 'retract' } as const] : endOfWork(order)),
        ...tellOthers(turn, 'order_cancelled'),
        ...open.map(({ providerId }) => notify(providerId, 'application_rejected')),
      ],
      open.map((application): Application => ({ ...application, status: 'rejected', updatedAt: now })),
    ),
    aimed(turn, { capture: fee, payee: fee }),
  );
}

/** What calling off costs the creator now; nothing while no money is held. */
function lateFee(order: Order, money: Money | null, now: Date): bigint {
  const held = order.status === 'accepted' && money?.payment.status === 'authorized';
  if (!held || !order.agreedAmount || !isLateToCancel(order, now)) return 0n;
  return cancellationFee(order.agreedAmount, order.currency);
}
