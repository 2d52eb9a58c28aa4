import { describe, expect, it } from 'vitest';
import { MAX_PLAUSIBLE_SPEED } from '#domain/tracking/fix.ts';
import { destination, distanceBetween } from '../map/geometry.ts';
import { PACES, standAt, walk } from './walk.ts';

const home = { latitude: 38.7139, longitude: -9.1394 };
const east = destination(home, 90, 1_000);

describe('a simulated walk', () => {
  it('goes straight towards its target, as fast as was said', () => {
    const next = walk(standAt(home), east, 10, 3);
    expect(distanceBetween(home, next)).toBeCloseTo(30, 0);
    expect(next.heading).toBeCloseTo(90, 0);
    expect(next.speed).toBe(10);
  });

  it('stops at its target and keeps looking the way it came', () => {
    let fix = standAt(home);
    for (let second = 0; second < 101; second++) fix = walk(fix, east, 10, 1);
    expect(distanceBetween(fix, east)).toBeLessThan(0.01);
    expect(fix.speed).toBe(0);
    expect(fix.heading).toBeCloseTo(90, 0);
  });

  it('is never faster than the server believes', () => {
    for (const { speed } of Object.values(PACES)) expect(speed).toBeLessThan(MAX_PLAUSIBLE_SPEED);
  });
});
