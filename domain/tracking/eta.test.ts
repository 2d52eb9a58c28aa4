import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inhabitedPlace, placeAt } from '../geo/arbitrary-places.ts';
import type { Coordinates } from '../geo/coordinates.ts';
import { DETOUR_FACTOR, estimateArrival, SPEED_CEILING, SPEED_FLOOR } from './eta.ts';
import type { Fix } from './fix.ts';
import { ARRIVAL_RADIUS_METERS, STALE_AFTER_MS } from './policy.ts';

const place: Coordinates = { latitude: 52.52, longitude: 13.405 };
const start = Date.UTC(2026, 10, 23, 12);
const at = (ms: number) => new Date(start + ms);

/** A walk from `meters` away straight to `place`, one fix each second, the last one at `start`. */
function approach(meters: number, speed: number, seconds: number, measured: boolean): Fix[] {
  return Array.from({ length: seconds + 1 }, (_, second) => ({
    ...placeAt(place, 270, meters - second * speed),
    speed: measured ? speed : undefined,
    at: at((second - seconds) * 1_000),
  }));
}

describe('estimateArrival', () => {
  it.each([
    ['the speed that the device measures', true],
    ['how far they came', false],
  ])('reckons with %s', (_, measured) => {
    const estimate = estimateArrival(approach(5_000, 10, 60, measured), place, at(0));
    const left = 5_000 - 600;
    expect(estimate?.distanceMeters).toBeCloseTo(left, 0);
    expect(estimate?.speed).toBeCloseTo(10, 1);
    expect(estimate?.seconds).toBeCloseTo(((left - ARRIVAL_RADIUS_METERS) * DETOUR_FACTOR) / 10, -1);
  });

  it('is not thrown off by one wrong speed or a stop at a light', () => {
    const steady = approach(5_000, 10, 60, true);
    const before = estimateArrival(steady, place, at(0))?.seconds ?? 0;
    const stopped = steady.with(-1, { ...(steady.at(-1) ?? place), speed: 0, at: at(0) });
    const after = estimateArrival(stopped, place, at(0))?.seconds ?? 0;
    expect(after).toBeGreaterThan(before);
    expect(after).toBeLessThan(before * 1.1);
  });

  it('weighs what is recent more', () => {
    const slowing = [20, 20, 20, 2, 2, 2].map((speed, index) => ({
      ...place,
      speed,
      at: at((index - 5) * 20_000),
    }));
    const far = placeAt(place, 0, 10_000);
    expect(estimateArrival(slowing, far, at(0))?.speed).toBeLessThan(8);
    expect(
      estimateArrival(
        slowing.toReversed().map((fix, i) => ({ ...fix, at: at((i - 5) * 20_000) })),
        far,
        at(0),
      )?.speed,
    ).toBeGreaterThan(14);
  });

  it('knows nothing without fixes, with a stale one, or with nothing to tell the speed by', () => {
    expect(estimateArrival([], place, at(0))).toBeNull();
    const walk = approach(2_000, 1.5, 20, true);
    expect(estimateArrival(walk, place, at(STALE_AFTER_MS))).not.toBeNull();
    expect(estimateArrival(walk, place, at(STALE_AFTER_MS + 1))).toBeNull();
    expect(estimateArrival([{ ...place, at: at(0) }], place, at(0))).toBeNull();
    expect(estimateArrival([{ ...place, speed: 3, at: at(0) }], place, at(0))).not.toBeNull();
  });

  it('counts down as time passes without a fix, and is nought within the arrival radius', () => {
    const walk = approach(2_000, 10, 20, true);
    const now = estimateArrival(walk, place, at(0))?.seconds ?? 0;
    expect(estimateArrival(walk, place, at(10_000))?.seconds).toBe(now - 10);
    const there = [{ ...placeAt(place, 0, ARRIVAL_RADIUS_METERS - 1), speed: 0, at: at(0) }];
    expect(estimateArrival(there, place, at(0))?.seconds).toBe(0);
    expect(estimateArrival(there, place, at(20_000))?.seconds).toBe(0);
  });

  it('always gives a whole, finite number of seconds, at a speed within bounds, and later from farther away', () => {
    const speed = fc.double({ min: 0, max: 1_000, noNaN: true });
    const meters = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(inhabitedPlace, speed, meters, meters, (destination, moving, one, other) => {
        const estimate = (away: number) =>
          estimateArrival(
            [{ ...placeAt(destination, 45, away), speed: moving, at: at(0) }],
            destination,
            at(0),
          );
        const [near, far] = [estimate(Math.min(one, other)), estimate(Math.max(one, other))];
        expect(Number.isInteger(near?.seconds)).toBe(true);
        expect(near?.seconds).toBeGreaterThanOrEqual(0);
        expect(near?.speed).toBeGreaterThanOrEqual(SPEED_FLOOR);
        expect(near?.speed).toBeLessThanOrEqual(SPEED_CEILING);
        expect(far?.seconds).toBeGreaterThanOrEqual(near?.seconds ?? 0);
      }),
    );
  });
});
