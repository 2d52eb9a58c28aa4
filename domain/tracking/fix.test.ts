import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inhabitedPlace, placeAt } from '../geo/arbitrary-places.ts';
import type { Coordinates } from '../geo/coordinates.ts';
import {
  type Fix,
  type FixHistory,
  FUTURE_TOLERANCE_MS,
  judgeFix,
  MAX_PLAUSIBLE_SPEED,
  NO_FIXES,
  RETRUST_FIXES,
  RETRUST_SPAN_MS,
} from './fix.ts';
import { STALE_AFTER_MS } from './policy.ts';

const home: Coordinates = { latitude: 52.52, longitude: 13.405 };
const start = Date.UTC(2026, 10, 23, 12);
const fix = (place: Coordinates, after: number, more: Partial<Fix> = {}): Fix => ({
  ...place,
  at: new Date(start + after),
  ...more,
});

/** Judges fixes in turn, each at its own time, and says what became of each. */
function judgeAll(fixes: Fix[], history: FixHistory = NO_FIXES): string[] {
  let current = history;
  return fixes.map((next) => {
    const judged = judgeFix(current, next, next.at);
    current = judged.history;
    return judged.verdict === 'trusted' ? 'trusted' : judged.reason;
  });
}

describe('judgeFix', () => {
  it('trusts everyone who moves at a possible speed', () => {
    const steps = fc.array(
      fc.record({
        seconds: fc.double({ min: 0, max: 600, noNaN: true }),
        speed: fc.double({ min: 0, max: MAX_PLAUSIBLE_SPEED - 0.5, noNaN: true }),
        bearing: fc.double({ min: 0, max: 360, noNaN: true }),
        accuracy: fc.option(fc.double({ min: 0, max: 5_000, noNaN: true })),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(inhabitedPlace, steps, (from, moves) => {
        let place = from;
        let time = 0;
        const fixes = moves.map(({ seconds, speed, bearing, accuracy }) => {
          place = placeAt(place, bearing, seconds * speed);
          time += seconds * 1_000;
          return fix(place, time, { accuracy });
        });
        expect(judgeAll(fixes).every((verdict) => verdict === 'trusted')).toBe(true);
      }),
    );
  });

  it('flags a leap that nobody can make, and trusts the next fix from where they were', () => {
    const wild = placeAt(home, 90, 20_000);
    expect(judgeAll([fix(home, 0), fix(wild, 1_000), fix(home, 2_000), fix(home, 3_000)])).toEqual([
      'trusted',
      'impossible_jump',
      'trusted',
      'trusted',
    ]);
  });

  it('grants both fixes their accuracy, but only so much of it', () => {
    const near = placeAt(home, 90, 700);
    expect(judgeAll([fix(home, 0, { accuracy: 10 }), fix(near, 1_000, { accuracy: 10 })])[1]).toBe(
      'impossible_jump',
    );
    expect(judgeAll([fix(home, 0, { accuracy: 10 }), fix(near, 1_000, { accuracy: 450 })])[1]).toBe(
      'trusted',
    );
    const far = placeAt(home, 90, 5_000);
    expect(judgeAll([fix(home, 0), fix(far, 1_000, { accuracy: 100_000 })])[1]).toBe('impossible_jump');
  });

  it('tolerates a bunch of fixes that arrive late at one time', () => {
    const walk = [0, 40, 80, 120, 160].map((meters) => fix(placeAt(home, 0, meters), 0, { accuracy: 5 }));
    expect(new Set(judgeAll(walk))).toEqual(new Set(['trusted']));
  });

  it('flags what is stale, from the future or older than what is known', () => {
    const now = new Date(start);
    const verdictAt = (after: number, history = NO_FIXES) => judgeFix(history, fix(home, after), now);
    expect(verdictAt(-STALE_AFTER_MS)).toMatchObject({ verdict: 'trusted' });
    expect(verdictAt(-STALE_AFTER_MS - 1)).toMatchObject({ verdict: 'flagged', reason: 'stale' });
    expect(verdictAt(FUTURE_TOLERANCE_MS)).toMatchObject({ verdict: 'trusted' });
    expect(verdictAt(FUTURE_TOLERANCE_MS + 1)).toMatchObject({ verdict: 'flagged', reason: 'from_future' });
    const known = verdictAt(0).history;
    expect(verdictAt(-1, known)).toMatchObject({
      verdict: 'flagged',
      reason: 'out_of_order',
      history: known,
    });
    expect(verdictAt(0, known)).toMatchObject({ verdict: 'trusted' });
  });

  it('comes to trust a device that consistently is elsewhere, whatever was believed before, but not at once', () => {
    fc.assert(
      fc.property(
        inhabitedPlace,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 30_000, max: 10_000_000, noNaN: true }),
        fc.integer({ min: 250, max: 15_000 }),
        (believed, bearing, away, interval) => {
          const really = placeAt(believed, bearing, away);
          const needed = Math.max(RETRUST_FIXES, Math.ceil(RETRUST_SPAN_MS / interval) + 1);
          const fixes = Array.from({ length: needed }, (_, index) =>
            fix(placeAt(really, 0, index * 10), interval * (index + 1)),
          );
          const verdicts = judgeAll([fix(believed, 0), ...fixes]);
          expect(verdicts.slice(1, -1).every((verdict) => verdict === 'impossible_jump')).toBe(true);
          expect(verdicts.at(-1)).toBe('trusted');
        },
      ),
    );
  });

  it('starts to count anew once a fix agrees with what was believed', () => {
    const wild = placeAt(home, 90, 50_000);
    const run = [fix(home, 0), fix(wild, 1_000), fix(wild, 12_000), fix(home, 13_000), fix(wild, 14_000)];
    expect(judgeAll(run).at(-2)).toBe('trusted');
    expect(judgeAll(run).at(-1)).toBe('impossible_jump');
  });

  it('does not take fixes that contradict each other for a consistent run', () => {
    const fixes = Array.from({ length: 20 }, (_, index) =>
      fix(placeAt(home, index % 2 === 0 ? 90 : 270, 500_000), 1_000 * (index + 1)),
    );
    expect(new Set(judgeAll([fix(home, 0), ...fixes]).slice(1))).toEqual(new Set(['impossible_jump']));
  });
});
