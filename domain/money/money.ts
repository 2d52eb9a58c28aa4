import { err, ok, type Result } from '../result.ts';
import { type CurrencyRules, currencyRules } from './currencies.ts';

/** Why an amount is no amount of its currency. */
export type AmountProblem =
  | 'unsupported_currency'
  | 'not_finite'
  | 'negative'
  | 'too_many_decimals'
  | 'too_large';

/**
 * An amount in major units (25.5 USD, 1200 JPY) as minor units (2550, 1200), exactly: the decimals meant are those of
 * the number's shortest spelling, so 0.1 + 0.2 has too many. Zero passes; whether it is enough for an order is
 * `minimumAmount`'s to say.
 */
export function toMinorUnits(amount: number, currency: string): Result<bigint, AmountProblem> {
  const rules = currencyRules(currency);
  if (rules === null) return err('unsupported_currency');
  if (!Number.isFinite(amount)) return err('not_finite');
  if (amount < 0) return err('negative');
  const spelled = /^(\d+)(?:\.(\d+))?$/.exec(String(amount));
  // Exponents appear in a number's spelling below 1e-6 and from 1e21 on only.
  if (spelled === null) return err(amount < 1 ? 'too_many_decimals' : 'too_large');
  const [, integer = '', decimals = ''] = spelled;
  if (decimals.length > rules.exponent) return err('too_many_decimals');
  const minor = BigInt(integer + decimals.padEnd(rules.exponent, '0'));
  return minor > rules.maximumAmount ? err('too_large') : ok(minor);
}

/**
 * Minor units as a number of major units, the way amounts stand on the wire. The number's spelling is exact up to 15
 * digits of minor units, seven more than one charge can have. Throws a RangeError for a currency that is not
 * supported: the record holds no such amounts.
 */
export function toMajorUnits(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** supported(currency).exponent;
}

function supported(currency: string): CurrencyRules {
  const rules = currencyRules(currency);
  if (rules === null) throw new RangeError(`Unsupported currency: ${currency}`);
  return rules;
}
