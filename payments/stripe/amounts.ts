import { currencyRules } from '#domain/money/currencies.ts';

/**
 * How many of Stripe's units one of our minor units is. They are the same, but for the króna: it has no decimals, and
 * Stripe counts its hundredths all the same (https://docs.stripe.com/currencies#special-cases).
 */
function unitsOf(currency: string): bigint {
  return currency === 'ISK' ? 100n : 1n;
}

/** What Stripe is asked for: an amount in its units, and its spelling of the currency. */
export type StripeAmount = { amount: number; currency: string };

/**
 * Minor units as ISO 4217 counts them, for Stripe. Throws a RangeError for a currency that no order may have, and for
 * an amount that no number holds exactly.
 */
export function toStripe(minor: bigint, currency: string): StripeAmount {
  if (!currencyRules(currency)) throw new RangeError(`Unsupported currency: ${currency}`);
  const amount = Number(minor * unitsOf(currency));
  if (!Number.isSafeInteger(amount)) throw new RangeError(`No amount for Stripe: ${minor} ${currency}`);
  return { amount, currency: currency.toLowerCase() };
}

/**
 * Stripe's amount in minor units as ISO 4217 counts them, whatever the currency: also those that an account is paid out
 * in. Throws a RangeError for a part of a minor unit, which there is none of.
 */
export function fromStripe(amount: number, currency: string): bigint {
  const whole = wholeFromStripe(amount, currency);
  if (whole === null) throw new RangeError(`Not a whole amount: ${amount} ${currency}`);
  return whole;
}

/** The same for amounts of which Stripe may reckon parts of a minor unit, as it does of its fees; null for those. */
export function wholeFromStripe(amount: number, currency: string): bigint | null {
  const units = unitsOf(currency.toUpperCase());
  const given = BigInt(amount);
  return given % units === 0n ? given / units : null;
}

/** The same for people to compare with: parts of a minor unit are left off. */
export function roundedFromStripe(amount: number, currency: string): bigint {
  return BigInt(amount) / unitsOf(currency.toUpperCase());
}
