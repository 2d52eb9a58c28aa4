import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTENDANCE_CHECK_MS, GRACE_MS, hasLapsed, nextCheck } from './attendance.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);

describe('a seat', () => {
  it('is kept while its socket is there, and for the grace after', () => {
    expect(hasLapsed({ awaySince: null }, NOW)).toBe(false);
    expect(hasLapsed({ awaySince: ago(GRACE_MS - 1) }, NOW)).toBe(false);
    expect(hasLapsed({ awaySince: ago(GRACE_MS) }, NOW)).toBe(true);
  });
});

describe('the next look at who is here', () => {
  const away = fc.array(fc.integer({ min: 0, max: GRACE_MS - 1 }).map(ago), { maxLength: 50 });

  it('comes no later than the first seat lapses, and no sooner, and once a minute anyway', () => {
    fc.assert(
      fc.property(away, (since) => {
        const [first = null] = since.toSorted((a, b) => a.getTime() - b.getTime());
        const at = nextCheck(first, NOW);
        expect(at.getTime() - NOW.getTime()).toBeLessThanOrEqual(ATTENDANCE_CHECK_MS);
        const lapsed = (now: Date) => since.some((awaySince) => hasLapsed({ awaySince }, now));
        expect(lapsed(new Date(at.getTime() - 1))).toBe(false);
        expect(lapsed(at)).toBe(since.length > 0);
      }),
    );
  });
});
