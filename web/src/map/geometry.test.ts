import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearing, boundsOf, circle, destination, distanceBetween, ringRadii } from './geometry.ts';

const place = fc.record({
  latitude: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude: fc.double({ min: -179, max: 179, noNaN: true }),
});
const distance = fc.double({ min: 10, max: 50_000, noNaN: true });

describe('going somewhere', () => {
  it('takes as far and as towards as was said', () => {
    fc.assert(
      fc.property(place, fc.double({ min: 0, max: 359.9, noNaN: true }), distance, (from, course, meters) => {
        const to = destination(from, course, meters);
        expect(distanceBetween(from, to)).toBeCloseTo(meters, 0);
        const off = Math.abs(bearing(from, to) - course);
        expect(Math.min(off, 360 - off)).toBeLessThan(0.01);
      }),
    );
  });

  it('agrees with a known distance: London to Paris', () => {
    const london = { latitude: 51.5074, longitude: -0.1278 };
    const paris = { latitude: 48.8566, longitude: 2.3522 };
    expect(distanceBetween(london, paris) / 1_000).toBeCloseTo(343.6, 0);
  });
});

describe('circles', () => {
  it('are closed, and everywhere as far from their centre', () => {
    const center = { latitude: 38.7, longitude: -9.1 };
    const [ring = []] = circle(center, 5_000).geometry.coordinates;
    expect(ring[0]?.[0]).toBeCloseTo(ring.at(-1)?.[0] ?? Number.NaN);
    for (const [longitude = 0, latitude = 0] of ring) {
      expect(distanceBetween(center, { latitude, longitude })).toBeCloseTo(5_000, 1);
    }
  });
});

describe('bounds', () => {
  it('hold every place with its margin', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 5 }), (places) => {
        const [[west = 0, south = 0], [east = 0, north = 0]] = boundsOf(places, 100);
        for (const { latitude, longitude } of places) {
          expect(latitude).toBeGreaterThan(south);
          expect(latitude).toBeLessThan(north);
          expect(longitude).toBeGreaterThan(west);
          expect(longitude).toBeLessThan(east);
        }
      }),
    );
  });
});

describe('rings', () => {
  it.each([
    [1_000, [500, 1_000]],
    [5_000, [2_000, 4_000, 5_000]],
    [25_000, [10_000, 20_000, 25_000]],
  ])('up to %d m are round', (radius, rings) => {
    expect(ringRadii(radius)).toEqual(rings);
  });
});
