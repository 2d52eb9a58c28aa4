import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, isFull, type Rate, takeTokens } from './token-bucket.ts';

const rate: fc.Arbitrary<Rate> = fc.record({
  burst: fc.integer({ min: 1, max: 50 }),
  perSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
});
const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });

describe('a token bucket', () => {
  it('never gives more than its burst and what has flowed in since', () => {
    fc.assert(
      fc.property(rate, steps, (given, waits) => {
        let bucket: Bucket | null = null;
        let now = 0;
        let admitted = 0;
        for (const wait of waits) {
          now += wait;
          const taken = takeTokens(bucket, given, now);
          bucket = taken.bucket;
          if (taken.retryAfterMs === null) admitted++;
        }
        // It was full at the first step.
        const flowed = ((now - (waits[0] ?? 0)) / 1_000) * given.perSecond;
        expect(admitted).toBeLessThanOrEqual(given.burst + flowed + 1e-6);
      }),
    );
  });

  it('gives at the time that it names, and not a moment before', () => {
    fc.assert(
      fc.property(rate, (given) => {
        let bucket: Bucket | null = null;
        for (;;) {
          const taken = takeTokens(bucket, given, 0);
          bucket = taken.bucket;
          if (taken.retryAfterMs === null) continue;
          expect(takeTokens(bucket, given, taken.retryAfterMs).retryAfterMs).toBeNull();
          expect(takeTokens(bucket, given, taken.retryAfterMs - 2).retryAfterMs).not.toBeNull();
          return;
        }
      }),
    );
  });

  it('gains nothing from a clock that goes backwards, and is full again after long enough', () => {
    const given: Rate = { burst: 2, perSecond: 1 };
    const { bucket } = takeTokens(takeTokens(null, given, 10_000).bucket, given, 10_000);
    expect(takeTokens(bucket, given, 0).retryAfterMs).not.toBeNull();
    expect(isFull(bucket, given, 11_999)).toBe(false);
    expect(isFull(bucket, given, 12_000)).toBe(true);
  });
});
