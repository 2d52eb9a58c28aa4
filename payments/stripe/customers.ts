import type { StripeClient } from './client.ts';
import { asked } from './failures.ts';

/**
 * Makes somebody known to Stripe, once: asked again within a day it is the same one. Stripe learns no more of them than
 * our id.
 * @returns the customer's id
 * @throws StripeRefusal, StripeUnavailable
 */
export async function createCustomer(
  stripe: StripeClient,
  { environment, userId }: { environment: string; userId: string },
): Promise<string> {
  const { id } = await asked(
    stripe.customers.create(
      { metadata: { user_id: userId } },
      { idempotencyKey: `${environment}:customer:${userId}` },
    ),
  );
  return id;
}
