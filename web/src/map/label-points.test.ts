import { describe, expect, it } from 'vitest';
import { labelPoints } from './label-points.ts';

const square = (west: number, south: number, size: number) => [
  [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ],
];

describe('the names of areas', () => {
  it('stand once, in the middle of the largest part', () => {
    const { features } = labelPoints({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'MultiPolygon', coordinates: [square(100, 0, 1), square(10, 20, 4)] },
          properties: { name: 'Isles' },
        },
        {
          type: 'Feature',
          geometry: { type: 'Polygon', coordinates: square(0, 0, 2) },
          properties: { name: 'Land' },
        },
      ],
    });
    expect(
      features.map(({ geometry, properties }) => [properties?.name, geometry.coordinates.map(Math.round)]),
    ).toEqual([
      ['Isles', [12, 22]],
      ['Land', [1, 1]],
    ]);
  });

  it('are left out where there is no area', () => {
    const { features } = labelPoints({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', geometry: { type: 'Polygon', coordinates: square(5, 5, 0) }, properties: {} },
      ],
    });
    expect(features).toEqual([]);
  });
});
