import type { Stripe } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { ApiError } from '../api/errors.ts';

/** Stripe's own script, which is loaded from Stripe when first needed. @throws ApiError when it cannot be loaded */
export async function stripeJs(publishableKey: string): Promise<Stripe> {
  if (!publishableKey) throw new ApiError('UPSTREAM_UNAVAILABLE', 'This system cannot take cards yet.');
  const stripe = await loadStripe(publishableKey).catch(() => null);
  if (stripe) return stripe;
  throw new ApiError(
    'UNREACHABLE',
    'Stripe, which takes the card, cannot be reached. Check your connection and try again.',
  );
}
