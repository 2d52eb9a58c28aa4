import type { Database } from '#db/client.ts';
import { findCustomer, keepCustomer } from '#db/queries/payment-customers.ts';
import type { StripeClient } from './stripe/client.ts';
import { createCustomer } from './stripe/customers.ts';

/**
 * The person as Stripe's customer, who is made when first needed. Needed twice at once, both get the same: Stripe makes one for one
 * key, and the record keeps the first.
 * @throws StripeRefusal, StripeUnavailable
 */
export async function customerOf(
  db: Database,
  stripe: StripeClient,
  payer: { environment: string; userId: string },
): Promise<string> {
  const known = await findCustomer(db, payer.userId);
  return known ?? keepCustomer(db, payer.userId, await createCustomer(stripe, payer));
}
