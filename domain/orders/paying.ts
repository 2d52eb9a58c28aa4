import { anotherCardUntil, beginAttempt, closeAttempt } from '../payments/attempts.ts';
import { type MoneyChange, MoneyDraft } from '../payments/money-draft.ts';
import { isFrozen, type Money, openAttempt, type PayeeFacts, type Payment } from '../payments/payment.ts';
import { aim } from '../payments/planning.ts';
import { observe, settleStep } from '../payments/settling.ts';
import type { CallOutcome, StripeFact } from '../payments/stripe-facts.ts';
import { err } from '../result.ts';
import { accepted } from './accepting.ts';
import type { OrderCommand } from './commands.ts';
import {
  BEING_ACCEPTED,
  type Decision,
  happened,
  notify,
  paid,
  refuse,
  type Turn,
  tellOthers,
  type Verdict,
  withMoney,
} from './decision.ts';
import type { NoticeKind, OrderEffect } from './effects.ts';
import type { OrderState } from './order.ts';

/** What follows for an order from something that Stripe has; null when it was known. */
export function afterFact(
  state: OrderState,
  fact: StripeFact,
  payee: PayeeFacts,
  now: Date,
): Decision | null {
  return state.money && follow(state, observe(state.money, fact, payee, now), payee, now);
}

/** What follows for an order from the end of a step; null when it was known. */
export function afterStep(
  state: OrderState,
  stepId: string,
  outcome: Extract<CallOutcome, { kind: 'succeeded' | 'refused' }>,
  payee: PayeeFacts,
  now: Date,
): Decision | null {
  return state.money && follow(state, settleStep(state.money, stepId, outcome, payee, now), payee, now);
}

/** Gives another card, when the one before would not do. The creator is there, so their bank may ask them. */
export function pay(turn: Turn, { card }: Extract<OrderCommand, { name: 'pay' }>): Verdict {
  const { state, now } = turn;
  const { money } = state;
  if (!money?.payment.cardDueAt || money.payment.amountCaptured > 0n) {
    return refuse('CONFLICT', 'This order needs no other card.', { reason: 'no_card_due' });
  }
  if (openAttempt(money)) return err(BEING_ACCEPTED);
  const draft = MoneyDraft.of(money, now);
  draft.pay(card);
  beginAttempt(draft, {
    purpose: 'replacement',
    method: 'authorization',
    applicationId: null,
    amount: money.payment.amount,
    card,
    offSession: false,
  });
  return withMoney(
    happened(turn, {}, (caused) => ({
      name: 'payment:processing',
      data: { ...caused, ...paid(draft.money), requiresAction: false },
    })),
    draft.finish(),
  );
}

/** Holds the money whose time has come; before a hold lapses it is taken, if the stream runs, or made anew. */
export function secure(turn: Turn): Verdict {
  const { order, state, now, payee } = turn;
  const { money } = state;
  if (!money) return refuse('INVALID_TRANSITION', 'This order has no payment.');
  if (openAttempt(money)) return err(BEING_ACCEPTED);
  const draft = MoneyDraft.of(money, now);
  if (order.status === 'active') aim(draft, { capture: money.payment.amount }, payee);
  else beginOffSession(draft, money.payment.status === 'authorized' ? 'renewal' : 'schedule');
  return withMoney(
    happened(turn, {}, (caused) => ({
      name: 'payment:processing',
      data: { ...caused, ...paid(draft.money), requiresAction: false },
    })),
    draft.finish(),
  );
}

/** Nobody answered the bank in time, or Stripe us. */
export function giveUp(turn: Turn): Verdict {
  const { order, state } = turn;
  if (!state.money || !openAttempt(state.money)) {
    return refuse('INVALID_TRANSITION', 'No payment of this order is under way.');
  }
  const change = givenUp(turn);
  return withMoney(
    happened(
      turn,
      { acceptingApplicationId: null },
      (caused) => ({
        name: 'payment:failed',
        data: { ...caused, ...paid(change.after), reason: 'expired' },
      }),
      [notify(order.creatorId, 'payment_failed')],
    ),
    change,
  );
}

/** The open attempt is closed: whatever it comes to hold is given back. Throws when the order has no payment. */
export function givenUp({ state, now }: Pick<Turn, 'state' | 'now'>): MoneyChange {
  if (!state.money) throw new Error('an attempt belongs to a payment');
  const draft = MoneyDraft.of(state.money, now);
  const attempt = openAttempt(state.money);
  closeAttempt(draft);
  // An order that is not accepted yet simply stays so; one that is must be paid.
  if (attempt && attempt.purpose !== 'accept') {
    draft.pay({ cardDueAt: state.money.payment.cardDueAt ?? anotherCardUntil(now) });
  }
  return (
    draft.finish() ?? { before: state.money, after: state.money, postings: [], receivable: 0n, news: null }
  );
}

/** What a decision on the order means for its money; null for an order without a payment. */
export function aimed({ state, now, payee }: Turn, goal: Partial<Payment['goal']>): MoneyChange | null {
  if (!state.money) return null;
  const draft = MoneyDraft.of(state.money, now);
  // A hold that is there is enough; one that is only being made is still needed if the money is to be taken.
  if (state.money.payment.paymentIntentId || goal.capture === 0n) closeAttempt(draft);
  aim(draft, goal, payee);
  return draft.finish();
}

/** Refuses to move money that the creator's bank is disputing. */
export function frozen({ state }: Turn): Verdict | null {
  return state.money && isFrozen(state.money.payment)
    ? refuse('CONFLICT', "The creator's bank disputes this payment. It is decided there first.", {
        reason: 'charged_back',
      })
    : null;
}

function follow(
  state: OrderState,
  change: MoneyChange | null,
  payee: PayeeFacts,
  now: Date,
): Decision | null {
  if (!change) return null;
  const turn: Turn = { state, order: state.order, by: null, now, payee };
  const verdict = withMoney(eventOf(turn, change), change);
  if (!verdict.ok) throw new Error(`what Stripe says cannot be refused: ${verdict.error.message}`);
  if (change.news?.kind !== 'hold_lost') return verdict.value;
  const again = withMoney(verdict, holdAgain(turn, change.after));
  return again.ok ? again.value : verdict.value;
}

/** What happened to the money, as an event of the order. */
function eventOf(turn: Turn, { after, news }: MoneyChange): Verdict {
  const { order } = turn;
  const creator = (about: NoticeKind): OrderEffect[] => [notify(order.creatorId, about)];
  const provider = (about: NoticeKind): OrderEffect[] =>
    order.providerId ? [notify(order.providerId, about)] : [];
  switch (news?.kind) {
    case undefined:
      return happened(turn, {}, (caused) => ({
        name: 'payment:reconciled',
        data: { ...caused, ...paid(after) },
      }));
    case 'attempt_succeeded':
      if (news.attempt.purpose === 'accept') return accepted(turn, news.attempt);
      return happened(turn, {}, (caused) => ({
        name: 'payment:authorized',
        data: { ...caused, ...paid(after) },
      }));
    case 'awaits_payer':
      return happened(
        turn,
        {},
        (caused) => ({
          name: 'payment:processing',
          data: { ...caused, ...paid(after), requiresAction: true },
        }),
        creator('payment_action_needed'),
      );
    case 'attempt_failed':
      return happened(
        turn,
        { acceptingApplicationId: null },
        (caused) => ({ name: 'payment:failed', data: { ...caused, ...paid(after), reason: 'declined' } }),
        tellOthers(turn, 'payment_failed'),
      );
    case 'captured':
      return happened(turn, {}, (caused) => ({
        name: 'payment:completed',
        data: { ...caused, ...paid(after, news.amount) },
      }));
    case 'hold_released':
      return happened(turn, {}, (caused) => ({
        name: 'payment:cancelled',
        data: { ...caused, ...paid(after) },
      }));
    case 'hold_lost':
      return happened(
        turn,
        {},
        (caused) => ({
          name: 'payment:failed',
          data: { ...caused, ...paid(after), reason: 'authorization_lapsed' },
        }),
        // Nobody has to do anything about an order that is over.
        order.status === 'cancelled' ? [] : tellOthers(turn, 'payment_failed'),
      );
    case 'refunded':
      return happened(
        turn,
        {},
        (caused) => ({ name: 'payment:refunded', data: { ...caused, ...paid(after, news.amount) } }),
        creator('payment_refunded'),
      );
    case 'refund_failed':
      return happened(turn, {}, (caused) => ({
        name: 'payment:refund_failed',
        data: { ...caused, ...paid(after, news.amount) },
      }));
    case 'transferred':
      return happened(
        turn,
        {},
        (caused) => ({ name: 'payment:transferred', data: { ...caused, ...paid(after, news.amount) } }),
        provider('payment_received'),
      );
    case 'chargeback':
      return happened(
        turn,
        {},
        (caused) => ({
          name: 'payment:chargeback',
          data: { ...caused, ...paid(after, news.amount), state: news.state },
        }),
        provider('payment_charged_back'),
      );
  }
}

/** The hold of an order whose stream has run is lost: the card is asked once more, with nobody there. */
function holdAgain({ order, now }: Turn, money: Money): MoneyChange | null {
  const ran = order.startedAt !== null && order.status !== 'cancelled';
  const { startedAt } = order;
  const tried = money.attempts.some(
    ({ purpose, createdAt }) => purpose === 'renewal' && startedAt !== null && createdAt >= startedAt,
  );
  if (!ran || tried || openAttempt(money)) return null;
  const draft = MoneyDraft.of(money, now);
  beginOffSession(draft, 'renewal');
  return draft.finish();
}

function beginOffSession(draft: MoneyDraft, purpose: 'schedule' | 'renewal'): void {
  const { customerId, paymentMethodId, amount } = draft.payment;
  beginAttempt(draft, {
    purpose,
    method: 'authorization',
    applicationId: null,
    amount,
    card: { customerId, paymentMethodId },
    offSession: true,
  });
}
