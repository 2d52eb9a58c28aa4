import { toMajorUnits, toMinorUnits } from '#domain/money/money.ts';
import { feesOf } from '#domain/payments/fees.ts';

/** How a gross amount is divided, in major units: gross = platformFee + processingFee + net. */
export type Shares = { gross: number; platformFee: number; processingFee: number; net: number };

/** How an amount would be divided between the provider and the platform; null for what is no amount of the currency. */
export function sharesOf(gross: number, currency: string): Shares | null {
  const minor = toMinorUnits(gross, currency);
  if (!minor.ok) return null;
  const fees = feesOf(minor.value, currency);
  const major = (amount: bigint) => toMajorUnits(amount, currency);
  return {
    gross,
    platformFee: major(fees.platformFee),
    processingFee: major(fees.processingFee),
    net: major(fees.net),
  };
}
