import { convert, rounded } from './currencies.ts';

/** Stripe's price for a card payment in the USA: 2.9 % and 30 cents (https://stripe.com/pricing). */
const SHARE = 0.029;
const FIXED_IN_CENTS = 30;
/** What Stripe takes for a dispute and keeps, won or lost. */
const DISPUTE_FEE_IN_CENTS = 1500;

/** Stripe's fee for a captured amount, in minor units of the currency it settles in. */
export function processingFee(amount: number, currency: string): number {
  return rounded(amount * SHARE, currency) + convert(FIXED_IN_CENTS, 'usd', currency);
}

/** Stripe's fee for a dispute, in minor units of the currency it settles in. */
export function disputeFee(currency: string): number {
  return convert(DISPUTE_FEE_IN_CENTS, 'usd', currency);
}
