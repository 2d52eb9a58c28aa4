import type { PaymentStepView } from '#contract/payments.ts';
import { toMajorUnits } from '#domain/money/money.ts';
import type { PaymentStep } from '#domain/payments/payment.ts';

/** A step as the people see it who run the platform. */
export function viewPaymentStep(step: PaymentStep, orderId: string): PaymentStepView {
  const { params, error, dueAt, firstCalledAt, lastCalledAt, createdAt, updatedAt } = step;
  const money = 'amount' in params ? params : null;
  return {
    id: step.id,
    paymentId: step.paymentId,
    orderId,
    kind: params.kind,
    state: step.state,
    amount: money && toMajorUnits(money.amount, money.currency),
    currency: money?.currency ?? null,
    payeeId: params.kind === 'transfer' ? params.payeeId : null,
    generation: step.generation,
    tries: step.tries,
    dueAt: dueAt?.toISOString() ?? null,
    firstCalledAt: firstCalledAt?.toISOString() ?? null,
    lastCalledAt: lastCalledAt?.toISOString() ?? null,
    result: step.result,
    error: error && { code: error.code, declineCode: error.declineCode, message: error.message },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
