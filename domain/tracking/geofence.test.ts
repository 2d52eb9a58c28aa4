import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inhabitedPlace, placeAt } from '../geo/arbitrary-places.ts';
import type { Coordinates } from '../geo/coordinates.ts';
import type { Position } from '../geo/geojson.ts';
import type { Fix } from './fix.ts';
import {
  advanceGeofence,
  arrivalFence,
  EXIT_MARGIN_METERS,
  type Geofence,
  type GeofenceSide,
  metersBeyond,
  WORST_USABLE_ACCURACY_METERS,
} from './geofence.ts';
import { ARRIVAL_RADIUS_METERS } from './policy.ts';

const center: Coordinates = { latitude: 48.2082, longitude: 16.3738 };
const fence = arrivalFence(center);
const fix = (place: Coordinates, accuracy?: number): Fix => ({ ...place, accuracy, at: new Date(0) });
const degrees = fc.double({ min: 0, max: 360, noNaN: true });

/** A square whose sides are 2 × `half` long, and a place so far east beyond its border, in the middle of that side. */
function squareFence(middle: Coordinates, half: number): Geofence {
  const north = placeAt(middle, 0, half).latitude;
  const south = placeAt(middle, 180, half).latitude;
  const east = placeAt(middle, 90, half).longitude;
  const west = placeAt(middle, 270, half).longitude;
  const ring: Position[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { kind: 'polygon', polygon: { type: 'Polygon', coordinates: [ring] } };
}

function crossings(from: GeofenceSide, area: Geofence, fixes: Fix[]): string[] {
  let state = from;
  return fixes.flatMap((next) => {
    const step = advanceGeofence(state, area, next);
    state = step.state;
    return step.crossed ?? [];
  });
}

describe('advanceGeofence', () => {
  it('crosses a border at most once under jitter smaller than the margin, for circles and polygons', () => {
    const jitter = fc.double({
      min: -EXIT_MARGIN_METERS / 2 + 0.5,
      max: EXIT_MARGIN_METERS / 2 - 0.5,
      noNaN: true,
    });
    const borders = fc.constantFrom('circle', 'polygon');
    const accuracy = fc.option(fc.double({ min: 0, max: 400, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom<GeofenceSide>('inside', 'outside', 'unknown'),
        borders,
        inhabitedPlace,
        // Where on the scale from inside to outside the jitter happens.
        fc.double({ min: -2 * EXIT_MARGIN_METERS, max: 2 * EXIT_MARGIN_METERS, noNaN: true }),
        fc.array(fc.tuple(jitter, accuracy), { maxLength: 40 }),
        (from, kind, middle, offset, jitters) => {
          const area: Geofence =
            kind === 'circle' ? { kind, center: middle, radius: 150 } : squareFence(middle, 150);
          const fixes = jitters.map(([meters, error]) =>
            fix(placeAt(middle, 90, 150 + offset + meters), error),
          );
          expect(crossings(from, area, fixes).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('enters on the way in, stays within the margin, and exits beyond it', () => {
    const at = (meters: number) => fix(placeAt(center, 30, meters));
    const r = ARRIVAL_RADIUS_METERS;
    expect(advanceGeofence('outside', fence, at(r + 1))).toEqual({ state: 'outside' });
    expect(advanceGeofence('outside', fence, at(r - 1))).toEqual({ state: 'inside', crossed: 'entered' });
    expect(advanceGeofence('inside', fence, at(r + EXIT_MARGIN_METERS - 1))).toEqual({ state: 'inside' });
    expect(advanceGeofence('inside', fence, at(r + EXIT_MARGIN_METERS + 1))).toEqual({
      state: 'outside',
      crossed: 'exited',
    });
  });

  it('takes a first fix inside for entering, and one outside for no crossing', () => {
    expect(advanceGeofence('unknown', fence, fix(center))).toEqual({ state: 'inside', crossed: 'entered' });
    expect(advanceGeofence('unknown', fence, fix(placeAt(center, 0, 5_000)))).toEqual({ state: 'outside' });
  });

  it('does not believe that somebody left when the fix may be wrong by as much', () => {
    const away = placeAt(center, 200, ARRIVAL_RADIUS_METERS + 100);
    expect(advanceGeofence('inside', fence, fix(away, 120))).toEqual({ state: 'inside' });
    expect(advanceGeofence('inside', fence, fix(away, 80))).toEqual({ state: 'outside', crossed: 'exited' });
  });

  it('learns nothing from a fix that is too inaccurate', () => {
    const vague = WORST_USABLE_ACCURACY_METERS + 1;
    expect(advanceGeofence('unknown', fence, fix(center, vague))).toEqual({ state: 'unknown' });
    expect(advanceGeofence('outside', fence, fix(center, vague))).toEqual({ state: 'outside' });
    expect(advanceGeofence('inside', fence, fix(placeAt(center, 0, 9_000), vague))).toEqual({
      state: 'inside',
    });
  });

  it('always ends on the side that a precise fix is clearly on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<GeofenceSide>('inside', 'outside', 'unknown'),
        degrees,
        fc.double({ min: 0, max: 2_000, noNaN: true }),
        (from, bearing, meters) => {
          const { state } = advanceGeofence(from, fence, fix(placeAt(center, bearing, meters), 5));
          if (meters < ARRIVAL_RADIUS_METERS - 1) expect(state).toBe('inside');
          if (meters > ARRIVAL_RADIUS_METERS + EXIT_MARGIN_METERS + 1) expect(state).toBe('outside');
        },
      ),
    );
  });
});

describe('metersBeyond', () => {
  const isInside = (...of: Parameters<typeof metersBeyond>) => metersBeyond(...of) <= 0;

  it('is inside up to the border of a circle', () => {
    expect(isInside(fence, placeAt(center, 123, ARRIVAL_RADIUS_METERS - 0.1))).toBe(true);
    expect(isInside(fence, placeAt(center, 123, ARRIVAL_RADIUS_METERS + 0.1))).toBe(false);
  });

  it('is inside a polygon that crosses the antimeridian from either side of it', () => {
    const fiji = squareFence({ latitude: -17, longitude: 180 }, 5_000);
    expect(isInside(fiji, { latitude: -17, longitude: 179.99 })).toBe(true);
    expect(isInside(fiji, { latitude: -17, longitude: -179.99 })).toBe(true);
    expect(isInside(fiji, { latitude: -17, longitude: 179.9 })).toBe(false);
    expect(isInside(fiji, { latitude: -17, longitude: 0 })).toBe(false);
    expect(metersBeyond(fiji, { latitude: -17, longitude: -180 })).toBeCloseTo(-5_000, -2);
  });
});
