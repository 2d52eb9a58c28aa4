import { currencyRules } from '../money/currencies.ts';

/**
 * What the platform charges a payee, of their gross share: prices that are known when an order is accepted. What Stripe
 * charges us is another matter, and known only afterwards.
 */
export const FEE_SCHEDULE = {
  /** For bringing the two together. 12 %. */
  platformBasisPoints: 1_200n,
  /** For taking the card and paying out. 3 %. */
  processingBasisPoints: 300n,
} as const;

const WHOLE = 10_000n;

/** How a gross share is divided; minor units. */
export type Fees = { gross: bigint; platformFee: bigint; processingFee: bigint; net: bigint };

/**
 * Divides a gross share: always gross = platformFee + processingFee + net. The fees together are rounded down, in the payee's
 * favour, and so is the processing fee's part of them; so a larger share never leaves a smaller net. Where Stripe takes only
 * multiples of ten (three-decimal currencies) the net is rounded down to one, and what that leaves is the platform fee's.
 * `gross` must itself be an amount that Stripe takes ({@link isChargeable}).
 */
export function feesOf(gross: bigint, currency: string): Fees {
  const { platformBasisPoints, processingBasisPoints } = FEE_SCHEDULE;
  const fees = (gross * (platformBasisPoints + processingBasisPoints)) / WHOLE;
  const processingFee = (gross * processingBasisPoints) / WHOLE;
  const net = roundedDown(gross - fees, currency);
  return { gross, platformFee: gross - processingFee - net, processingFee, net };
}

/** Whether Stripe takes the amount at all: three-decimal amounts must end in 0. */
export function isChargeable(amount: bigint, currency: string): boolean {
  return amount % granularity(currency) === 0n;
}

/** The amount, or the next one below that Stripe takes. */
export function roundedDown(amount: bigint, currency: string): bigint {
  return amount - (amount % granularity(currency));
}

/** The amount, or the next one above that Stripe takes. */
export function roundedUp(amount: bigint, currency: string): bigint {
  const down = roundedDown(amount, currency);
  return down === amount ? amount : down + granularity(currency);
}

/** https://docs.stripe.com/currencies#three-decimal */
function granularity(currency: string): bigint {
  return currencyRules(currency)?.exponent === 3 ? 10n : 1n;
}
