import { describe, expect, it } from 'vitest';
import { graticule, stepAt } from './graticule.ts';

describe('the graticule', () => {
  it('gets finer as one comes closer, and never crowds', () => {
    expect(stepAt(0)).toBe(1_800);
    expect(stepAt(14)).toBe(0.5);
    for (let zoom = 0; zoom < 18; zoom++) expect(stepAt(zoom + 1)).toBeLessThanOrEqual(stepAt(zoom));
  });

  it('has the lines within the box, with their names', () => {
    const lines = graticule({ west: -9.2, east: -9.1, south: 38.7, north: 38.76 }, 2);
    expect(lines.features.map(({ properties }) => properties?.label)).toEqual([
      '9°12′W',
      '9°10′W',
      '9°8′W',
      '9°6′W',
      '38°42′N',
      '38°44′N',
    ]);
  });

  it('goes on across the antimeridian', () => {
    const labels = graticule({ west: 170, east: 190, south: 0.5, north: 1 }, 600).features.map(
      ({ properties }) => properties?.label,
    );
    expect(labels).toEqual(['170°E', '180°W', '170°W']);
  });
});
