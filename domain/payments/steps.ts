import { isFrozen, isOpenStep, type Money, type PaymentStep } from './payment.ts';
import type { CallOutcome } from './stripe-facts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Longer than any call takes: after that, whoever made it is gone. */
export const LEASE_MS = MINUTE;
/** A call without an answer that has not reached Stripe after so long never will. */
export const CALL_DEAD_AFTER_MS = HOUR;
/** Stripe replays an answer to its key for a day at least; well before that we read first. */
const KEY_TRUSTED_MS = 20 * HOUR;
/** So often an unknown step is looked for; then somebody has to look. */
export const MOST_LOOKS = 60;

const FIRST_PAUSE_MS = 2 * SECOND;
const LONGEST_PAUSE_MS = 10 * MINUTE;

/**
 * The states of a step and its exits:
 *
 * | state | leaves by |
 * |---|---|
 * | ready | taking its lease → running; its key too old to trust, or nobody wants it and it was called before → unknown |
 * | running | success → done; a decline or other 4xx → failed; 429 or 409 → ready, same key; 5xx, time-out, lease lost → unknown |
 * | unknown | found → done; absent and the old call dead → ready, generation + 1; absent, but the call may still arrive → ready, same key; unclear for too long → parked; nobody wants it, absent and the old call dead → failed |
 * | blocked | the awaited event → ready |
 * | parked | an admin's retry → unknown |
 *
 * `done` and `failed` come with what Stripe says, so they are events of the subject (`settling.ts`); the rest is here.
 */
export function lease(step: PaymentStep, now: Date): PaymentStep {
  // Whatever the key was first used for may be forgotten, and would be done again.
  if (!isKeyTrusted(step, now)) return moved(step, { state: 'unknown', dueAt: now, tries: 0 }, now);
  return moved(
    step,
    {
      state: 'running',
      dueAt: after(now, LEASE_MS),
      firstCalledAt: step.firstCalledAt ?? now,
      lastCalledAt: now,
      answered: false,
    },
    now,
  );
}

/** An outcome that says nothing of money yet: what the step waits for next. */
export function stepAfter(
  step: PaymentStep,
  outcome: Extract<CallOutcome, { kind: 'deferred' | 'unclear' | 'absent' }>,
  now: Date,
): PaymentStep {
  switch (outcome.kind) {
    case 'deferred':
      return step.state === 'running' ? again(step, now) : lookLater(step, now);
    case 'unclear':
      return step.state === 'running'
        ? moved(step, { state: 'unknown', dueAt: now, answered: outcome.answered }, now)
        : lookedInVain(step, now);
    case 'absent':
      if (isDead(step, now)) {
        const anew = { generation: step.generation + 1, firstCalledAt: null, lastCalledAt: null };
        return moved(step, { state: 'ready', tries: 0, dueAt: now, ...anew }, now);
      }
      // Should the lost call arrive after all, Stripe does for both what it does for one key: once.
      return isKeyTrusted(step, now) ? again(step, now) : lookedInVain(step, now);
  }
}

/** The event that a blocked step waits for has come: its payee can be paid. */
export function unblock(step: PaymentStep, accountId: string, now: Date): PaymentStep {
  if (step.state !== 'blocked' || step.params.kind !== 'transfer') return step;
  return moved(step, { state: 'ready', dueAt: now, params: { ...step.params, accountId } }, now);
}

/** An admin has looked at a parked step: it is looked for at Stripe again. Never straight to `ready`. */
export function retryParked(step: PaymentStep, now: Date): PaymentStep {
  return step.state === 'parked' ? moved(step, { state: 'unknown', dueAt: now, tries: 0 }, now) : step;
}

/** Part of the key under which Stripe remembers a call. */
export function idempotencyKey(environment: string, { id, generation }: PaymentStep): string {
  return `${environment}:${id}:${generation}`;
}

/**
 * The step whose turn it is: the first that is not over. One that waits lets others pass: to be unblocked, for the payer's
 * bank to decide, or, if it only gives a hold back or nobody wants it, for somebody to look. One whose outcome nobody knows does not; but if
 * nobody wants it any longer it is looked for beside the others.
 */
export function nextStep(money: Money): PaymentStep | null {
  const open = money.steps.filter(isOpenStep);
  const first = open.find((step) => !letsPass(step, money)) ?? null;
  return open.filter((step) => isAside(step, money)).reduce(sooner, first);
}

function sooner(one: PaymentStep | null, other: PaymentStep): PaymentStep {
  return one?.dueAt && (!other.dueAt || one.dueAt <= other.dueAt) ? one : other;
}

/** Whether the payment still wants what a step would do. An attempt may be closed before Stripe was asked. */
export function isWanted({ params }: PaymentStep, { attempts }: Money): boolean {
  if (params.kind !== 'authorize' && params.kind !== 'setup') return true;
  return attempts.some(({ id, state }) => id === params.attemptId && state === 'open');
}

/** A step that nobody wants any longer was called before: it is looked for. */
export function lookFor(step: PaymentStep, now: Date): PaymentStep {
  return moved(step, { state: 'unknown', dueAt: now }, now);
}

/** Stripe has nothing of a step that nobody wants: it is looked for again while its call may still arrive. Null: it is over. */
export function lookAgainFor(step: PaymentStep, now: Date): PaymentStep | null {
  return isDead(step, now) ? null : lookedInVain(step, now);
}

/** Whether a step that nobody wants may end unseen: it was never called, or its call left nothing and can have no effect any more. */
export function mayBeDismissed(step: PaymentStep, now: Date): boolean {
  return step.firstCalledAt === null || (step.state === 'unknown' && isDead(step, now));
}

/** When somebody should do something about the steps of a payment; null: nothing is owed now. */
export function stepsDueAt(money: Money): Date | null {
  return nextStep(money)?.dueAt ?? null;
}

function letsPass(step: PaymentStep, money: Money): boolean {
  const { params, state } = step;
  if (state === 'blocked' || isAside(step, money)) return true;
  if (state === 'parked') return params.kind === 'void' || !isWanted(step, money);
  return params.kind === 'transfer' && state === 'ready' && isFrozen(money.payment);
}

/** What may have been done of a step that nobody wants matters only in that it is to be given back. */
function isAside(step: PaymentStep, money: Money): boolean {
  return step.state === 'unknown' && !isWanted(step, money);
}

/** The same call once more, with the same key. */
function again(step: PaymentStep, now: Date): PaymentStep {
  return moved(step, { state: 'ready', tries: step.tries + 1, dueAt: after(now, pause(step.tries)) }, now);
}

/** Stripe would not let us look: that says nothing, and is no look. */
function lookLater(step: PaymentStep, now: Date): PaymentStep {
  return moved(step, { dueAt: after(now, pause(step.tries)) }, now);
}

function lookedInVain(step: PaymentStep, now: Date): PaymentStep {
  return step.tries + 1 >= MOST_LOOKS
    ? moved(step, { state: 'parked', dueAt: null }, now)
    : moved(step, { tries: step.tries + 1, dueAt: after(now, pause(step.tries)) }, now);
}

function isKeyTrusted({ firstCalledAt }: PaymentStep, now: Date): boolean {
  return !firstCalledAt || now.getTime() - firstCalledAt.getTime() <= KEY_TRUSTED_MS;
}

/** Whether a call that left no trace can no longer have an effect, or none that would matter. */
function isDead({ params, answered, lastCalledAt }: PaymentStep, now: Date): boolean {
  if (lastCalledAt === null || now.getTime() - lastCalledAt.getTime() >= CALL_DEAD_AFTER_MS) return true;
  switch (params.kind) {
    case 'capture':
    case 'void':
      // Stripe itself does this once, whoever asks.
      return true;
    case 'authorize':
    case 'setup':
      // Stripe may still come to carry out what it answered badly; a second hold is given back.
      return answered;
    case 'refund':
    case 'transfer':
    case 'reversal':
      return false;
  }
}

function moved(step: PaymentStep, changes: Partial<PaymentStep>, now: Date): PaymentStep {
  return { ...step, ...changes, version: step.version + 1, updatedAt: now };
}

function pause(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
