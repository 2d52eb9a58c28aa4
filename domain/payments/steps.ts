import { isOpenStep, type Money, type PaymentStep } from './payment.ts';
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
export const MOST_LOOKS = 24;

const FIRST_PAUSE_MS = 2 * SECOND;
const LONGEST_PAUSE_MS = 10 * MINUTE;

/**
 * The states of a step and its exits:
 *
 * | state | leaves by |
 * |---|---|
 * | ready | taking its lease → running; or, its key too old to trust → unknown |
 * | running | success → done; a decline or other 4xx → failed; 429 or 409 → ready, same key; 5xx, time-out, lease lost → unknown |
 * | unknown | found → done; absent and the old call dead → ready, generation + 1; absent, but the call may still arrive → ready, same key; unclear for too long → parked |
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
      return step.state === 'running' ? again(step, now) : lookedInVain(step, now);
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
 * The step whose turn it is: the first that is not over. One that only waits to be unblocked lets others pass; one
 * whose outcome nobody knows does not.
 */
export function nextStep({ steps }: Money): PaymentStep | null {
  return steps.find((step) => isOpenStep(step) && step.state !== 'blocked') ?? null;
}

/** When somebody should do something about the steps of a payment; null: nothing is owed now. */
export function stepsDueAt(money: Money): Date | null {
  return nextStep(money)?.dueAt ?? null;
}

/** The same call once more, with the same key. */
function again(step: PaymentStep, now: Date): PaymentStep {
  return moved(step, { state: 'ready', tries: step.tries + 1, dueAt: after(now, pause(step.tries)) }, now);
}

function lookedInVain(step: PaymentStep, now: Date): PaymentStep {
  return step.tries + 1 >= MOST_LOOKS
    ? moved(step, { state: 'parked', dueAt: null }, now)
    : moved(step, { tries: step.tries + 1, dueAt: after(now, pause(step.tries)) }, now);
}

function isKeyTrusted({ firstCalledAt }: PaymentStep, now: Date): boolean {
  return !firstCalledAt || now.getTime() - firstCalledAt.getTime() <= KEY_TRUSTED_MS;
}

/** Whether a call that left no trace can no longer arrive, or would be refused if it did. */
function isDead(step: PaymentStep, now: Date): boolean {
  if (step.answered || step.lastCalledAt === null) return true;
  // Stripe itself captures once and cancels once, whoever asks.
  if (step.params.kind === 'capture' || step.params.kind === 'void') return true;
  return now.getTime() - step.lastCalledAt.getTime() >= CALL_DEAD_AFTER_MS;
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
