import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURRENCIES, type Currency, currencyRules } from './currencies.ts';
import { toMajorUnits, toMinorUnits } from './money.ts';

const CODES = Object.keys(CURRENCIES);
const currency = fc.constantFrom(...CODES);
/** A currency and an amount that one charge in it can be. */
const money = currency.chain((code) => {
  const max = currencyRules(code)?.maximumAmount ?? 0n;
  return fc.record({ code: fc.constant(code), minor: fc.bigInt({ min: 0n, max }) });
});

/** The amount as a person would write it, made from digits alone. */
function written(minor: bigint, exponent: number): string {
  const digits = minor.toString().padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

describe('toMinorUnits and toMajorUnits', () => {
  it('round trip exactly, for every amount that a charge can be', () => {
    fc.assert(
      fc.property(money, ({ code, minor }) => {
        expect(toMinorUnits(toMajorUnits(minor, code), code)).toEqual({ ok: true, value: minor });
      }),
      { numRuns: 2_000 },
    );
  });

  it('read and give the number that its decimal digits spell', () => {
    fc.assert(
      fc.property(money, ({ code, minor }) => {
        const major = Number(written(minor, currencyRules(code)?.exponent ?? 0));
        expect(toMinorUnits(major, code)).toEqual({ ok: true, value: minor });
        expect(toMajorUnits(minor, code)).toBe(major);
      }),
      { numRuns: 2_000 },
    );
  });

  it('give back a spelling with no noise, also for sums far beyond one charge', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), (minor) => {
        expect(toMajorUnits(minor, 'USD').toFixed(2)).toBe(written(minor, 2));
      }),
    );
    expect(toMajorUnits(-1_05n, 'EUR')).toBe(-1.05);
  });

  it.each([
    [25, 'USD', 2_500n],
    [0.29, 'USD', 29n],
    [1.005, 'KWD', 1_005n],
    [1200, 'JPY', 1_200n],
    [0, 'EUR', 0n],
    [-0, 'EUR', 0n],
    [999_999.99, 'USD', 99_999_999n],
    [999_999, 'ISK', 999_999n],
  ])('takes %d %s', (amount, code, minor) => {
    expect(toMinorUnits(amount, code)).toEqual({ ok: true, value: minor });
  });

  it.each([
    [0.1 + 0.2, 'USD', 'too_many_decimals'],
    [10.001, 'USD', 'too_many_decimals'],
    [1e-7, 'USD', 'too_many_decimals'],
    [0.5, 'JPY', 'too_many_decimals'],
    [1.0001, 'KWD', 'too_many_decimals'],
    [-0.01, 'USD', 'negative'],
    [Number.NaN, 'USD', 'not_finite'],
    [Number.POSITIVE_INFINITY, 'USD', 'not_finite'],
    [1_000_000, 'USD', 'too_large'],
    [1e21, 'JPY', 'too_large'],
    [100_000_000, 'JPY', 'too_large'],
    [1_000_000, 'ISK', 'too_large'],
    [10, 'UGX', 'unsupported_currency'],
    [10, 'usd', 'unsupported_currency'],
    [10, 'constructor', 'unsupported_currency'],
  ])('refuses %d %s: %s', (amount, code, error) => {
    expect(toMinorUnits(amount, code)).toEqual({ ok: false, error });
  });

  it('never guesses the decimals of a currency it does not know', () => {
    expect(() => toMajorUnits(100n, 'UGX')).toThrow(RangeError);
  });
});

describe('the table of currencies', () => {
  it('has 22 or more, each with an order that one charge can pay', () => {
    expect(CODES.length).toBeGreaterThanOrEqual(22);
    for (const code of CODES) {
      const rules = CURRENCIES[code as Currency]; // the codes are the table's own keys
      expect(rules.minimumAmount, code).toBeGreaterThan(0n);
      expect(rules.minimumAmount, code).toBeLessThan(rules.maximumAmount);
    }
  });

  it('gives each currency the decimals of ISO 4217', () => {
    const withExponent = (exponent: number) =>
      CODES.filter((code) => currencyRules(code)?.exponent === exponent).sort();
    expect(withExponent(0)).toEqual(['CLP', 'ISK', 'JPY', 'KRW', 'PYG', 'VND', 'XOF']);
    expect(withExponent(3)).toEqual(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);
    expect(withExponent(2)).toHaveLength(CODES.length - 12);
  });

  it("charges no less than Stripe's least", () => {
    expect(CURRENCIES.USD.minimumAmount).toBeGreaterThanOrEqual(50n);
    expect(CURRENCIES.GBP.minimumAmount).toBeGreaterThanOrEqual(30n);
    expect(CURRENCIES.JPY.minimumAmount).toBeGreaterThanOrEqual(50n);
    expect(CURRENCIES.HUF.minimumAmount).toBeGreaterThanOrEqual(17_500n);
  });

  it.each(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])('lets %s be ordered in amounts that Stripe takes', (code) => {
    // Three-decimal amounts must end in 0 at Stripe.
    expect((currencyRules(code)?.minimumAmount ?? 1n) % 10n).toBe(0n);
  });
});
