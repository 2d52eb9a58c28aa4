import { and, eq, inArray, or } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { paymentAttempts, paymentCustomers, payments } from '../schema/index.ts';

/** The person as Stripe's customer; null while they are none. */
export async function findCustomer(db: Database, userId: string): Promise<string | null> {
  const [row] = await db
    .select({ customerId: paymentCustomers.customerId })
    .from(paymentCustomers)
    .where(eq(paymentCustomers.userId, userId));
  return row?.customerId ?? null;
}

/** Makes this customer the person's, unless they have one. @returns the one that they have */
export async function keepCustomer(db: Database, userId: string, customerId: string): Promise<string> {
  await db.insert(paymentCustomers).values({ userId, customerId }).onConflictDoNothing();
  return (await findCustomer(db, userId)) ?? customerId;
}

/**
 * An order that still depends on this card of its payer's: the money is yet to be held, or is held and may have to be held anew.
 * Once it was captured, the card is not needed any more. Null: none does.
 */
export async function orderDependingOnCard(
  db: Database,
  payerId: string,
  paymentMethodId: string,
): Promise<string | null> {
  const [row] = await db
    .select({ orderId: payments.subjectId })
    .from(payments)
    .leftJoin(
      paymentAttempts,
      and(eq(paymentAttempts.paymentId, payments.id), eq(paymentAttempts.state, 'open')),
    )
    .where(
      and(
        eq(payments.payerId, payerId),
        or(
          and(
            eq(payments.paymentMethodId, paymentMethodId),
            inArray(payments.status, ['pending', 'processing', 'authorized']),
          ),
          eq(paymentAttempts.paymentMethodId, paymentMethodId),
        ),
      ),
    )
    .limit(1);
  return row?.orderId ?? null;
}
