import { and, asc, eq } from 'drizzle-orm';
import type { Application } from '#domain/orders/order.ts';
import type { Database } from '../client.ts';
import { orderApplications } from '../schema/index.ts';
import { applicationFromRow } from './order-rows.ts';

/** The applications to an order, oldest first: all of them, or only those of one provider. */
export async function applicationsTo(
  db: Database,
  orderId: string,
  providerId: string | null,
): Promise<Application[]> {
  const rows = await db
    .select()
    .from(orderApplications)
    .where(
      and(
        eq(orderApplications.orderId, orderId),
        providerId === null ? undefined : eq(orderApplications.providerId, providerId),
      ),
    )
    .orderBy(asc(orderApplications.id));
  return rows.map(applicationFromRow);
}
