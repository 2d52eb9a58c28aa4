import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPlace, placeAt } from './arbitrary-places.ts';
import { areValidCoordinates, distanceMeters } from './coordinates.ts';

describe('areValidCoordinates', () => {
  it('takes every place on Earth, poles and antimeridian included', () => {
    fc.assert(fc.property(anyPlace, (place) => areValidCoordinates(place)));
    expect(areValidCoordinates({ latitude: 90, longitude: -180 })).toBe(true);
    expect(areValidCoordinates({ latitude: -90, longitude: 180 })).toBe(true);
  });

  it.each([
    [90.000001, 0],
    [-91, 0],
    [0, 180.000001],
    [0, -181],
    [Number.NaN, 0],
    [0, Number.NaN],
    [Number.POSITIVE_INFINITY, 0],
    [0, Number.NEGATIVE_INFINITY],
  ])('refuses %f, %f', (latitude, longitude) => {
    expect(areValidCoordinates({ latitude, longitude })).toBe(false);
  });
});

describe('distanceMeters', () => {
  it('measures Paris to London to within 0.6 % of the spheroid', () => {
    const paris = { latitude: 48.8566, longitude: 2.3522 };
    const london = { latitude: 51.5074, longitude: -0.1278 };
    const onTheSpheroid = 343_923;
    expect(Math.abs(distanceMeters(paris, london) / onTheSpheroid - 1)).toBeLessThan(0.006);
  });

  it('takes the short way over the antimeridian', () => {
    const distance = distanceMeters({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 });
    expect(distance).toBeCloseTo(22_239, -1);
  });

  it('is symmetric and gives back how far a place was put', () => {
    fc.assert(
      fc.property(
        anyPlace,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 1, max: 1_000_000, noNaN: true }),
        (from, bearing, meters) => {
          const to = placeAt(from, bearing, meters);
          expect(distanceMeters(from, to)).toBe(distanceMeters(to, from));
          expect(Math.abs(distanceMeters(from, to) - meters)).toBeLessThan(0.01 + meters * 1e-6);
        },
      ),
    );
  });
});
