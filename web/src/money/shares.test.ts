import { describe, expect, it } from 'vitest';
import { sharesOf } from './shares.ts';

describe("a provider's share", () => {
  it('is what the fees leave, in the decimals of the currency', () => {
    expect(sharesOf(25, 'EUR')).toEqual({ gross: 25, platformFee: 3, processingFee: 0.75, net: 21.25 });
    expect(sharesOf(1200, 'JPY')).toEqual({ gross: 1200, platformFee: 144, processingFee: 36, net: 1020 });
  });

  it('is not known of what is no amount', () => {
    expect(sharesOf(1.005, 'EUR')).toBeNull();
    expect(sharesOf(10, 'XXX')).toBeNull();
  });
});
