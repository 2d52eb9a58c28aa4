import { toMajorUnits } from '../money/money.ts';
import { beginAttempt, newMoney, PAYMENT_PATIENCE } from '../payments/attempts.ts';
import { MoneyDraft } from '../payments/money-draft.ts';
import type { PaymentAttempt } from '../payments/payment.ts';
import { err } from '../result.ts';
import type { OrderCommand } from './commands.ts';
import {
  BEING_ACCEPTED,
  happened,
  isOpen,
  notify,
  paid,
  refuse,
  type Turn,
  type Verdict,
  withMoney,
} from './decision.ts';
import type { Application } from './order.ts';

/**
 * Chooses an open application and begins its payment, at the provider's price or the order's. The money of an order that is
 * far ahead is not held yet: the card is saved. The order is accepted when Stripe says that this succeeded.
 */
export function accept(turn: Turn, command: Extract<OrderCommand, { name: 'accept' }>): Verdict {
  const { order, state, now } = turn;
  if (order.acceptingApplicationId) return err(BEING_ACCEPTED);
  const chosen = state.applications.find(({ id }) => id === command.applicationId);
  if (!chosen) return refuse('NOT_FOUND', 'There is no such application on this order.');
  if (!isOpen(chosen)) {
    return refuse('CONFLICT', `This application is ${chosen.status}.`, { reason: 'application_not_open' });
  }
  const { card, paymentId } = command;
  const amount = chosen.proposedAmount ?? order.baseAmount;
  const { currency } = order;
  const money =
    state.money ??
    newMoney(
      {
        id: paymentId,
        subjectType: 'order',
        subjectId: order.id,
        payerId: order.creatorId,
        currency,
        amount,
        card,
      },
      now,
    );
  const draft = new MoneyDraft(state.money, money, now);
  // An earlier attempt may have been for another amount, provider or card.
  draft.pay({ ...card, amount, currency, payeeId: chosen.providerId });
  beginAttempt(draft, {
    purpose: 'accept',
    method: isFarAhead(order.scheduledFor, now) ? 'setup' : 'authorization',
    applicationId: chosen.id,
    amount,
    card,
    offSession: false,
  });
  return withMoney(
    happened(turn, { acceptingApplicationId: chosen.id }, (caused) => ({
      name: 'payment:processing',
      data: { ...caused, ...paid(draft.money), requiresAction: false },
    })),
    draft.finish(),
  );
}

/** The payment succeeded: the provider is bound at the price that was paid, and all others are rejected. */
export function accepted(turn: Turn, attempt: PaymentAttempt): Verdict {
  const { order, state, now } = turn;
  const chosen = state.applications.find(({ id }) => id === attempt.applicationId);
  // While an application is being accepted it cannot be withdrawn, nor the order edited.
  if (!chosen) throw new Error('the application that was paid for is part of the state');
  const others = state.applications.filter((application) => isOpen(application) && application !== chosen);
  return happened(
    turn,
    {
      status: 'accepted',
      providerId: chosen.providerId,
      agreedAmount: attempt.amount,
      acceptingApplicationId: null,
      acceptedAt: now,
      arrivalDueAt: chosen.estimatedArrival,
    },
    (caused) => ({
      name: 'order:accepted',
      data: {
        ...caused,
        by: order.creatorId,
        applicationId: chosen.id,
        providerId: chosen.providerId,
        agreedAmount: toMajorUnits(attempt.amount, order.currency),
        currency: order.currency,
      },
    }),
    [
      { kind: 'assign', providerId: chosen.providerId },
      { kind: 'open_show' },
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

function isFarAhead(scheduledFor: Date | null, now: Date): boolean {
  return scheduledFor !== null && scheduledFor.getTime() - now.getTime() > PAYMENT_PATIENCE.authorizeAheadMs;
}
