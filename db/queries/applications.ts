import { and, asc, eq } from 'drizzle-orm';
import type { Application } from '#domain/orders/order.ts';
import type { Database } from '../client.ts';
import { orderApplications, users } from '../schema/index.ts';
import { applicationFromRow } from './order-rows.ts';

/** An application, and the name of who applies. */
export type NamedApplication = { application: Application; username: string };

/** The applications to an order, oldest first: all of them, or only those of one provider. */
export async function applicationsTo(
  db: Database,
  orderId: string,
  providerId: string | null,
): Promise<NamedApplication[]> {
  const rows = await db
    .select({ application: orderApplications, username: users.username })
    .from(orderApplications)
    .innerJoin(users, eq(users.id, orderApplications.providerId))
    .where(
      and(
        eq(orderApplications.orderId, orderId),
        providerId === null ? undefined : eq(orderApplications.providerId, providerId),
      ),
    )
    .orderBy(asc(orderApplications.id));
  return rows.map(({ application, username }) => ({
    application: applicationFromRow(application),
    username,
  }));
}
