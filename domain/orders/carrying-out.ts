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
} from './decision.ts';
import type { Application } from './order.ts';
import type { Relation } from './transitions.ts';

/** A stored fact about flowing media counts for `start` only this long. */
const FRESH_MEDIA_MS = 10_000;

/** Begins the stream: with a fresh fix inside the arrival fence and, where there is a media backend, flowing media. */
export function start(turn: Turn, { fix, media }: ArrivalFacts): Verdict {
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

/** Ends the stream. `reason` is a deadline's name when nobody ended it. */
export function complete(turn: Turn, reason: string | null): Verdict {
  return happened(
    turn,
    { status: 'completed', completedAt: turn.now },
    (caused) => ({ name: 'order:completed', data: { ...caused, reason } }),
    [...endOfWork(turn.order), ...tellOthers(turn, 'order_completed')],
  );
}

/** Calls an order off before it has begun. A provider who was accepted must say why. */
export function cancel(turn: Turn, reason: string | null, relation: Relation): Verdict {
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
