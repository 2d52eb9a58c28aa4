import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inhabitedPlace, placeAt } from './arbitrary-places.ts';
import { type Coordinates, distanceMeters } from './coordinates.ts';
import type { Polygon, Position } from './geojson.ts';
import { crossesItself, metersBeyondPolygon, squareMeters } from './polygon.ts';

const bearing = fc.double({ min: 0, max: 360, noNaN: true });

/** A regular polygon around a place; its inscribed circle has radius cos(π / corners) × `meters`. */
function around(center: Coordinates, meters: number, corners = 36): Position[] {
  const ring = Array.from({ length: corners }, (_, corner): Position => {
    const { latitude, longitude } = placeAt(center, (corner * 360) / corners, meters);
    return [longitude, latitude];
  });
  return [...ring, ring[0] ?? [0, 0]];
}

function polygon(...coordinates: Position[][]): Polygon {
  return { type: 'Polygon', coordinates };
}

const square: Position[] = [
  [13, 52],
  [13.01, 52],
  [13.01, 52.01],
  [13, 52.01],
  [13, 52],
];

describe('metersBeyondPolygon', () => {
  it('agrees with the circle that a many-cornered polygon stands for, over the antimeridian too', () => {
    const places = fc.oneof(
      inhabitedPlace,
      inhabitedPlace.map((place) => ({ ...place, longitude: 179.999 })),
    );
    const radius = fc.double({ min: 50, max: 20_000, noNaN: true });
    const away = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(places, radius, bearing, away, (center, meters, direction, times) => {
        const place = placeAt(center, direction, meters * times);
        const beyond = metersBeyondPolygon(polygon(around(center, meters)), place);
        const beyondCircle = distanceMeters(center, place) - meters;
        expect(Math.abs(beyond - beyondCircle)).toBeLessThan(0.02 * meters + 0.02 * Math.abs(beyondCircle));
      }),
    );
  });

  it('does not care where the ring starts or which way it winds', () => {
    const inside = { latitude: 52.004, longitude: 13.003 };
    const reversed = square.toReversed();
    const shifted = [...square.slice(2), ...square.slice(1, 3)];
    const expected = metersBeyondPolygon(polygon(square), inside);
    expect(expected).toBeLessThan(-200);
    expect(metersBeyondPolygon(polygon(reversed), inside)).toBeCloseTo(expected, 6);
    expect(metersBeyondPolygon(polygon(shifted), inside)).toBeCloseTo(expected, 6);
  });

  it('counts a hole as outside', () => {
    const center = { latitude: 52, longitude: 13 };
    const ringed = polygon(around(center, 1_000), around(center, 400));
    expect(metersBeyondPolygon(ringed, center)).toBeCloseTo(400, -1);
    expect(metersBeyondPolygon(ringed, placeAt(center, 45, 700))).toBeLessThan(-280);
  });

  it('is straight in longitude and latitude: far north an edge along a parallel stays on it', () => {
    const wide = polygon([
      [-5, 70],
      [5, 70],
      [5, 71],
      [-5, 71],
      [-5, 70],
    ]);
    expect(metersBeyondPolygon(wide, { latitude: 70.001, longitude: 0 })).toBeLessThan(0);
    expect(metersBeyondPolygon(wide, { latitude: 69.999, longitude: 0 })).toBeGreaterThan(0);
  });
});

describe('squareMeters', () => {
  it('gives the area of a regular polygon, winding either way', () => {
    fc.assert(
      fc.property(inhabitedPlace, fc.double({ min: 10, max: 5_000, noNaN: true }), (center, meters) => {
        const ring = around(center, meters);
        const expected = 18 * meters ** 2 * Math.sin(Math.PI / 18);
        expect(Math.abs(squareMeters(ring) / expected - 1)).toBeLessThan(0.01);
        expect(Math.abs(squareMeters(ring.toReversed()) / expected - 1)).toBeLessThan(0.01);
      }),
    );
  });
});

describe('crossesItself', () => {
  it('finds nothing in simple rings, triangles and holes included', () => {
    fc.assert(
      fc.property(inhabitedPlace, fc.integer({ min: 3, max: 40 }), (center, corners) => {
        expect(crossesItself(polygon(around(center, 900, corners), around(center, 300, corners)))).toBe(
          false,
        );
      }),
    );
  });

  it.each<[string, Position[][]]>([
    [
      'a bow tie',
      [
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    ],
    [
      'an edge that goes back over itself',
      [
        [
          [0, 0],
          [2, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    ],
    [
      'a corner that touches another edge',
      [
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
      ],
    ],
    [
      'a position given twice',
      [
        [
          [0, 0],
          [1, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    ],
    [
      'a hole that sticks out',
      [
        [
          [0, 0],
          [4, 0],
          [4, 4],
          [0, 4],
          [0, 0],
        ],
        [
          [1, 1],
          [5, 1],
          [5, 2],
          [1, 2],
          [1, 1],
        ],
      ],
    ],
    [
      'a bow tie over the antimeridian',
      [
        [
          [179, 0],
          [-179, 1],
          [-179, 0],
          [179, 1],
          [179, 0],
        ],
      ],
    ],
  ])('finds %s', (_, rings) => {
    expect(crossesItself(polygon(...rings))).toBe(true);
  });
});
