import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { Order, OrderStatus } from '#domain/orders/order.ts';
import type { Database } from '../client.ts';
import { liveStreamOrders } from '../schema/index.ts';
import { type Cursor, MOST_COUNTED, type Page, pageConditions, pageOf } from './cursors.ts';
import { orderFromRow } from './order-rows.ts';

/** The order of this id, or null. */
export async function findOrder(db: Database, orderId: string): Promise<Order | null> {
  const [row] = await db.select().from(liveStreamOrders).where(eq(liveStreamOrders.id, orderId));
  return row ? orderFromRow(row) : null;
}

/** Which of somebody's own orders: by default those that they created and those that they carry out. */
export type OwnOrdersFilter = {
  role?: 'creator' | 'provider' | undefined;
  status?: OrderStatus | undefined;
  tag?: string | undefined;
};

/** A page of somebody's own orders, newest first. */
export async function ownOrders(
  db: Database,
  userId: string,
  filter: OwnOrdersFilter,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<Page<Order>> {
  const wanted = and(
    ofPerson(userId, filter.role),
    filter.status && eq(liveStreamOrders.status, filter.status),
    filter.tag === undefined ? undefined : sql`${filter.tag} = any(${liveStreamOrders.tags})`,
  );
  const page = pageConditions(liveStreamOrders.id, cursor);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(liveStreamOrders)
    .where(wanted)
    .limit(MOST_COUNTED)
    .as('counted');
  const [rows, [total], behind] = await db.batch([
    db
      .select()
      .from(liveStreamOrders)
      .where(and(wanted, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: liveStreamOrders.id })
      .from(liveStreamOrders)
      .where(page.behind ? and(wanted, page.behind) : sql`false`)
      .limit(1),
  ]);
  return pageOf(rows.map(orderFromRow), {
    limit,
    cursor,
    behind: behind.length > 0,
    totalCount: total?.count ?? 0,
  });
}

function ofPerson(userId: string, role: OwnOrdersFilter['role']): SQL | undefined {
  switch (role) {
    case 'creator':
      return eq(liveStreamOrders.creatorId, userId);
    case 'provider':
      return eq(liveStreamOrders.providerId, userId);
    case undefined:
      return or(eq(liveStreamOrders.creatorId, userId), eq(liveStreamOrders.providerId, userId));
  }
}
