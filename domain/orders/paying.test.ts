import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../payments/fact-samples.ts';
import type { LedgerPosting } from '../payments/ledger.ts';
import {
  isOpenStep,
  type Money,
  NEW_PAYEE,
  openAttempt,
  type Payment,
  stepsOf,
} from '../payments/payment.ts';
import { isWanted, nextStep, unblock } from '../payments/steps.ts';
import type { ChargebackFact, IntentFact, RefundFact, StripeFact } from '../payments/stripe-facts.ts';
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
  play,
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

function withPayment(state: OrderState, changes: Partial<Payment>): OrderState {
  const { money } = state;
  if (!money) throw new Error('it is paid for');
  return { ...state, money: { ...money, payment: { ...money.payment, ...changes } } };
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
    const held = playOn(
      { ...draft, scheduledFor: later(2.9 * DAY) },
      [application('a1', null, later(3.8 * DAY)), PAUL],
      [accept('a1'), MARA],
      'stripe',
    );
    // A Visa whose owner was away is held for less long than others.
    const state = withPayment(held, { captureBefore: later(4.5 * DAY) });
    const deadline = deadlineOf(state);
    expect(deadline).toEqual({ name: 'authorization_lapsing', at: later(3.5 * DAY) });
    const renewing = decision(state, commandOf('authorization_lapsing'), SYSTEM, later(3.5 * DAY)).state;
    expect(owed(renewing)).toMatchObject({ kind: 'authorize', offSession: true });
    const former = state.money?.payment.paymentIntentId;
    const renewed = answered(renewing, 'succeeds', later(3.5 * DAY))?.state;
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

describe('a dispute over money that could not be taken', () => {
  const untaken = () => {
    const running = withPayment(lapsed(active(), later(HOUR)).state, { cardDueAt: later(13 * HOUR) });
    return decision(running, { name: 'dispute', reason: 'wrong place' }, MARA, later(HOUR)).state;
  };
  const refund = { name: 'resolve', outcome: 'refund', providerShare: null, reason: null } as const;

  it('decided for the creator ends every attempt to take it', () => {
    const { state } = decision(untaken(), refund, ADMIN, later(HOUR));
    expect(state.order.status).toBe('cancelled');
    expect(state.money?.payment).toMatchObject({ goal: { capture: 0n, payee: 0n }, cardDueAt: null });
    expect(state.money && openAttempt(state.money)).toBeNull();
    const late = answered(state, 'succeeds', later(HOUR))?.state;
    expect(late && owed(late)).toMatchObject({ kind: 'void' });
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

describe('money that was taken', () => {
  const taken = () => {
    const state = answered(completed())?.state;
    if (!state) throw new Error('a completed order owes a capture');
    return state;
  };
  const released = () => decision(taken(), { name: 'release' }, MARA).state;

  it('is not taken a second time, though a renewal had been declined before', () => {
    const renewing = decision(accepted(), { name: 'secure' }, SYSTEM, later(HOUR)).state;
    const declined = answered(renewing, 'is_refused', later(HOUR))?.state;
    if (!declined) throw new Error('a renewal is a step');
    expect(declined.money?.payment.cardDueAt).not.toBeNull();
    const fix = { at: later(HOUR), side: 'inside', distanceMeters: 12 } as const;
    const running = decision(
      declined,
      { name: 'start', arrival: { fix, media: 'unverified' } },
      PAUL,
      later(HOUR),
    ).state;
    const done = decision(running, { name: 'complete', reason: null }, PAUL, later(HOUR)).state;
    const captured = answered(done, 'succeeds', later(HOUR))?.state;
    if (!captured) throw new Error('a completed order owes a capture');
    expect(captured.money?.payment).toMatchObject({ status: 'succeeded', cardDueAt: null });
    const card = { customerId: 'cus', paymentMethodId: 'pm_other' };
    expect(refusal(captured, { name: 'pay', card }, MARA)?.details).toMatchObject({ reason: 'no_card_due' });
  });

  it('is asked back once, while Stripe waits for the balance to have enough', () => {
    const disputed = decision(taken(), { name: 'dispute', reason: 'wrong place' }, MARA).state;
    const resolve = { name: 'resolve', outcome: 'split', providerShare: 1_000n, reason: null } as const;
    const split = decision(disputed, resolve, ADMIN).state;
    const refund = owedStep(split, 'refund');
    const asked: RefundFact = {
      kind: 'refund',
      id: 're',
      stepId: refund.id,
      paymentIntentId: 'pi',
      amount: 1_500n,
      status: 'asked',
      moved: false,
    };
    const waiting = followed(split, asked);
    expect(waiting.money?.payment).toMatchObject({ amountHeld: 1_500n, amountRefunded: 0n });
    expect(openSteps(waiting, 'refund')).toEqual([]);
    expect(followed(waiting, { ...asked, status: 'made', moved: true }).money?.payment).toMatchObject({
      amountHeld: 0n,
      amountRefunded: 1_500n,
    });
    const never = followed(waiting, { ...asked, status: 'failed' }).money?.payment;
    expect(never).toMatchObject({ amountHeld: 0n, amountRefunded: 0n, amountOwed: 1_500n });
  });

  it('and that a refund brought back stays owed, whatever an older look says', () => {
    const back: RefundFact = {
      kind: 'refund',
      id: 're',
      stepId: null,
      paymentIntentId: 'pi',
      amount: 500n,
      status: 'failed',
      moved: true,
    };
    const failed = followed(taken(), back);
    expect(failed.money?.payment).toMatchObject({ amountRefunded: 0n, amountOwed: 500n });
    expect(afterFact(failed, { ...back, status: 'made' }, NEW_PAYEE, NOW)).toBeNull();
  });

  it('is not sent on while the bank disputes it, and what the bank keeps is not sent at all', () => {
    const waiting = released();
    expect(openSteps(waiting, 'transfer')).toMatchObject([{ state: 'blocked', params: { amount: 2_125n } }]);
    const open = complaint('open', [{ balanceTransactionId: 'txn_1', amount: -1_000n, fee: 1_500n }]);
    const disputed = followed(waiting, open);
    const ready = unblocked(disputed);
    expect(nextStep(ready)).toBeNull();
    const lost = followed({ ...disputed, money: ready }, { ...open, state: 'lost' });
    expect(openSteps(lost, 'transfer')).toMatchObject([{ params: { amount: 1_125n } }]);
    expect(lost.money?.payment).toMatchObject({ amountLost: 1_000n, amountRecoverable: 0n });
  });

  it('and that a bank kept first and gave back on appeal leaves nothing undecided', () => {
    const took = [{ balanceTransactionId: 'txn_1', amount: -2_500n, fee: 1_500n }];
    const lost = followed(taken(), complaint('lost', took));
    expect(lost.money?.payment).toMatchObject({ amountHeld: 0n, amountLost: 2_500n });
    const gave = [...took, { balanceTransactionId: 'txn_2', amount: 2_500n, fee: 0n }];
    const won = afterFact(lost, complaint('won', gave), NEW_PAYEE, NOW);
    expect(suspense(won?.changed.money?.postings ?? [])).toBe(0n);
    expect(won?.state.money?.payment.amountLost).toBe(0n);
  });

  it('and twice given back, because the first refund came back, is the same whichever is heard of first', () => {
    const refund = (id: string, status: RefundFact['status']): RefundFact => ({
      kind: 'refund',
      id,
      stepId: null,
      paymentIntentId: 'pi',
      amount: 2_500n,
      status,
      moved: true,
    });
    const inOrder = [refund('re_1', 'made'), refund('re_1', 'failed'), refund('re_2', 'made')];
    const outOfOrder = [refund('re_2', 'made'), refund('re_1', 'failed')];
    for (const facts of [inOrder, outOfOrder]) {
      expect(facts.reduce(followed, taken()).money?.payment).toMatchObject({
        amountHeld: 0n,
        amountRefunded: 2_500n,
        amountOwed: 0n,
      });
    }
  });

  it('can be given back after the release, but only what the provider still has', () => {
    const back = (providerShare: bigint) =>
      ({ name: 'resolve', outcome: 'split', providerShare, reason: null }) as const;
    const less = decision(released(), back(500n), ADMIN).state;
    expect(refusal(less, back(2_000n), ADMIN)?.details).toMatchObject({ reason: 'nothing_to_give_back' });
    const refund = owedStep(less, 'refund');
    const given = followed(less, {
      kind: 'refund',
      id: 're',
      stepId: refund.id,
      paymentIntentId: 'pi',
      amount: 2_000n,
      status: 'made',
      moved: true,
    });
    expect(given.money?.payment).toMatchObject({ amountReleased: 500n });
    expect(refusal(given, back(2_000n), ADMIN)?.details).toMatchObject({ reason: 'nothing_to_give_back' });
  });
});

describe('an attempt that the payer has no part in', () => {
  it('waits for Stripe as long as it takes, and no second one is begun beside it', () => {
    const securing = decision(farAhead(), { name: 'secure' }, SYSTEM, later(7 * DAY)).state;
    expect(deadlineOf(securing)).toMatchObject({ name: 'no_show' });
    expect(refusal(securing, { name: 'secure' }, SYSTEM, later(8 * DAY))?.code).toBe('CONFLICT');
  });
});

describe('an attempt that nobody wants any longer', () => {
  it('is not asked for at Stripe', () => {
    const accepting = play([application('a1'), PAUL], [accept('a1'), MARA]);
    const [step] = accepting.money?.steps ?? [];
    const cancelled = decision(accepting, { name: 'cancel', reason: null }, MARA).state;
    expect(step && cancelled.money && isWanted(step, cancelled.money)).toBe(false);
  });

  it('that was to hold the money of an accepted order lets its creator give another card, and is not begun again at once', () => {
    const scheduled = { ...draft, scheduledFor: later(10 * DAY) };
    const saved = playOn(scheduled, [application('a1'), PAUL], [accept('a1'), MARA], 'stripe');
    const securing = decision(saved, { name: 'secure' }, SYSTEM, later(7 * DAY)).state;
    const over = decision(securing, { name: 'give_up' }, SYSTEM, later(7 * DAY + 15 * MINUTE)).state;
    expect(deadlineOf(over)).toEqual({ name: 'card_due', at: later(7 * DAY + 12 * HOUR + 15 * MINUTE) });
  });
});

it('a provider who is overdue is owed nothing when the order is called off', () => {
  const overdue = decision(accepted(), { name: 'cancel', reason: null }, MARA, later(HOUR + MINUTE));
  expect(overdue.event.data).toMatchObject({ fee: null });
});

it('an order that could not be paid says so when it is released', () => {
  const lost = lapsed(completed(), later(HOUR)).state;
  const { event } = decision(lost, { name: 'release' }, SYSTEM, later(25 * HOUR));
  expect(event).toMatchObject({ name: 'order:released', data: { unpaid: true } });
});

function followed(state: OrderState, fact: StripeFact): OrderState {
  const decided = afterFact(state, fact, NEW_PAYEE, NOW);
  if (!decided) throw new Error('nothing followed');
  return decided.state;
}

function openSteps(state: OrderState, kind: 'refund' | 'transfer') {
  return state.money ? stepsOf(state.money, kind).filter(isOpenStep) : [];
}

function owedStep(state: OrderState, kind: 'refund' | 'transfer') {
  const [step] = openSteps(state, kind);
  if (!step) throw new Error(`no ${kind} is owed`);
  return step;
}

/** The money when the payee's account has become ready. */
function unblocked({ money }: OrderState): Money {
  if (!money) throw new Error('it is paid for');
  return { ...money, steps: money.steps.map((step) => unblock(step, 'acct', NOW)) };
}

function complaint(state: ChargebackFact['state'], movements: ChargebackFact['movements']): ChargebackFact {
  const amount = -(movements[0]?.amount ?? 0n);
  return { kind: 'chargeback', id: 'du', chargeId: 'ch', paymentIntentId: 'pi', amount, state, movements };
}

function suspense(postings: LedgerPosting[]): bigint {
  return postings
    .flatMap(({ entries }) => entries)
    .filter(({ account }) => account === 'suspense')
    .reduce((sum, { amount }) => sum + amount, 0n);
}
