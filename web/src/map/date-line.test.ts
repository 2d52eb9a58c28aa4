import type { FeatureCollection, Position } from 'geojson';
import { describe, expect, it } from 'vitest';
import { acrossDateLine } from './date-line.ts';

const areaOf = (ring: Position[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: {} }],
});
const ringOf = (area: FeatureCollection) => {
  const geometry = area.features[0]?.geometry;
  return geometry?.type === 'Polygon' ? geometry.coordinates[0] : null;
};

describe('an outline', () => {
  it('goes on where it crosses the date line, and ends where it began', () => {
    const ring = [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ];
    expect(ringOf(acrossDateLine(areaOf(ring)))).toEqual([
      [170, 60],
      [190, 60],
      [190, 70],
      [170, 70],
      [170, 60],
    ]);
  });

  it.each([
    [
      'far from it',
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 0],
      ],
    ],
    [
      'around a pole',
      [
        [0, -80],
        [120, -80],
        [-120, -80],
        [0, -80],
      ],
    ],
  ])('%s stays as it is', (_, ring) => {
    expect(ringOf(acrossDateLine(areaOf(ring)))).toEqual(ring);
  });
});
