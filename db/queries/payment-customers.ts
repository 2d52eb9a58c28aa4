import { eq } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { paymentCustomers } from '../schema/index.ts';

/** A person as Stripe knows them, or null when Stripe does not yet. */
export async function findCustomer(db: Database, userId: string): Promise<string | null> {
  const [found] = await db
    .select({ customerId: paymentCustomers.customerId })
    .from(paymentCustomers)
    .where(eq(paymentCustomers.userId, userId));
  return found?.customerId ?? null;
}

/** Remembers who a person is at Stripe; the first one that was kept stays. Gives back the one that is kept. */
export async function keepCustomer(db: Database, userId: string, customerId: string): Promise<string> {
  await db.insert(paymentCustomers).values({ userId, customerId }).onConflictDoNothing();
  return (await findCustomer(db, userId)) ?? customerId;
}
