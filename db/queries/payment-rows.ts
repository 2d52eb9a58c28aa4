import type { InferSelectModel } from 'drizzle-orm';
import type { Money, Payment, PaymentStep } from '#domain/payments/payment.ts';
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

/**
 * One payment's rows, attempts and steps by position, put together; null when there is no payment. The columns of attempts and splits
 * are the domain's fields: the types hold the two together.
 */
export function moneyFromRows(
  [payment]: PaymentRow[],
  attempts: AttemptRow[],
  steps: StepRow[],
  [split]: SplitRow[],
): Money | null {
  if (!payment) return null;
  return {
    payment: paymentFromRow(payment),
    attempts,
    steps: steps.map(stepFromRow),
    split: split ?? null,
  };
}
