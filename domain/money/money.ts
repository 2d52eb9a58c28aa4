import { err, ok, type Result } from '../result.ts';
import { CURRENCIES, type Currency } from './currencies.ts';

/** Why an amount is no amount of its currency. */
export type AmountProblem = 'not_finite' | 'negative' | 'too_many_decimals' | 'too_large';

/**
 * An amount in major units (25.5 USD, 1200 JPY) as minor units (2550, 1200), exactly: the decimals meant are those of
 * the number's shortest spelling, so 0.1 + 0.2 has too many. Zero passes; whether it is enough for an order is
 * `minimumAmount`'s to say.
 */
export function toMinorUnits(amount: number, currency: Currency): Result<bigint, AmountProblem> {
  if (!Number.isFinite(amount)) return err('not_finite');
  if (amount < 0) return err('negative');
  const { exponent, maximumAmount } = CURRENCIES[currency];
  const spelled = /^(\d+)(?:\.(\d+))?$/.exec(String(amount));
  // Exponents appear in a number's spelling below 1e-6 and from 1e21 on only.
  if (spelled === null) return err(amount < 1 ? 'too_many_decimals' : 'too_large');
  const [, integer = '', decimals = ''] = spelled;
  if (decimals.length > exponent) return err('too_many_decimals');
  const minor = BigInt(integer + decimals.padEnd(exponent, '0'));
  return minor > maximumAmount ? err('too_large') : ok(minor);
}

/**
 * Minor units as a number of major units, the way amounts stand on the wire. The number's spelling is exact up to 15
 * digits of minor units, seven more than one charge can have.
 */
export function toMajorUnits(minor: bigint, currency: Currency): number {
  return Number(minor) / 10 ** CURRENCIES[currency].exponent;
}
