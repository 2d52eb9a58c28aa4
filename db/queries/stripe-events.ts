import { and, asc, eq, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Database } from '../client.ts';
import {
  paymentAttempts,
  paymentSteps,
  payments,
  type StripeEventPointers,
  stripeEvents,
} from '../schema/index.ts';

/** Something that Stripe told. `account`: null for the platform's own. */
export type StripeEvent = {
  id: string;
  type: string;
  account: string | null;
  objectId: string | null;
  payload: StripeEventPointers;
  receivedAt: Date;
};

/**
 * Keeps an event until it is applied.
 * @returns whether it is new; Stripe tells some twice
 */
export async function keepStripeEvent(db: Database, event: StripeEvent): Promise<boolean> {
  const kept = await db
    .insert(stripeEvents)
    .values({ ...event, appliedAt: null, attempts: 0 })
    .onConflictDoNothing({ target: stripeEvents.id })
    .returning({ id: stripeEvents.id });
  return kept.length > 0;
}

/** Whether an event that was kept needs nobody any more. */
export async function isStripeEventApplied(db: Database, eventId: string): Promise<boolean> {
  const [row] = await db
    .select({ appliedAt: stripeEvents.appliedAt })
    .from(stripeEvents)
    .where(eq(stripeEvents.id, eventId));
  return row !== undefined && row.appliedAt !== null;
}

/** Its news has been taken in, or concerns nobody here. Harmless twice. */
export async function markStripeEventApplied(db: Database, eventId: string, at: Date): Promise<void> {
  await db
    .update(stripeEvents)
    .set({ appliedAt: at })
    .where(and(eq(stripeEvents.id, eventId), isNull(stripeEvents.appliedAt)));
}

/** It was tried to apply these, in vain: others come before them next time. */
export async function countStripeEventAttempts(db: Database, eventIds: string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await db
    .update(stripeEvents)
    .set({ attempts: sql`${stripeEvents.attempts} + 1` })
    .where(and(inArray(stripeEvents.id, eventIds), isNull(stripeEvents.appliedAt)));
}

/** Events that came before `before` and were not applied, at most `limit`: those tried least often first, then the oldest. */
export async function unappliedStripeEvents(
  db: Database,
  { before, limit }: { before: Date; limit: number },
): Promise<(StripeEvent & { attempts: number })[]> {
  const rows = await db
    .select()
    .from(stripeEvents)
    .where(and(isNull(stripeEvents.appliedAt), lt(stripeEvents.receivedAt, before)))
    .orderBy(asc(stripeEvents.attempts), asc(stripeEvents.receivedAt))
    .limit(limit);
  return rows.map(({ appliedAt: _, ...event }) => event);
}

/**
 * Forgets events that came before `before` and need nobody any more, at most `limit`, the oldest first.
 * @returns how many
 */
export async function forgetStripeEvents(
  db: Database,
  { before, limit }: { before: Date; limit: number },
): Promise<number> {
  const old = db
    .select({ id: stripeEvents.id })
    .from(stripeEvents)
    .where(and(lt(stripeEvents.receivedAt, before), isNotNull(stripeEvents.appliedAt)))
    .orderBy(asc(stripeEvents.receivedAt))
    .limit(limit);
  const { rowCount } = await db.delete(stripeEvents).where(inArray(stripeEvents.id, old));
  return rowCount;
}

/**
 * The order that an event is about: by the intent or charge that the record knows, or, when the event overtakes the
 * answer to the call that made its object, by the step. Null when it is none of ours.
 */
export async function orderOfStripeEvent(
  db: Database,
  { intentId, chargeId, stepId }: Pick<StripeEventPointers, 'intentId' | 'chargeId' | 'stepId'>,
): Promise<string | null> {
  const paymentId = { paymentId: payments.id };
  const found = unionAll(
    db
      .select(paymentId)
      .from(payments)
      .where(or(eq(payments.paymentIntentId, intentId ?? ''), eq(payments.chargeId, chargeId ?? ''))),
    db
      .select({ paymentId: paymentAttempts.paymentId })
      .from(paymentAttempts)
      .where(eq(paymentAttempts.intentId, intentId ?? '')),
    db
      .select({ paymentId: paymentSteps.paymentId })
      .from(paymentSteps)
      .where(eq(paymentSteps.id, stepId ?? '')),
  ).as('found');
  const [row] = await db
    .select({ orderId: payments.subjectId })
    .from(payments)
    .innerJoin(found, eq(found.paymentId, payments.id))
    .where(eq(payments.subjectType, 'order'))
    .limit(1);
  return row?.orderId ?? null;
}
