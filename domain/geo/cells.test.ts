import fc from 'fast-check';
import { cellToBoundary, cellToLatLng, getResolution, isValidCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { anyPlace, awkwardPlace, placeAt } from './arbitrary-places.ts';
import {
  blur,
  coveringCells,
  MATCHING_CELL_RESOLUTION,
  matchingCell,
  ORDER_CELL_RESOLUTION,
} from './cells.ts';
import { areValidCoordinates, type Coordinates, distanceMeters } from './coordinates.ts';

describe('blur', () => {
  it('names the cell of resolution 8 and a centre that is near, valid and in the same cell', () => {
    fc.assert(
      fc.property(fc.oneof(anyPlace, awkwardPlace), (place) => {
        const { cell, center } = blur(place);
        expect(isValidCell(cell)).toBe(true);
        expect(getResolution(cell)).toBe(ORDER_CELL_RESOLUTION);
        expect(areValidCoordinates(center)).toBe(true);
        expect(distanceMeters(place, center)).toBeLessThan(800);
        expect(blur(center)).toEqual({ cell, center });
      }),
    );
  });

  it('shows the same centre for every place in a cell', () => {
    const one = blur({ latitude: 52.52, longitude: 13.405 });
    const other = blur(placeAt(one.center, 70, 200));
    expect(other).toEqual(one);
  });
});

describe('coveringCells', () => {
  const radius = fc.double({ min: 0, max: 25_000, noNaN: true });
  const bearing = fc.double({ min: 0, max: 360, noNaN: true });
  // The rim is where a cell can be missed.
  const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1));

  it.each([
    ['anywhere', anyPlace],
    ['at the antimeridian, the poles and the pentagons', awkwardPlace],
  ])('holds the cell of every point within the radius, %s', (_, places) => {
    fc.assert(
      fc.property(places, radius, bearing, share, (center, meters, direction, part) => {
        const covering = coveringCells(center, meters);
        expect(covering).toContain(matchingCell(placeAt(center, direction, meters * part)));
      }),
      { numRuns: 500 },
    );
  });

  it('holds what the spheroid puts within the radius although the sphere puts it a little beyond', () => {
    fc.assert(
      fc.property(fc.oneof(anyPlace, awkwardPlace), bearing, (center, direction) => {
        expect(coveringCells(center, 25_000)).toContain(
          matchingCell(placeAt(center, direction, 25_000 * 1.0056)),
        );
      }),
    );
  });

  it('holds a cell of which just the farthest corner is in reach', () => {
    const places = fc.oneof(anyPlace, awkwardPlace);
    fc.assert(
      fc.property(places, fc.double({ min: 1_000, max: 25_000, noNaN: true }), (place, meters) => {
        const cell = matchingCell(place);
        const middle = coordinatesOf(cellToLatLng(cell));
        const corner = cellToBoundary(cell)
          .map(coordinatesOf)
          .reduce((far, one) => (distanceMeters(middle, one) > distanceMeters(middle, far) ? one : far));
        const direction = bearingTo(middle, corner);
        // As far beyond the corner as the record's spheroid may still call within the radius.
        const center = placeAt(middle, direction, distanceMeters(middle, corner) + meters * 1.0055);
        expect(coveringCells(center, meters)).toContain(cell);
      }),
      { numRuns: 300 },
    );
  });

  it('names each cell once, at the matching resolution, and no more than needed by far', () => {
    fc.assert(
      fc.property(fc.oneof(anyPlace, awkwardPlace), radius, (center, meters) => {
        const covering = coveringCells(center, meters);
        expect(new Set(covering).size).toBe(covering.length);
        expect(covering.every((cell) => getResolution(cell) === MATCHING_CELL_RESOLUTION)).toBe(true);
        expect(covering.length).toBeLessThanOrEqual(45);
      }),
    );
  });

  it('is the own cell and few neighbours for a radius of nothing', () => {
    const { center } = { center: { latitude: 48.2082, longitude: 16.3738 } };
    const covering = coveringCells(center, 0);
    expect(covering).toContain(matchingCell(center));
    expect(covering.length).toBeLessThanOrEqual(4);
  });
});

function coordinatesOf([latitude, longitude]: readonly [number, number] | number[]): Coordinates {
  return { latitude: latitude ?? 0, longitude: longitude ?? 0 };
}

/** Initial bearing of the great circle from one place to another. */
function bearingTo(from: Coordinates, to: Coordinates): number {
  const radians = Math.PI / 180;
  const [a, b] = [from.latitude * radians, to.latitude * radians];
  const east = (to.longitude - from.longitude) * radians;
  return (
    Math.atan2(
      Math.sin(east) * Math.cos(b),
      Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(east),
    ) / radians
  );
}
