import { describe, expect, it } from 'vitest';
import { metersBetween, QUAY, walkToTheQuay } from './route.ts';

describe('the walk to the quay', () => {
  const walk = walkToTheQuay(40);
  const gaps = walk.slice(1).map((step, index) => metersBetween(walk[index] ?? step, step));

  it('has as many steps as asked for, and ends at the quay', () => {
    expect(walk).toHaveLength(40);
    expect(walk.at(-1)).toMatchObject(QUAY);
  });

  it('is as long as the streets are, in even steps', () => {
    const length = gaps.reduce((sum, gap) => sum + gap, 0);
    expect(length).toBeGreaterThan(1_000);
    expect(length).toBeLessThan(1_400);
    // A step around a corner is a little shorter than along the street.
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(10);
  });

  it('heads south, down to the river', () => {
    for (const { heading } of walk) {
      expect(heading).toBeGreaterThan(90);
      expect(heading).toBeLessThan(270);
    }
  });
});
