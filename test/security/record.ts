import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { database } from '#db/client.ts';
import { orderApplications } from '#db/schema/index.ts';
import type { ApplicationStatus, Order, OrderStatus } from '#domain/orders/order.ts';
import { recordOrder } from '#test/orders.ts';
import { cardOf, recordPayment } from '#test/stripe-money.ts';

/** Who is what to an order in the record. */
export type Parties = { owner: string; assignee: string; applicant: string };

/**
 * An order in any status, put straight into the record: `owner` made it, `applicant` applied, and once it was accepted it
 * is `assignee`'s. `owner` has a card, and what was accepted is paid for as far as it would be by then. Gives its id and
 * those of the applications and the payment.
 */
export async function orderThatIs(status: OrderStatus, { owner, assignee, applicant }: Parties) {
  const db = database(env);
  // Deadlines are reckoned from these; none has passed.
  const now = new Date();
  const accepted: Partial<Order> =
    status === 'pending' ? {} : { providerId: assignee, agreedAmount: 2_500n, acceptedAt: now };
  const started: Partial<Order> =
    status === 'pending' || status === 'accepted' || status === 'cancelled' ? {} : { startedAt: now };
  const order = await recordOrder(db, owner, {
    status,
    ...accepted,
    ...started,
    ...(status === 'completed' ? { completedAt: now } : {}),
    ...(status === 'cancelled' ? { cancelledAt: now } : {}),
    createdAt: now,
    updatedAt: now,
  });
  const { id } = order;
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
  if (status === 'pending') {
    const open = application(applicant, 'pending');
    await db.insert(orderApplications).values(open);
    await cardOf(owner);
    return { id, applicationId: open.id, chosenId: open.id, paymentId: null };
  }
  const [rejected, chosen] = [application(applicant, 'rejected'), application(assignee, 'accepted')];
  await db.insert(orderApplications).values([rejected, chosen]);
  const parties = { payeeId: assignee, applicationId: chosen.id };
  const paymentId = await recordPayment(order, parties, PAID_AS[status]);
  return { id, applicationId: rejected.id, chosenId: chosen.id, paymentId };
}

const PAID_AS = {
  accepted: 'authorized',
  active: 'authorized',
  completed: 'captured',
  disputed: 'captured',
  cancelled: 'cancelled',
} as const;
