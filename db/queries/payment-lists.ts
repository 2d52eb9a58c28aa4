import { and, eq, getTableColumns, or, sql } from 'drizzle-orm';
import type { Order } from '#domain/orders/order.ts';
import type { Payment, PaymentStep, StepState } from '#domain/payments/payment.ts';
import type { Database } from '../client.ts';
import { isDisputedAtBank, liveStreamOrders, paymentSteps, payments } from '../schema/index.ts';
import { type Cursor, MOST_COUNTED, type Page, pageConditions, pageOf } from './cursors.ts';
import { orderFromRow } from './order-rows.ts';
import { paymentFromRow, stepFromRow } from './payment-rows.ts';

/** A page of the steps of all payments, or of those in one state; those of the newest payment first, the last of its steps first. */
export async function paymentStepsIn(
  db: Database,
  state: StepState | null,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<Page<{ step: PaymentStep; orderId: string }>> {
  const wanted = state === null ? undefined : eq(paymentSteps.state, state);
  const page = pageConditions(paymentSteps.paymentId, cursor, paymentSteps.position);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(paymentSteps)
    .where(wanted)
    .limit(MOST_COUNTED)
    .as('counted');
  const [rows, [total], behind] = await db.batch([
    db
      .select({ step: getTableColumns(paymentSteps), orderId: payments.subjectId })
      .from(paymentSteps)
      .innerJoin(payments, eq(payments.id, paymentSteps.paymentId))
      .where(and(wanted, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: paymentSteps.id })
      .from(paymentSteps)
      .where(page.behind ? and(wanted, page.behind) : sql`false`)
      .limit(1),
  ]);
  const placed = rows.map(({ step, orderId }) => ({
    id: step.paymentId,
    position: step.position,
    listed: { step: stepFromRow(step), orderId },
  }));
  const { items, pagination } = pageOf(placed, {
    limit,
    cursor,
    behind: behind.length > 0,
    totalCount: total?.count ?? 0,
  });
  return { items: items.map(({ listed }) => listed), pagination };
}

/** A disputed order: by one of its sides, at the payer's bank, or both. */
export type OpenDispute = { id: string; order: Order; payment: Payment | null };

/** A page of the orders that are disputed now, newest first. */
export async function openDisputes(
  db: Database,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<Page<OpenDispute>> {
  const atBank = db
    .select({ orderId: payments.subjectId })
    .from(payments)
    .where(and(eq(payments.subjectType, 'order'), isDisputedAtBank(payments.chargebacks)));
  const disputed = or(
    eq(liveStreamOrders.status, 'disputed'),
    sql`${liveStreamOrders.id} = any (array(${atBank}))`,
  );
  const page = pageConditions(liveStreamOrders.id, cursor);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(liveStreamOrders)
    .where(disputed)
    .limit(MOST_COUNTED)
    .as('counted');
  const [rows, [total], behind] = await db.batch([
    db
      .select({ order: getTableColumns(liveStreamOrders), payment: getTableColumns(payments) })
      .from(liveStreamOrders)
      .leftJoin(payments, and(eq(payments.subjectType, 'order'), eq(payments.subjectId, liveStreamOrders.id)))
      .where(and(disputed, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: liveStreamOrders.id })
      .from(liveStreamOrders)
      .where(page.behind ? and(disputed, page.behind) : sql`false`)
      .limit(1),
  ]);
  const disputes = rows.map(({ order, payment }) => ({
    id: order.id,
    order: orderFromRow(order),
    payment: payment && paymentFromRow(payment),
  }));
  return pageOf(disputes, { limit, cursor, behind: behind.length > 0, totalCount: total?.count ?? 0 });
}
