import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { database } from '#db/client.ts';
import { orderApplications } from '#db/schema/index.ts';
import type { ApplicationStatus, Order, OrderStatus } from '#domain/orders/order.ts';
import { recordOrder } from '#test/orders.ts';

/** Who is what to an order in the record. */
export type Parties = { owner: string; assignee: string; applicant: string };

/**
 * An order in any status, put straight into the record: `owner` made it, `applicant` applied, and once it was accepted it
 * is `assignee`'s. Gives its id and those of the applications.
 */
export async function orderThatIs(status: OrderStatus, { owner, assignee, applicant }: Parties) {
  const db = database(env);
  // Deadlines are reckoned from these; none has passed.
  const now = new Date();
  const accepted: Partial<Order> =
    status === 'pending' ? {} : { providerId: assignee, agreedAmount: 2_500n, acceptedAt: now };
  const started: Partial<Order> =
    status === 'pending' || status === 'accepted' || status === 'cancelled' ? {} : { startedAt: now };
  const { id } = await recordOrder(db, owner, {
    status,
    ...accepted,
    ...started,
    ...(status === 'completed' ? { completedAt: now } : {}),
    ...(status === 'cancelled' ? { cancelledAt: now } : {}),
    createdAt: now,
    updatedAt: now,
  });
  const application = (providerId: string, of: ApplicationStatus) => ({
    id: uuidv7(),
    orderId: id,
    providerId,
    message: 'I am close by',
    proposedAmount: null,
    estimatedArrival: null,
    distanceMeters: 700,
    status: of,
    createdAt: now,
    updatedAt: now,
  });
  const open = application(applicant, status === 'pending' ? 'pending' : 'rejected');
  const chosen = status === 'pending' ? [] : [application(assignee, 'accepted')];
  await db.insert(orderApplications).values([open, ...chosen]);
  return { id, applicationId: open.id, chosenId: chosen[0]?.id ?? open.id };
}
