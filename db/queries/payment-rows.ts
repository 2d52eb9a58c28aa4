import type { InferSelectModel } from 'drizzle-orm';
import type { Money, Payment, PaymentAttempt, PaymentSplit, PaymentStep } from '#domain/payments/payment.ts';
import type { paymentAttempts, paymentSplits, paymentSteps, payments } from '../schema/index.ts';

type PaymentRow = InferSelectModel<typeof payments>;
type AttemptRow = InferSelectModel<typeof paymentAttempts>;
type StepRow = InferSelectModel<typeof paymentSteps>;
type SplitRow = InferSelectModel<typeof paymentSplits>;

/** A row of `payments` as the domain knows it. */
export function paymentFromRow({ goalCapture, goalPayee, ...rest }: PaymentRow): Payment {
  return { ...rest, goal: { capture: goalCapture, payee: goalPayee } };
}

/** The other way round. */
export function rowFromPayment({ goal, ...rest }: Payment): PaymentRow {
  return { ...rest, goalCapture: goal.capture, goalPayee: goal.payee };
}

/** A row of `payment_steps` as the domain knows it. */
export function stepFromRow({ payeeId: _, ...rest }: StepRow): PaymentStep {
  return rest;
}

/** The other way round. */
export function rowFromStep(step: PaymentStep): StepRow {
  return { ...step, payeeId: step.params.kind === 'transfer' ? step.params.payeeId : null };
}

/** The same for an attempt, whose columns are the domain's fields: the types hold the two together. */
export function attemptFromRow(row: AttemptRow): PaymentAttempt {
  return row;
}

/** The same for a split. */
export function splitFromRow(row: SplitRow): PaymentSplit {
  return row;
}

/** One payment's rows, attempts and steps by position, put together; null when there is no payment. */
export function moneyFromRows(
  [payment]: PaymentRow[],
  attempts: AttemptRow[],
  steps: StepRow[],
  [split]: SplitRow[],
): Money | null {
  if (!payment) return null;
  return {
    payment: paymentFromRow(payment),
    attempts: attempts.map(attemptFromRow),
    steps: steps.map(stepFromRow),
    split: split ? splitFromRow(split) : null,
  };
}
