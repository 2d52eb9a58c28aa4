import type { Payment, PaymentStep } from '#domain/payments/payment.ts';

/** What a step belongs to. `environment` keeps the keys of two databases that share a Stripe account apart. */
export type StepContext = {
  environment: string;
  /** The order. */
  subjectId: string;
  payment: Pick<Payment, 'id'>;
};

/** Ids of ours, on everything that a step makes: how it is found again, and whose it is when an event comes first. */
export function metadataOf({ id }: PaymentStep, { subjectId, payment }: StepContext) {
  return { step_id: id, payment_id: payment.id, order_id: subjectId };
}

/** The step that made it; null for what was made elsewhere. */
export function stepIdOf(metadata: Record<string, string> | null): string | null {
  return metadata?.step_id ?? null;
}
