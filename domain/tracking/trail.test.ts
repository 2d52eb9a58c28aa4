import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeAt } from '../geo/arbitrary-places.ts';
import { distanceMeters } from '../geo/coordinates.ts';
import type { Fix } from './fix.ts';
import { TRAIL_HEARTBEAT_MS, TRAIL_STEP_METERS, thinTrail, trailFeature } from './trail.ts';

const place = { latitude: 52.52, longitude: 13.405 };
const start = Date.UTC(2026, 10, 23, 12);

const fixes: fc.Arbitrary<Fix[]> = fc
  .array(
    fc.record({
      pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 })),
      meters: fc.double({ min: 0, max: 4 * TRAIL_STEP_METERS, noNaN: true }),
      bearing: fc.double({ min: 0, max: 360, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let here = place;
    let time = start;
    return steps.map(({ pause, meters, bearing }) => {
      here = placeAt(here, bearing, meters);
      time += pause;
      return { ...here, at: new Date(time) };
    });
  });

describe('thinTrail', () => {
  it('keeps the first fix, loses no movement beyond a step, and strictly increases in time', () => {
    fc.assert(
      fc.property(fixes, (all) => {
        const kept = thinTrail(all);
        expect(kept[0]).toBe(all[0]);
        for (const [index, fix] of kept.entries()) {
          const before = kept[index - 1];
          if (before) expect(fix.at.getTime()).toBeGreaterThan(before.at.getTime());
        }
        for (const fix of all) {
          // What was left out is told by the last one kept at its time.
          const teller = kept.findLast(({ at }) => at <= fix.at);
          if (!teller || teller.at.getTime() === fix.at.getTime()) continue;
          expect(distanceMeters(teller, fix)).toBeLessThan(TRAIL_STEP_METERS);
          expect(fix.at.getTime() - teller.at.getTime()).toBeLessThan(TRAIL_HEARTBEAT_MS);
        }
      }),
    );
  });

  it('keeps the same when thinned in pieces, each after the last one kept', () => {
    fc.assert(
      fc.property(fixes, fc.integer({ min: 0, max: 60 }), (all, cut) => {
        const early = thinTrail(all.slice(0, cut));
        const late = thinTrail(all.slice(cut), early.at(-1) ?? null);
        expect([...early, ...late]).toEqual(thinTrail(all));
      }),
    );
  });

  it('keeps one fix a heartbeat of somebody who stands still', () => {
    const still = Array.from({ length: 601 }, (_, second) => ({
      ...place,
      at: new Date(start + second * 1_000),
    }));
    expect(thinTrail(still)).toHaveLength(1 + 600_000 / TRAIL_HEARTBEAT_MS);
  });
});

describe('trailFeature', () => {
  it('gives a position, longitude first, and a time for each fix', () => {
    const two: Fix[] = [
      { ...place, at: new Date(start) },
      { ...placeAt(place, 90, 100), at: new Date(start + 60_000) },
    ];
    const feature = trailFeature(two);
    expect(feature.type).toBe('Feature');
    expect(feature.geometry).toEqual({
      type: 'LineString',
      coordinates: two.map(({ latitude, longitude }) => [longitude, latitude]),
    });
    expect(feature.properties.times).toEqual(['2026-11-23T12:00:00.000Z', '2026-11-23T12:01:00.000Z']);
    expect(feature.properties.distanceMeters).toBeCloseTo(100, 3);
  });

  it('has no geometry with fewer than two fixes', () => {
    const empty = { type: 'Feature', geometry: null, properties: { times: [], distanceMeters: 0 } };
    expect(trailFeature([])).toEqual(empty);
    expect(trailFeature([{ ...place, at: new Date(start) }])).toEqual(empty);
  });
});
