import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptState, Money, PaymentAttempt, PaymentStep, StepParams, StepState } from './payment.ts';
import {
  CALL_DEAD_AFTER_MS,
  idempotencyKey,
  LEASE_MS,
  lease,
  lookAgainFor,
  MOST_LOOKS,
  nextStep,
  retryParked,
  stepAfter,
  stepsDueAt,
  unblock,
} from './steps.ts';
import type { CallOutcome } from './stripe-facts.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const HOUR = 3_600_000;

const PARAMS: StepParams[] = [
  {
    kind: 'authorize',
    attemptId: 'p-a1',
    amount: 2_500n,
    currency: 'USD',
    customerId: 'cus',
    paymentMethodId: 'pm',
    offSession: false,
  },
  { kind: 'capture', paymentIntentId: 'pi', amount: 2_500n, currency: 'USD' },
  { kind: 'void', intentId: 'pi', method: 'authorization' },
  { kind: 'refund', paymentIntentId: 'pi', amount: 2_500n, currency: 'USD' },
  { kind: 'transfer', payeeId: 'paul', accountId: null, chargeId: 'ch', amount: 2_125n, currency: 'USD' },
];

function newStep(params: StepParams, given: Partial<PaymentStep> = {}): PaymentStep {
  return {
    id: 'p-s1',
    paymentId: 'p',
    position: 1,
    params,
    state: 'ready',
    generation: 1,
    tries: 0,
    dueAt: NOW,
    firstCalledAt: null,
    lastCalledAt: null,
    answered: false,
    result: null,
    error: null,
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    ...given,
  };
}

const AUTHORIZE = {
  kind: 'authorize',
  attemptId: 'p-a1',
  amount: 2_500n,
  currency: 'USD',
  customerId: 'cus',
  paymentMethodId: 'pm',
  offSession: false,
} as const;
const CAPTURE: StepParams = { kind: 'capture', paymentIntentId: 'pi', amount: 2_500n, currency: 'USD' };
const REFUND: StepParams = { kind: 'refund', paymentIntentId: 'pi', amount: 2_500n, currency: 'USD' };

function newAttempt(id: string, state: AttemptState): PaymentAttempt {
  return {
    id,
    paymentId: 'p',
    position: 1,
    purpose: 'accept',
    method: 'authorization',
    applicationId: null,
    amount: 2_500n,
    currency: 'USD',
    paymentMethodId: 'pm',
    state,
    intentId: null,
    awaitsPayer: false,
    failure: null,
    openUntil: null,
    createdAt: NOW,
    updatedAt: NOW,
  };
}

type Silent = Extract<CallOutcome, { kind: 'deferred' | 'unclear' | 'absent' }>;
const anyOutcome = fc.constantFrom<Silent>(
  { kind: 'deferred' },
  { kind: 'unclear', answered: true },
  { kind: 'unclear', answered: false },
  { kind: 'absent' },
);
const anyWait = fc.oneof(fc.nat(120_000), fc.nat(3 * HOUR), fc.nat(40 * HOUR));

/** The exits of the table, but for those to `done` and `failed`, which come with what Stripe says. */
const EXITS: Record<StepState, readonly StepState[]> = {
  ready: ['running', 'unknown'],
  running: ['ready', 'unknown'],
  unknown: ['unknown', 'ready', 'parked'],
  blocked: ['ready'],
  parked: ['unknown'],
  done: [],
  failed: [],
};

describe('the life of a step, whatever Stripe answers and whenever', () => {
  /** Moves a step as its room does, once; null when it waits for something to happen. */
  function move(
    step: PaymentStep,
    outcome: Silent,
    now: Date,
  ): { next: PaymentStep; looked: boolean } | null {
    switch (step.state) {
      case 'ready':
        return { next: lease(step, now), looked: false };
      case 'running':
        // Whoever called says what became of it, or nobody comes back. A call cannot find that nothing is there.
        return {
          next: stepAfter(
            step,
            outcome.kind === 'absent' ? { kind: 'unclear', answered: false } : outcome,
            now,
          ),
          looked: false,
        };
      case 'unknown':
        return { next: stepAfter(step, outcome, now), looked: true };
      case 'parked':
        return { next: retryParked(step, now), looked: false };
      case 'blocked':
        return { next: unblock(step, 'acct', now), looked: false };
      case 'done':
      case 'failed':
        return null;
    }
  }

  const life = fc.tuple(
    fc.constantFrom(...PARAMS),
    fc.constantFrom<StepState>('ready', 'blocked', 'parked'),
    fc.array(fc.tuple(anyOutcome, anyWait), { maxLength: 80, size: 'max' }),
  );

  it('leaves each state only by the exits of the table, and never goes back to an earlier version', () => {
    fc.assert(
      fc.property(life, ([params, state, moves]) => {
        let step = newStep(params, { state, dueAt: state === 'ready' ? NOW : null });
        let now = NOW;
        for (const [outcome, wait] of moves) {
          now = new Date(now.getTime() + wait);
          const moved = move(step, outcome, now);
          if (!moved || moved.next === step) continue;
          expect(EXITS[step.state]).toContain(moved.next.state);
          expect(moved.next.version).toBe(step.version + 1);
          // Whatever can go on by itself knows when; what waits for somebody does not.
          expect(moved.next.dueAt !== null).toBe(moved.next.state !== 'parked');
          step = moved.next;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never called again without a look in between, unless nothing had happened', () => {
    fc.assert(
      fc.property(life, ([params, state, moves]) => {
        let step = newStep(params, { state, dueAt: state === 'ready' ? NOW : null });
        let now = NOW;
        let mayCall = true;
        for (const [outcome, wait] of moves) {
          now = new Date(now.getTime() + wait);
          const moved = move(step, outcome, now);
          if (!moved) continue;
          if (moved.looked) mayCall = outcome.kind === 'absent';
          if (step.state === 'running') mayCall = outcome.kind === 'deferred';
          if (moved.next.state === 'running') {
            expect(mayCall).toBe(true);
            mayCall = false;
          }
          step = moved.next;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gets another key only when the old call is over or dead, and Stripe has nothing of it', () => {
    fc.assert(
      fc.property(life, ([params, state, moves]) => {
        let step = newStep(params, { state, dueAt: state === 'ready' ? NOW : null });
        let now = NOW;
        for (const [outcome, wait] of moves) {
          now = new Date(now.getTime() + wait);
          const moved = move(step, outcome, now);
          if (!moved) continue;
          expect(moved.next.generation - step.generation).toBeLessThanOrEqual(1);
          if (moved.next.generation !== step.generation) {
            expect(moved.looked && outcome.kind === 'absent').toBe(true);
            const age = step.lastCalledAt ? now.getTime() - step.lastCalledAt.getTime() : Infinity;
            const once = params.kind === 'capture' || params.kind === 'void';
            expect(step.answered || once || age >= CALL_DEAD_AFTER_MS).toBe(true);
          }
          step = moved.next;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not outlive its key: one that waited for a day is looked for first', () => {
    const deferred = newStep(REFUND, { firstCalledAt: NOW, lastCalledAt: later(19 * HOUR) });
    expect(lease(deferred, later(19 * HOUR)).state).toBe('running');
    expect(lease(deferred, later(21 * HOUR)).state).toBe('unknown');
  });
});

describe('a step that nobody can tell anything of', () => {
  it('is looked for again and again, more and more seldom, then parked', () => {
    let step = newStep(REFUND, { state: 'unknown', lastCalledAt: NOW });
    let now = NOW;
    let looks = 0;
    for (; step.state === 'unknown'; looks += 1) {
      step = stepAfter(step, { kind: 'unclear', answered: true }, now);
      now = step.dueAt ?? now;
    }
    expect(looks).toBe(MOST_LOOKS);
    expect(step).toMatchObject({ state: 'parked', dueAt: null });
    // Long enough for a call that is still on its way to be dead, so that what is absent is never parked.
    expect(now.getTime() - NOW.getTime()).toBeGreaterThan(CALL_DEAD_AFTER_MS);
  });

  it('and that left no trace is called again at once, with the key that it had: Stripe does it once, whichever call arrives', () => {
    const lost = stepAfter(lease(newStep(REFUND), NOW), { kind: 'unclear', answered: false }, NOW);
    const again = stepAfter(lost, { kind: 'absent' }, NOW);
    expect(again).toMatchObject({ state: 'ready', generation: 1, tries: 1, dueAt: later(2_000) });
    expect(lease(again, later(2_000))).toMatchObject({ state: 'running', firstCalledAt: NOW });
    // One that Stripe answered, though badly, would only get that answer again.
    const failed = stepAfter(lease(newStep(AUTHORIZE), NOW), { kind: 'unclear', answered: true }, NOW);
    expect(stepAfter(failed, { kind: 'absent' }, NOW)).toMatchObject({ state: 'ready', generation: 2 });
    // But Stripe may still come to carry it out, and money must not be sent twice.
    const sent = stepAfter(lease(newStep(REFUND), NOW), { kind: 'unclear', answered: true }, NOW);
    expect(stepAfter(sent, { kind: 'absent' }, NOW)).toMatchObject({ state: 'ready', generation: 1 });
    expect(stepAfter(sent, { kind: 'absent' }, later(HOUR))).toMatchObject({ state: 'ready', generation: 2 });
    // An old key may be forgotten: whatever still comes with it would be done beside this.
    const old = { ...lost, firstCalledAt: later(-21 * HOUR) };
    expect(stepAfter(old, { kind: 'absent' }, NOW)).toMatchObject({ state: 'unknown', generation: 1 });
  });

  it('is looked for when its lease is over', () => {
    const leased = lease(newStep(CAPTURE), NOW);
    expect(leased).toMatchObject({ state: 'running', dueAt: later(LEASE_MS), lastCalledAt: NOW });
    expect(stepAfter(leased, { kind: 'unclear', answered: false }, later(LEASE_MS))).toMatchObject({
      state: 'unknown',
      dueAt: later(LEASE_MS),
    });
  });
});

describe('the step whose turn it is', () => {
  const money = (...steps: PaymentStep[]): Money => ({
    // Nothing but the steps is looked at.
    payment: {} as Money['payment'],
    attempts: [],
    steps,
    split: null,
  });

  it('is the first that is not over; one that waits for an account lets others pass, one that is parked does not', () => {
    const done = newStep(CAPTURE, { id: 'p-s1', state: 'done' });
    const blocked = newStep(CAPTURE, { id: 'p-s2', state: 'blocked', dueAt: null });
    const parked = newStep(CAPTURE, { id: 'p-s3', state: 'parked', dueAt: null });
    const ready = newStep(CAPTURE, { id: 'p-s4', dueAt: later(5_000) });
    expect(nextStep(money(done, blocked, ready))).toBe(ready);
    expect(stepsDueAt(money(done, blocked, ready))).toEqual(later(5_000));
    expect(nextStep(money(done, parked, ready))).toBe(parked);
    expect(stepsDueAt(money(done, parked, ready))).toBeNull();
    expect(nextStep(money(done))).toBeNull();
  });

  it('is a lost call that nobody wants any longer only beside the others, and only until it is dead', () => {
    const lost = newStep(AUTHORIZE, {
      id: 'p-s1',
      state: 'unknown',
      lastCalledAt: NOW,
      dueAt: later(60_000),
    });
    const ready = newStep(AUTHORIZE, { id: 'p-s2', params: { ...AUTHORIZE, attemptId: 'p-a2' } });
    const attempts = (first: AttemptState) => [newAttempt('p-a1', first), newAttempt('p-a2', 'open')];
    expect(nextStep({ ...money(lost, ready), attempts: attempts('open') })).toBe(lost);
    expect(nextStep({ ...money(lost, ready), attempts: attempts('closed') })).toBe(ready);
    const waiting = newStep(CAPTURE, { ...ready, dueAt: later(120_000) });
    expect(nextStep({ ...money(lost, waiting), attempts: attempts('closed') })).toBe(lost);

    expect(lookAgainFor(lost, later(60_000))).toMatchObject({ state: 'unknown', generation: 1 });
    expect(lookAgainFor(lost, later(CALL_DEAD_AFTER_MS))).toBeNull();
  });

  it('has a key that no other step, and no other of its generations, has', () => {
    const keys = [
      idempotencyKey('production', newStep(CAPTURE)),
      idempotencyKey('production', newStep(CAPTURE, { generation: 2 })),
      idempotencyKey('production', newStep(CAPTURE, { id: 'p-s2' })),
      idempotencyKey('staging', newStep(CAPTURE)),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});
