import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf, linesOf, unbalanced } from './ledger.ts';

const moved = fc
  .record({ net: fc.nat(), platformFee: fc.nat(), processingFee: fc.nat(), isTransferred: fc.boolean() })
  .map(({ isTransferred, ...shares }) => {
    const gross = shares.net + shares.platformFee + shares.processingFee;
    return { ...shares, gross, captured: gross, transferred: isTransferred ? shares.net : 0 };
  });

describe('the lines of an order', () => {
  it('sum to zero in each transaction, and leave nothing in escrow', () => {
    fc.assert(
      fc.property(moved, (amounts) => {
        const lines = linesOf(amounts);
        expect(unbalanced(lines)).toEqual([]);
        expect(balancesOf(lines).get('escrow') ?? 0).toBe(0);
        expect([...balancesOf(lines).values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
      }),
    );
  });

  it('name the transaction in which a minor unit is lost', () => {
    const amounts = {
      captured: 2_800,
      gross: 2_800,
      platformFee: 336,
      processingFee: 84,
      net: 2_379,
      transferred: 2_379,
    };
    expect(unbalanced(linesOf(amounts))).toEqual(['release']);
  });

  it('leave the fees at Stripe once the provider has theirs, and what is theirs payable before', () => {
    const amounts = { captured: 2_800, gross: 2_800, platformFee: 336, processingFee: 84, net: 2_380 };
    expect(Object.fromEntries(balancesOf(linesOf({ ...amounts, transferred: 2_380 })))).toEqual({
      stripe: 420,
      escrow: 0,
      payable: 0,
      platform_revenue: -336,
      processing_revenue: -84,
    });
    expect(balancesOf(linesOf({ ...amounts, transferred: 0 })).get('payable')).toBe(-2_380);
  });
});
