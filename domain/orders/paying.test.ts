import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../payments/fact-samples.ts';
import { NEW_PAYEE } from '../payments/payment.ts';
import { nextStep } from '../payments/steps.ts';
import type { IntentFact } from '../payments/stripe-facts.ts';
import { commandOf, deadlineOf } from './deadlines.ts';
import type { OrderState } from './order.ts';
import {
  ADMIN,
  accept,
  accepted,
  active,
  answered,
  application,
  arrived,
  completed,
  decision,
  draft,
  later,
  MARA,
  NOW,
  PAUL,
  playOn,
  refusal,
  SYSTEM,
} from './order-samples.ts';
import { afterFact } from './paying.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An order for ten days ahead that Paul was accepted for: the card is saved, no money is held. */
const farAhead = () =>
  playOn(
    { ...draft, scheduledFor: later(10 * DAY) },
    [application('a1'), PAUL],
    [accept('a1'), MARA],
    'stripe',
  );

/** What follows when the hold that there is is gone. */
function lapsed(state: OrderState, now: Date) {
  const { payment } = state.money ?? {};
  if (!payment?.paymentIntentId) throw new Error('no money is held');
  const fact: IntentFact = {
    kind: 'intent',
    id: payment.paymentIntentId,
    stepId: null,
    status: 'cancelled',
    amount: payment.amount,
    amountCaptured: 0n,
    error: null,
    charge: null,
    clientSecret: null,
  };
  const decided = afterFact(state, fact, NEW_PAYEE, now);
  if (!decided) throw new Error('nothing followed');
  return decided;
}

function owed(state: OrderState) {
  return state.money && (nextStep(state.money)?.params ?? null);
}

describe('the money of an order that is far ahead', () => {
  it('is held 72 hours before its time, without its creator', () => {
    const state = farAhead();
    const deadline = deadlineOf(state);
    expect(deadline).toEqual({ name: 'authorization_due', at: later(7 * DAY) });
    const due = decision(state, commandOf('authorization_due'), SYSTEM, later(7 * DAY)).state;
    expect(owed(due)).toMatchObject({ kind: 'authorize', offSession: true, amount: 2_500n });
    const held = answered(due, 'succeeds', later(7 * DAY));
    expect(held?.event.name).toBe('payment:authorized');
    expect(held?.state.order.status).toBe('accepted');
  });

  it('may be held with another card for twelve hours, when it cannot be held; then the order is cancelled', () => {
    const due = decision(farAhead(), { name: 'secure' }, SYSTEM, later(7 * DAY)).state;
    const declined = answered(due, 'is_refused', later(7 * DAY))?.state;
    if (!declined) throw new Error('nothing followed');
    const deadline = deadlineOf(declined);
    expect(deadline).toEqual({ name: 'card_due', at: later(7 * DAY + 12 * HOUR) });

    const another = { customerId: 'cus', paymentMethodId: 'pm_other' };
    const paying = decision(declined, { name: 'pay', card: another }, MARA, later(7 * DAY + HOUR)).state;
    expect(owed(paying)).toMatchObject({ kind: 'authorize', paymentMethodId: 'pm_other', offSession: false });
    const paid = answered(paying, 'succeeds', later(7 * DAY + HOUR))?.state;
    expect(paid?.money?.payment).toMatchObject({ status: 'authorized', cardDueAt: null });

    const over = decision(declined, commandOf('card_due'), SYSTEM, later(7 * DAY + 12 * HOUR));
    expect(over.event).toMatchObject({ name: 'order:cancelled', data: { reason: 'card_due', fee: null } });
  });

  it('no other card is taken while none is asked for', () => {
    const pay = { name: 'pay', card: { customerId: 'cus', paymentMethodId: 'pm' } } as const;
    expect(refusal(accepted(), pay, MARA)?.details).toMatchObject({ reason: 'no_card_due' });
  });
});

describe('a hold that is about to lapse', () => {
  it('is made anew a day before, while the order has not begun; the old one is given back then', () => {
    const state = playOn(
      { ...draft, scheduledFor: later(2.9 * DAY) },
      [application('a1', null, later(9 * DAY)), PAUL],
      [accept('a1'), MARA],
      'stripe',
    );
    const deadline = deadlineOf(state);
    expect(deadline).toEqual({ name: 'authorization_lapsing', at: later(6 * DAY) });
    const renewing = decision(state, commandOf('authorization_lapsing'), SYSTEM, later(6 * DAY)).state;
    expect(owed(renewing)).toMatchObject({ kind: 'authorize', offSession: true });
    const former = state.money?.payment.paymentIntentId;
    const renewed = answered(renewing, 'succeeds', later(6 * DAY))?.state;
    expect(renewed?.money?.payment.paymentIntentId).not.toBe(former);
    expect(renewed && owed(renewed)).toMatchObject({ kind: 'void', intentId: former });
  });

  it('is not made anew again and again when it never lasts long', () => {
    const state = playOn(
      { ...draft, scheduledFor: later(2.9 * DAY) },
      [application('a1', null, later(9 * DAY)), PAUL],
      [accept('a1'), MARA],
      'stripe',
    );
    const { money } = state;
    if (!money) throw new Error('it is paid for');
    const short = { ...money, payment: { ...money.payment, captureBefore: later(20 * HOUR) } };
    expect(deadlineOf({ ...state, money: short })?.at).toEqual(later(12 * HOUR));
  });

  it('is taken when the stream runs', () => {
    const { state } = decision(active(), { name: 'secure' }, SYSTEM, later(6 * DAY));
    expect(owed(state)).toMatchObject({ kind: 'capture', amount: 2_500n });
  });
});

describe('a hold that is lost', () => {
  it('of an order that has not begun is to be replaced by its creator', () => {
    const { event, state } = lapsed(accepted(), later(HOUR));
    expect(event).toMatchObject({ name: 'payment:failed', data: { reason: 'authorization_lapsed' } });
    expect(deadlineOf(state)).toEqual({ name: 'no_show', at: later(2 * HOUR) });
    expect(state.money?.payment.cardDueAt).toEqual(later(13 * HOUR));
    expect(owed(state)).toBeNull();
    expect(refusal(state, arrived, PAUL)?.details).toMatchObject({ reason: 'payment_not_authorized' });
  });

  it('of a stream that has run is tried once more, and then taken', () => {
    const lost = lapsed(completed(), later(HOUR)).state;
    expect(owed(lost)).toMatchObject({ kind: 'authorize', offSession: true });
    const again = answered(lost, 'succeeds', later(HOUR))?.state;
    expect(again && owed(again)).toMatchObject({ kind: 'capture', amount: 2_500n });
  });

  it('and that cannot be held again, waits for another card and never tries the old one for ever', () => {
    const lost = lapsed(completed(), later(HOUR)).state;
    const declined = answered(lost, 'is_refused', later(HOUR))?.state;
    expect(declined && owed(declined)).toBeNull();
    expect(declined?.money?.payment).toMatchObject({ status: 'failed' });
    expect(declined?.money?.payment.cardDueAt).not.toBeNull();
  });
});

describe('calling off late', () => {
  it('takes a fifth of what is held, and the provider has their share of it', () => {
    const late = decision(accepted(), { name: 'cancel', reason: null }, MARA, later(HOUR));
    expect(late.event.data).toMatchObject({ fee: 6 });
    expect(owed(late.state)).toMatchObject({ kind: 'capture', amount: 600n });
    const decided = answered(late.state, 'succeeds', later(HOUR));
    expect(decided?.state.money?.split).toMatchObject({ payeeId: 'paul', gross: 600n, net: 510n });
    expect(decided?.state.money?.payment.amountHeld).toBe(0n);
  });

  it('by the provider, or early, costs nothing: the hold is given back', () => {
    const byProvider = decision(accepted(), { name: 'cancel', reason: 'ill' }, PAUL, later(HOUR));
    const early = decision(accepted(), { name: 'cancel', reason: null }, MARA, later(MINUTE));
    for (const { event, state } of [byProvider, early]) {
      expect(event.data).toMatchObject({ fee: null });
      expect(owed(state)).toMatchObject({ kind: 'void' });
      expect(answered(state)?.state.money?.payment.status).toBe('cancelled');
    }
  });
});

describe('a dispute', () => {
  const disputed = () => decision(active(), { name: 'dispute', reason: 'wrong place' }, MARA).state;

  it('takes the money at once, so that it can only be given back', () => {
    expect(owed(disputed())).toMatchObject({ kind: 'capture', amount: 2_500n });
  });

  it('decided by a split before the capture leaves each their part', () => {
    const resolve = { name: 'resolve', outcome: 'split', providerShare: 1_000n, reason: null } as const;
    const split = decision(disputed(), resolve, ADMIN).state;
    const taken = answered(split)?.state;
    expect(taken?.money?.split).toMatchObject({ gross: 1_000n });
    expect(taken && owed(taken)).toMatchObject({ kind: 'refund', amount: 1_500n });
    const given = taken && answered(taken)?.state;
    expect(given?.money?.payment).toMatchObject({ amountHeld: 0n, amountRefunded: 1_500n });
  });
});

describe('what Stripe says twice', () => {
  it('changes nothing the second time', () => {
    const owing = completed();
    const { money } = owing;
    const step = money && nextStep(money);
    if (!money || !step) throw new Error('nothing is owed');
    const outcome = outcomeOf(money, step, 'succeeds');
    if (!outcome.fact) throw new Error('a success has a fact');
    const once = afterFact(owing, outcome.fact, NEW_PAYEE, NOW);
    if (!once) throw new Error('nothing followed');
    expect(once.changed.money?.postings.map(({ kind }) => kind)).toEqual(['capture', 'fee']);
    expect(afterFact(once.state, outcome.fact, NEW_PAYEE, NOW)).toBeNull();
  });
});
