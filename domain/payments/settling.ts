import { causedByStep } from './ledger.ts';
import { type MoneyChange, MoneyDraft } from './money-draft.ts';
import { type Money, NOT_WANTED, type PayeeFacts, type PaymentStep, type StepError } from './payment.ts';
import { plan } from './planning.ts';
import { fail, see } from './seeing.ts';
import { oweRefund } from './seeing-refunds.ts';
import { mayBeDismissed } from './steps.ts';
import type { CallOutcome, IntentFact, SetupFact, StripeFact } from './stripe-facts.ts';

/** After so many refused transfers of one payment somebody has to look. */
const MOST_TRANSFERS = 3;

/** What follows from something that Stripe has, for the money; null when that was known. */
export function observe(money: Money, fact: StripeFact, payee: PayeeFacts, now: Date): MoneyChange | null {
  const draft = MoneyDraft.of(money, now);
  see(draft, fact);
  plan(draft, payee);
  return draft.finish();
}

/** What follows from the end of a step: it is done, or Stripe refused it. */
export function settleStep(
  money: Money,
  stepId: string,
  outcome: Extract<CallOutcome, { kind: 'succeeded' | 'refused' }>,
  payee: PayeeFacts,
  now: Date,
): MoneyChange | null {
  const step = money.steps.find(({ id }) => id === stepId);
  if (!step) return null;
  // Another instance of the room may have called it since this one found it unneeded.
  const dismissed = outcome.kind === 'refused' && outcome.error.code === NOT_WANTED.code;
  if (dismissed && !mayBeDismissed(step, now)) return null;
  const draft = MoneyDraft.of(money, now);
  if (outcome.kind === 'refused') refuse(draft, step, outcome.error, outcome.fact);
  if (outcome.fact) see(draft, outcome.fact);
  // Most facts end their step; what they say of a cancelled or captured intent is not the step's own.
  if (outcome.kind === 'succeeded') draft.endStep(step, { result: outcome.fact.id, error: null });
  plan(draft, payee);
  return draft.finish();
}

function refuse(
  draft: MoneyDraft,
  step: PaymentStep,
  error: StepError,
  fact: IntentFact | SetupFact | null,
): void {
  if (!draft.endStep(step, { result: null, error })) return;
  const { params } = step;
  switch (params.kind) {
    case 'authorize':
    case 'setup': {
      const attempt = draft.money.attempts.find(({ id }) => id === params.attemptId);
      if (attempt?.state === 'open') fail(draft, attempt, error);
      return;
    }
    case 'refund':
      oweRefund(draft, causedByStep(step.id), params.amount);
      return;
    case 'transfer': {
      const failed = draft.money.steps.filter(
        ({ params, state }) => params.kind === 'transfer' && state === 'failed',
      ).length;
      // It waits until the account can take it; when that is no help, for somebody who looks.
      if (failed < MOST_TRANSFERS) draft.addStep({ ...params, accountId: null }, 'blocked');
      else draft.addStep(params, 'parked');
      return;
    }
    case 'capture':
      // Where the hold is gone, the fact that comes with the refusal says so. While it stands, somebody has to look.
      if (fact?.status !== 'cancelled') draft.addStep(params, 'parked');
      return;
    case 'void':
    case 'reversal':
      return;
  }
}
