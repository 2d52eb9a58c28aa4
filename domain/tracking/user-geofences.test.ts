import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inhabitedPlace, placeAt } from '../geo/arbitrary-places.ts';
import type { Coordinates } from '../geo/coordinates.ts';
import type { Position } from '../geo/geojson.ts';
import type { Geofence } from './geofence.ts';
import { checkUserGeofence, USER_GEOFENCE_LIMITS } from './user-geofences.ts';

const center: Coordinates = { latitude: 52.52, longitude: 13.405 };

function ring(middle: Coordinates, meters: number, corners: number): Position[] {
  const positions = Array.from({ length: corners }, (_, corner): Position => {
    const { latitude, longitude } = placeAt(middle, (corner * 360) / corners, meters);
    return [longitude, latitude];
  });
  return [...positions, positions[0] ?? [0, 0]];
}

const polygon = (...coordinates: Position[][]): Geofence => ({
  kind: 'polygon',
  polygon: { type: 'Polygon', coordinates },
});

function fieldsOf(fence: Geofence): string[] {
  const checked = checkUserGeofence(fence);
  return checked.ok ? [] : checked.error.map(({ field }) => field);
}

describe('checkUserGeofence', () => {
  it('takes circles and simple polygons of any allowed size, holes and the antimeridian included', () => {
    const places = fc.oneof(
      inhabitedPlace,
      inhabitedPlace.map((place) => ({ ...place, longitude: -179.99 })),
    );
    const radius = fc.double({ min: 20, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(places, radius, fc.integer({ min: 3, max: 50 }), (middle, meters, corners) => {
        expect(fieldsOf({ kind: 'circle', center: middle, radius: meters })).toEqual([]);
        const wide = Math.min(meters, 49_900);
        expect(fieldsOf(polygon(ring(middle, wide, corners)))).toEqual([]);
        if (wide > 100) {
          expect(fieldsOf(polygon(ring(middle, wide, corners), ring(middle, wide / 3, corners)))).toEqual([]);
        }
      }),
    );
  });

  it.each([
    ['too small a circle', { kind: 'circle', center, radius: 19.9 }, 'radius'],
    ['too large a circle', { kind: 'circle', center, radius: 50_001 }, 'radius'],
    ['no number', { kind: 'circle', center, radius: Number.NaN }, 'radius'],
    [
      'a centre off the Earth',
      { kind: 'circle', center: { latitude: 91, longitude: 0 }, radius: 100 },
      'center',
    ],
    ['no ring', polygon(), 'polygon.coordinates'],
    ['an empty ring', polygon([]), 'polygon.coordinates'],
    ['an empty hole', polygon(ring(center, 500, 8), []), 'polygon.coordinates.1'],
    ['too many vertices', polygon(ring(center, 900, 101)), 'polygon.coordinates'],
    ['too many with its holes', polygon(ring(center, 900, 60), ring(center, 300, 41)), 'polygon.coordinates'],
    ['an open ring', polygon(ring(center, 500, 8).slice(0, -1)), 'polygon.coordinates.0'],
    ['a line', polygon(ring(center, 500, 2)), 'polygon.coordinates.0'],
    ['next to no area', polygon(ring(center, 3, 4)), 'polygon.coordinates.0'],
    [
      'a position off the Earth',
      polygon([
        [0, 0],
        [181, 0],
        [1, 1],
        [0, 0],
      ]),
      'polygon.coordinates.0.1',
    ],
    [
      'a corner too far away',
      polygon([
        [0, 0],
        [1, 0],
        [0.5, 0.5],
        [0, 0],
      ]),
      'polygon.coordinates.0.1',
    ],
    ['a pole', polygon(ring({ latitude: 89.9, longitude: 0 }, 5_000, 12)), 'polygon.coordinates.0.0'],
    [
      'a bow tie',
      polygon([
        [13, 52],
        [13.01, 52.01],
        [13.01, 52],
        [13, 52.02],
        [13, 52],
      ]),
      'polygon.coordinates',
    ],
    [
      'a hole outside',
      polygon(ring(center, 500, 8), ring(placeAt(center, 90, 2_000), 300, 8)),
      'polygon.coordinates.1',
    ],
  ] satisfies [string, Geofence, string][])('refuses %s and names the field', (_, fence, field) => {
    expect(fieldsOf(fence)).toEqual([field]);
  });

  it('says of a line that it is no ring', () => {
    const checked = checkUserGeofence(polygon(ring(center, 500, 2)));
    expect(checked).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('closed') }] });
  });

  it('takes exactly as many vertices as it says', () => {
    expect(fieldsOf(polygon(ring(center, 900, USER_GEOFENCE_LIMITS.vertices)))).toEqual([]);
  });

  it('never throws on whatever positions come', () => {
    const position = fc.tuple(fc.double({ min: -200, max: 200 }), fc.double({ min: -100, max: 100 }));
    const rings = fc.array(fc.array(position, { maxLength: 8 }), { maxLength: 3 });
    fc.assert(
      fc.property(rings, (coordinates) => typeof checkUserGeofence(polygon(...coordinates)).ok === 'boolean'),
    );
  });
});
