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
  const seats = fc.array(
    fc.option(fc.integer({ min: 0, max: GRACE_MS - 1 })).map((ms) => ({
      awaySince: ms === null ? null : ago(ms),
    })),
    { minLength: 1, maxLength: 50 },
  );

  it('comes no later than the first seat lapses, and no sooner, and once a minute anyway', () => {
    fc.assert(
      fc.property(seats, (given) => {
        const at = nextCheck(given, NOW);
        if (!at) throw new Error('somebody is here');
        expect(at.getTime() - NOW.getTime()).toBeLessThanOrEqual(ATTENDANCE_CHECK_MS);
        const before = new Date(at.getTime() - 1);
        expect(given.some((seat) => hasLapsed(seat, before))).toBe(false);
        const away = given.filter(({ awaySince }) => awaySince !== null);
        expect(given.some((seat) => hasLapsed(seat, at))).toBe(away.length > 0);
      }),
    );
  });

  it('is not needed when nobody is here', () => {
    expect(nextCheck([], NOW)).toBeNull();
  });
});
