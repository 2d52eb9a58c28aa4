import { toMajorUnits } from '../money/money.ts';
import { isInFlight } from '../payments/attempts.ts';
import { openAttempt } from '../payments/payment.ts';
import { can } from '../people/roles.ts';
import { err } from '../result.ts';
import type { Actor, OrderCommand } from './commands.ts';
import {
  BEING_ACCEPTED,
  happened,
  invalid,
  isOpen,
  notify,
  refuse,
  type Turn,
  type Verdict,
  withMoney,
} from './decision.ts';
import { problemWithAmount } from './drafting.ts';
import { type Application, ORDER_LIMITS, type Order } from './order.ts';
import { givenUp } from './paying.ts';

/** An application to a pending order, one open at a time for each provider; a bid must be in the order's present currency. */
export function apply(turn: Turn, command: Extract<OrderCommand, { name: 'apply' }>, actor: Actor): Verdict {
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
    if (command.currency !== order.currency) {
      return refuse('CONFLICT', `This order is now priced in ${order.currency}.`, {
        reason: 'currency_changed',
      });
    }
    const problem = problemWithAmount('proposedAmount', command.proposedAmount, order.currency);
    if (problem) return err(problem);
  }
  if (command.estimatedArrival !== null && command.estimatedArrival < now) {
    return invalid('estimatedArrival', 'must lie in the future');
  }
  if (command.estimatedArrival !== null && command.estimatedArrival > latestArrival(order, now)) {
    return invalid('estimatedArrival', 'must lie within two weeks of the time when the stream is wanted');
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

function latestArrival({ scheduledFor }: Order, now: Date): Date {
  const wantedAt = Math.max(now.getTime(), scheduledFor?.getTime() ?? 0);
  return new Date(wantedAt + ORDER_LIMITS.arrivalAfterMs);
}

/** Takes one's own open application back. One that is being accepted is given up with it, unless Stripe is being asked. */
export function withdraw(turn: Turn, applicationId: string): Verdict {
  const { order, state, now } = turn;
  const application = state.applications.find(({ id }) => id === applicationId);
  // Somebody else's application is as unknown as one that never was.
  if (!application || application.providerId !== turn.by) {
    return refuse('NOT_FOUND', 'There is no such application.');
  }
  if (!isOpen(application)) return refuse('INVALID_TRANSITION', `This application is ${application.status}.`);
  const accepting = order.acceptingApplicationId === applicationId;
  const attempt = state.money && openAttempt(state.money);
  if (accepting && attempt && isInFlight(attempt)) return err(BEING_ACCEPTED);
  return withMoney(
    happened(
      turn,
      accepting ? { acceptingApplicationId: null } : {},
      (caused) => ({
        name: 'order:application_withdrawn',
        data: { ...caused, applicationId, providerId: application.providerId },
      }),
      [notify(order.creatorId, 'application_withdrawn')],
      [{ ...application, status: 'withdrawn', updatedAt: now }],
    ),
    accepting ? givenUp(turn) : null,
  );
}
