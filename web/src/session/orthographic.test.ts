import { describe, expect, it } from 'vitest';
import { project, visibleRings } from './orthographic.ts';

describe('the globe', () => {
  it('shows what one looks at in its middle', () => {
    const point = project([-9, 38], { longitude: -9, latitude: 38 });
    expect(point.x).toBeCloseTo(0);
    expect(point.y).toBeCloseTo(0);
    expect(point.visible).toBe(true);
  });

  it('hides the far side', () => {
    expect(project([171, -38], { longitude: -9, latitude: 38 }).visible).toBe(false);
  });

  it('has north up and east right', () => {
    const view = { longitude: 0, latitude: 0 };
    expect(project([0, 30], view).y).toBeCloseTo(-0.5);
    expect(project([30, 0], view).x).toBeCloseTo(0.5);
  });

  it('keeps areas that run over the edge on the disc, and leaves out those beyond it', () => {
    const near = [
      [60, 0],
      [120, 0],
      [90, 20],
      [60, 0],
    ];
    const far = near.map(([longitude = 0, latitude = 0]) => [longitude + 90, latitude]);
    const rings = visibleRings(
      { type: 'MultiPolygon', coordinates: [[near], [far]] },
      { longitude: 0, latitude: 0 },
    );
    expect(rings).toHaveLength(1);
    for (const { x, y } of rings[0] ?? []) expect(Math.hypot(x, y)).toBeLessThanOrEqual(1.000_001);
  });
});
