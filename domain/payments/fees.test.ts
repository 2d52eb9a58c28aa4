import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURRENCIES, currencyRules } from '../money/currencies.ts';
import { cancellationFee } from './cancellation.ts';
import { feesOf, isChargeable, roundedDown, roundedUp } from './fees.ts';

const code = fc.constantFrom(...Object.keys(CURRENCIES));

function rulesOf(currency: string) {
  const rules = currencyRules(currency);
  if (!rules) throw new Error(`no such currency: ${currency}`);
  return rules;
}

/** A currency and an amount in it that an order may cost: small ones more often, as rounding shows there. */
const price = code.chain((currency) => {
  const { minimumAmount, maximumAmount } = rulesOf(currency);
  const anything = fc.oneof(
    fc.bigInt({ min: minimumAmount, max: minimumAmount + 2_000n }),
    fc.bigInt({ min: minimumAmount, max: maximumAmount }),
  );
  return fc.record({
    currency: fc.constant(currency),
    gross: anything.map((any) => roundedUp(any, currency)),
  });
});

/** Any share that an admin may give a payee, however small. */
const share = price.chain(({ currency, gross }) =>
  fc.record({
    currency: fc.constant(currency),
    gross: fc.bigInt({ min: 0n, max: gross }).map((any) => roundedDown(any, currency)),
  }),
);

/** What Stripe takes of a currency: whole minor units, in three-decimal ones tens of them. */
function endsRight(amount: bigint, currency: string): boolean {
  return rulesOf(currency).exponent !== 3 || amount % 10n === 0n;
}

describe('the fees of a gross share', () => {
  it('and its net are the gross, and none is negative, in every currency', () => {
    fc.assert(
      fc.property(fc.oneof(price, share), ({ currency, gross }) => {
        const { platformFee, processingFee, net, ...rest } = feesOf(gross, currency);
        expect(rest.gross).toBe(gross);
        expect(platformFee + processingFee + net).toBe(gross);
        for (const part of [platformFee, processingFee, net]) expect(part).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leave a payee something of every price that an order may have', () => {
    fc.assert(
      fc.property(price, ({ currency, gross }) => {
        expect(feesOf(gross, currency).net).toBeGreaterThan(0n);
      }),
      { numRuns: 1_000 },
    );
    for (const [currency, { minimumAmount }] of Object.entries(CURRENCIES)) {
      expect(feesOf(minimumAmount, currency).net, currency).toBeGreaterThan(0n);
    }
  });

  it('never leave less of more', () => {
    fc.assert(
      fc.property(share, fc.bigInt({ min: 0n, max: 5_000n }), ({ currency, gross }, more) => {
        const larger = roundedUp(gross + more, currency);
        expect(feesOf(larger, currency).net).toBeGreaterThanOrEqual(feesOf(gross, currency).net);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leave a net that Stripe can send', () => {
    fc.assert(
      fc.property(share, ({ currency, gross }) => {
        expect(endsRight(feesOf(gross, currency).net, currency)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are 12 % and 3 %, the rounding in the favour of the payee', () => {
    expect(feesOf(10_000n, 'USD')).toEqual({
      gross: 10_000n,
      platformFee: 1_200n,
      processingFee: 300n,
      net: 8_500n,
    });
    expect(feesOf(99n, 'JPY')).toEqual({ gross: 99n, platformFee: 12n, processingFee: 2n, net: 85n });
    // 85 % of 1.230 is 1.0455: Stripe sends 1.040.
    expect(feesOf(1_230n, 'KWD')).toMatchObject({ net: 1_040n, processingFee: 36n, platformFee: 154n });
  });
});

describe('rounding to what Stripe takes', () => {
  it('goes to the nearest such amount below or above, and leaves such an amount alone', () => {
    fc.assert(
      fc.property(code, fc.bigInt({ min: 0n, max: 99_999_999n }), (currency, amount) => {
        const [down, up] = [roundedDown(amount, currency), roundedUp(amount, currency)];
        expect(down <= amount && amount <= up).toBe(true);
        expect(up - down).toBeLessThanOrEqual(10n);
        expect(isChargeable(down, currency) && isChargeable(up, currency)).toBe(true);
        expect(endsRight(down, currency) && endsRight(up, currency)).toBe(true);
        expect(isChargeable(amount, currency)).toBe(endsRight(amount, currency));
        if (isChargeable(amount, currency)) expect([down, up]).toEqual([amount, amount]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what calling off late costs', () => {
  it('is never less than can be charged, nor more than was agreed, and Stripe takes it', () => {
    fc.assert(
      fc.property(price, ({ currency, gross }) => {
        const fee = cancellationFee(gross, currency);
        expect(fee).toBeGreaterThanOrEqual(rulesOf(currency).minimumAmount);
        expect(fee).toBeLessThanOrEqual(gross);
        expect(endsRight(fee, currency)).toBe(true);
        expect(feesOf(fee, currency).net).toBeGreaterThan(0n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is a fifth, where that can be charged', () => {
    expect(cancellationFee(10_000n, 'USD')).toBe(2_000n);
    expect(cancellationFee(100n, 'USD')).toBe(50n);
    expect(cancellationFee(50n, 'USD')).toBe(50n);
    expect(cancellationFee(12_340n, 'KWD')).toBe(2_470n);
  });
});
