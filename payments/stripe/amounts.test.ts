import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CURRENCIES, currencyRules } from '#domain/money/currencies.ts';
import { fromStripe, toStripe } from './amounts.ts';

const CODES = Object.keys(CURRENCIES);
/** A currency and an amount that one charge in it can be. */
const money = fc.constantFrom(...CODES).chain((code) => {
  const max = currencyRules(code)?.maximumAmount ?? 0n;
  return fc.record({ code: fc.constant(code), minor: fc.bigInt({ min: 0n, max }) });
});

test('an amount comes back from Stripe as it went there, in eight digits at most', () => {
  fc.assert(
    fc.property(money, ({ code, minor }) => {
      const { amount, currency } = toStripe(minor, code);
      expect(currency).toBe(code.toLowerCase());
      expect(amount).toBeLessThanOrEqual(99_999_999);
      expect(fromStripe(amount, currency)).toBe(minor);
    }),
  );
});

test('only the króna is counted differently: a hundredfold, though it has no decimals', () => {
  for (const code of CODES) {
    expect(toStripe(1234n, code).amount).toBe(code === 'ISK' ? 123_400 : 1234);
  }
  expect(() => fromStripe(150, 'isk')).toThrow(RangeError);
  expect(fromStripe(-150_00, 'isk')).toBe(-150n);
});

test('what no order may cost is no amount for Stripe', () => {
  expect(() => toStripe(100n, 'UGX')).toThrow(RangeError);
  expect(() => toStripe(100n, 'usd')).toThrow(RangeError);
  expect(() => toStripe(2n ** 60n, 'USD')).toThrow(RangeError);
});
