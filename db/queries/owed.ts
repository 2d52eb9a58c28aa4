import { and, asc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import {
  idempotencyKeys,
  liveStreamOrders,
  orderEffects,
  PAYMENT_OBJECTS,
  paymentAttempts,
  paymentSteps,
  payments,
  payoutAccounts,
  stripeEvents,
} from '../schema/index.ts';

/** Where to go on in the order of ids, and how many to give at most. */
type Stretch = { after: string | null; limit: number };

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/**
 * Ids of the orders that should have done something before `before` and did not: an effect is owed since then, their
 * deadline passed, the turn of one of their payment steps came, or one waits for an account that can take it now. In the
 * order of ids, at most `limit`, beyond `after`.
 */
export async function ordersOwing(
  db: Database,
  { before, after, limit }: Stretch & { before: Date },
): Promise<string[]> {
  const beyond = after ?? BEFORE_ALL_IDS;
  const moment = before.toISOString();
  const { rows } = await db.execute<{ order_id: string }>(sql`
    select ${orderEffects.orderId} as order_id from ${orderEffects}
      where ${orderEffects.doneAt} is null and ${orderEffects.createdAt} < ${moment}
        and ${orderEffects.orderId} > ${beyond}
    union
    select ${liveStreamOrders.id} from ${liveStreamOrders}
      where ${liveStreamOrders.deadlineAt} < ${moment} and ${liveStreamOrders.id} > ${beyond}
    union
    select ${payments.subjectId} from ${paymentSteps}
      join ${payments} on ${payments.id} = ${paymentSteps.paymentId}
      where ${paymentSteps.dueAt} < ${moment} and ${isOfOrderBeyond(beyond)} and not exists (
        -- Steps run one after another; a blocked one lets the others pass.
        select from ${paymentSteps} as earlier
          where earlier.payment_id = ${paymentSteps.paymentId} and earlier.position < ${paymentSteps.position}
            and earlier.state not in ('done', 'failed', 'blocked'))
    union
    select ${payments.subjectId} from ${paymentSteps}
      join ${payments} on ${payments.id} = ${paymentSteps.paymentId}
      join ${payoutAccounts} on ${payoutAccounts.userId} = ${paymentSteps.payeeId}
      where ${paymentSteps.state} = 'blocked' and ${payoutAccounts.transfersEnabled}
        and ${paymentSteps.updatedAt} < ${moment} and ${isOfOrderBeyond(beyond)}
    order by 1
    limit ${limit}`);
  return rows.map((row) => row.order_id);
}

/**
 * Ids of the orders whose payments Stripe may have news of, when it has told nothing of payments at all since `since`: money is being
 * held, or an attempt to hold it is under way, both for as long. None while such webhooks arrive; those of connected accounts come by
 * another way, and prove nothing. In the order of ids, at most `limit`, beyond `after`.
 */
export async function openPaymentsUnheardOf(
  db: Database,
  { since, after, limit }: Stretch & { since: Date },
): Promise<string[]> {
  const moment = since.toISOString();
  const { rows } = await db.execute<{ order_id: string }>(sql`
    select ${payments.subjectId} as order_id from ${payments}
      where not exists (select from ${stripeEvents}
          where ${stripeEvents.receivedAt} >= ${moment} and ${stripeEvents.account} is null
            and ${stripeEvents.payload} ->> 'objectType' in ${PAYMENT_OBJECTS})
        and ${payments.updatedAt} < ${moment} and ${isOfOrderBeyond(after ?? BEFORE_ALL_IDS)}
        and (${payments.status} in ('processing', 'authorized') or exists (
          select from ${paymentAttempts}
            where ${paymentAttempts.paymentId} = ${payments.id} and ${paymentAttempts.state} = 'open'))
    order by 1
    limit ${limit}`);
  return rows.map((row) => row.order_id);
}

/** A payment that was captured, by its order, and when. */
export type CapturedPayment = { processedAt: Date; orderId: string };

/** Payments of orders that were captured at `since` or later, in the order of that, at most `limit`, beyond `after`. */
export async function capturedPayments(
  db: Database,
  { since, after, limit }: { since: Date; after: CapturedPayment | null; limit: number },
): Promise<CapturedPayment[]> {
  const { processedAt, subjectId } = payments;
  const beyond =
    after && sql`(${processedAt}, ${subjectId}) > (${after.processedAt.toISOString()}, ${after.orderId})`;
  const rows = await db
    .select({ processedAt, orderId: subjectId })
    .from(payments)
    .where(and(eq(payments.subjectType, 'order'), gte(processedAt, since), beyond ?? undefined))
    .orderBy(asc(processedAt), asc(subjectId))
    .limit(limit);
  return rows.flatMap(({ processedAt, orderId }) => (processedAt ? [{ processedAt, orderId }] : []));
}

function isOfOrderBeyond(id: string): SQL {
  return sql`${payments.subjectType} = 'order' and ${payments.subjectId} > ${id}`;
}

/** Forgets the answers of writes that were begun before `before`: a client that repeats one later does it anew. */
export async function forgetIdempotencyKeys(db: Database, before: Date): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}
