import {
  isFrozen,
  type Money,
  NOT_WANTED,
  type PayeeFacts,
  type PaymentStep,
  stepsOf,
} from '#domain/payments/payment.ts';
import {
  isWanted,
  lease,
  lookAgainFor,
  lookFor,
  nextStep,
  stepAfter,
  unblock,
} from '#domain/payments/steps.ts';
import type { CallOutcome } from '#domain/payments/stripe-facts.ts';
import type { Gateway } from './stripe/gateway.ts';

/** Whoever keeps a payment: an order's room. What it changes stands in the record before anything else is done. */
export type StepOwner = {
  /** The money as the record has it; null when there is none. */
  money(): Promise<Money | null>;
  /** Where the payee can be paid now, and when that was found out. */
  payee(): Promise<PayeeFacts>;
  /** Changes a step alone, if it is still as it was before. Says whether it was. */
  keep(before: PaymentStep, after: PaymentStep): Promise<boolean>;
  /** Takes in what became of a step, with all that follows from it. */
  settle(stepId: string, outcome: Extract<CallOutcome, { kind: 'succeeded' | 'refused' }>): Promise<void>;
};

export type StepRunnerContext = {
  owner: StepOwner;
  stripe: Pick<Gateway, 'call' | 'find'>;
  /** Keeps the keys of two databases that share a Stripe account apart. */
  environment: string;
  now: () => Date;
  /** A fault of ours, or an answer that nobody foresaw; the step goes on as one whose outcome is not known. */
  report: (error: unknown, step: PaymentStep) => void;
};

/** More than any payment owes at once; a payment that asks for more waits for the next run. */
const MOST_MOVES = 60;

/**
 * Carries out what a payment owes Stripe, one step after another, until nothing can be done now. Two runs of one payment must
 * not overlap. Should it die anywhere, the next run goes on: a step that was being called is looked for at Stripe before it is
 * called again.
 * @returns when there is something to be done next; null: when something happens
 */
export async function runSteps(context: StepRunnerContext): Promise<Date | null> {
  const { owner, now } = context;
  await unblockTransfers(context);
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const money = await owner.money();
    const step = money && nextStep(money);
    if (!money || !step?.dueAt) return null;
    if (step.dueAt > now()) return step.dueAt;
    await move(step, money, context);
  }
  return now();
}

async function move(step: PaymentStep, money: Money, context: StepRunnerContext): Promise<void> {
  const { owner, stripe, environment, now } = context;
  const { payment } = money;
  const about = { environment, subjectId: payment.subjectId, payment };
  switch (step.state) {
    case 'ready': {
      if (!isWanted(step, money)) return dismiss(step, context);
      const leased = lease(step, now());
      if (!(await owner.keep(step, leased)) || leased.state !== 'running') return;
      return conclude(leased, await outcomeOf(stripe.call(leased, about), leased, context), context);
    }
    case 'running':
      // Its lease is over, and nobody came back.
      await owner.keep(step, stepAfter(step, { kind: 'unclear', answered: false }, now()));
      return;
    case 'unknown': {
      const outcome = await outcomeOf(stripe.find(step, about), step, context);
      if (outcome.kind === 'absent' && !isWanted(step, money)) return giveUpLooking(step, context);
      return conclude(step, outcome, context);
    }
    case 'done':
    case 'failed':
    case 'blocked':
    case 'parked':
      throw new Error(`a step that is ${step.state} is nobody's turn`);
  }
}

/** Ends a step that nobody wants any longer. One that was called before may have been carried out, or may yet be. */
async function dismiss(step: PaymentStep, { owner, now }: StepRunnerContext): Promise<void> {
  if (step.firstCalledAt === null) await owner.settle(step.id, UNNEEDED);
  else await owner.keep(step, lookFor(step, now()));
}

async function giveUpLooking(step: PaymentStep, { owner, now }: StepRunnerContext): Promise<void> {
  const again = lookAgainFor(step, now());
  if (again) await owner.keep(step, again);
  else await owner.settle(step.id, UNNEEDED);
}

const UNNEEDED = { kind: 'refused', error: NOT_WANTED, fact: null } as const;

async function outcomeOf(
  asking: Promise<CallOutcome>,
  step: PaymentStep,
  { report }: StepRunnerContext,
): Promise<CallOutcome> {
  try {
    return await asking;
  } catch (error) {
    report(error, step);
    return { kind: 'unclear', answered: false };
  }
}

async function conclude(
  step: PaymentStep,
  outcome: CallOutcome,
  { owner, now }: StepRunnerContext,
): Promise<void> {
  switch (outcome.kind) {
    case 'succeeded':
    case 'refused':
      await owner.settle(step.id, outcome);
      return;
    case 'deferred':
    case 'unclear':
    case 'absent':
      await owner.keep(step, stepAfter(step, outcome, now()));
      return;
  }
}

async function unblockTransfers({ owner, now }: StepRunnerContext): Promise<void> {
  const money = await owner.money();
  const blocked = money?.steps.filter(({ state }) => state === 'blocked') ?? [];
  if (!money || blocked.length === 0 || isFrozen(money.payment)) return;
  const { accountId, observedAt } = await owner.payee();
  if (accountId === null) return;
  for (const step of blocked) {
    // What was known when Stripe refused the last transfer would only be refused again.
    const known = wasRefused(money) && (observedAt === null || observedAt <= step.createdAt);
    if (!known) await owner.keep(step, unblock(step, accountId, now()));
  }
}

function wasRefused(money: Money): boolean {
  return stepsOf(money, 'transfer').some(
    ({ state, error }) => state === 'failed' && error?.code !== NOT_WANTED.code,
  );
}
