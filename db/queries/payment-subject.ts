import { and, eq } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { paymentSteps, payments } from '../schema/index.ts';

/** The order that a payment is for, or null when there is no such payment. */
export async function orderOfPayment(db: Database, paymentId: string): Promise<string | null> {
  const [found] = await db
    .select({ orderId: payments.subjectId })
    .from(payments)
    .where(and(eq(payments.id, paymentId), eq(payments.subjectType, 'order')));
  return found?.orderId ?? null;
}

/** The order whose payment a step belongs to, or null when there is no such step. */
export async function orderOfStep(db: Database, stepId: string): Promise<string | null> {
  const [found] = await db
    .select({ orderId: payments.subjectId })
    .from(paymentSteps)
    .innerJoin(payments, eq(payments.id, paymentSteps.paymentId))
    .where(and(eq(paymentSteps.id, stepId), eq(payments.subjectType, 'order')));
  return found?.orderId ?? null;
}
