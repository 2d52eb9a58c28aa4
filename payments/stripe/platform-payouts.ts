import { fromStripe } from './amounts.ts';
import type { StripeClient } from './client.ts';
import { asked } from './failures.ts';

/** Money on its way from the platform's own balance to its bank. Minor units. */
export type PlatformPayout = {
  id: string;
  amount: bigint;
  currency: string;
  /** The bank sent it back, or it never left: it is in the balance again. */
  returned: boolean;
};

/** @throws StripeRefusal, StripeUnavailable */
export async function readPlatformPayout(stripe: StripeClient, payoutId: string): Promise<PlatformPayout> {
  const { id, amount, currency, status } = await asked(stripe.payouts.retrieve(payoutId));
  return {
    id,
    amount: fromStripe(amount, currency),
    currency: currency.toUpperCase(),
    returned: status === 'failed' || status === 'canceled',
  };
}
