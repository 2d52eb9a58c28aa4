import { refundOwed } from './ledger.ts';
import { type MoneyChange, MoneyDraft } from './money-draft.ts';
import type { Money, PayeeFacts, PaymentStep, StepError } from './payment.ts';
import { plan } from './planning.ts';
import { fail, see } from './seeing.ts';
import type { CallOutcome, StripeFact } from './stripe-facts.ts';

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
  const draft = MoneyDraft.of(money, now);
  if (outcome.kind === 'refused') refuse(draft, step, outcome.error);
  if (outcome.fact) see(draft, outcome.fact);
  // Most facts end their step; what they say of a cancelled or captured intent is not the step's own.
  if (outcome.kind === 'succeeded') draft.endStep(step, { result: outcome.fact.id, error: null });
  plan(draft, payee);
  return draft.finish();
}

function refuse(draft: MoneyDraft, step: PaymentStep, error: StepError): void {
  if (!draft.endStep(step, { result: null, error })) return;
  const { payment } = draft;
  const { params } = step;
  switch (params.kind) {
    case 'authorize':
    case 'setup': {
      const attempt = draft.money.attempts.find(({ id }) => id === params.attemptId);
      if (attempt?.state === 'open') fail(draft, attempt, error);
      return;
    }
    case 'refund': {
      // What cannot be refunded is still the payer's. A part that was released already stays with the payee.
      const held = payment.amountHeld < params.amount ? payment.amountHeld : params.amount;
      draft.post(refundOwed(step.id, payment.payerId, payment.currency, held));
      draft.pay({
        amountHeld: payment.amountHeld - held,
        amountOwed: payment.amountOwed + held,
        goal: held < params.amount ? { ...payment.goal, payee: payment.amountReleased } : payment.goal,
      });
      draft.tell({ kind: 'refund_failed', amount: params.amount });
      return;
    }
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
      if (payment.amountCaptured === 0n) draft.tell({ kind: 'hold_lost' });
      return;
    case 'void':
    case 'reversal':
      return;
  }
}
