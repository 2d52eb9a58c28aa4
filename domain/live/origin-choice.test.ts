import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPlace } from '../geo/arbitrary-places.ts';
import { distanceMeters } from '../geo/coordinates.ts';
import { chooseOrigin, type OriginCandidate, type OriginWish } from './origin-choice.ts';

const BERLIN = { latitude: 52.52, longitude: 13.4 };
const LISBON = { latitude: 38.72, longitude: -9.14 };
const SYDNEY = { latitude: -33.87, longitude: 151.2 };

const origin = (originId: string, more: Partial<OriginCandidate> = {}): OriginCandidate => ({
  originId,
  location: null,
  load: 0,
  draining: false,
  workers: 2,
  ...more,
});
const wish = (more: Partial<OriginWish> = {}): OriginWish => ({
  place: null,
  present: new Set(),
  avoid: new Set(),
  mayGrow: true,
  ...more,
});
const europe = origin('eu', { location: BERLIN });
const australia = origin('au', { location: SYDNEY });

const candidates = fc.uniqueArray(
  fc.record({
    originId: fc.string({ minLength: 1, maxLength: 3 }),
    location: fc.option(anyPlace),
    load: fc.double({ min: 0, max: 1, noNaN: true }),
    draining: fc.boolean(),
    workers: fc.nat({ max: 3 }),
  }),
  { selector: ({ originId }) => originId, maxLength: 8 },
);

describe('choosing an origin', () => {
  it('takes none that drains, has no worker or is to be avoided, whatever the order they come in', () => {
    fc.assert(
      fc.property(candidates, fc.option(anyPlace), fc.array(fc.nat()), (given, place, picks) => {
        const ids = given.map(({ originId }) => originId);
        const some = new Set(picks.flatMap((n) => ids[n % Math.max(1, ids.length)] ?? []));
        const wanted = wish({ place, avoid: some });
        const chosen = chooseOrigin(given, wanted);
        const possible = given.filter((one) => !one.draining && one.workers > 0 && !some.has(one.originId));
        expect(chosen === null).toBe(possible.length === 0);
        if (chosen) expect(possible).toContain(chosen);
        expect(chooseOrigin(given.toReversed(), wanted)).toBe(chosen);
      }),
    );
  });

  it('takes the nearest among those that have the same to do', () => {
    fc.assert(
      fc.property(fc.array(anyPlace, { minLength: 1, maxLength: 6 }), anyPlace, (places, place) => {
        const given = places.map((location, n) => origin(`o${n}`, { location }));
        const chosen = chooseOrigin(given, wish({ place }));
        const nearest = Math.min(...places.map((one) => distanceMeters(one, place)));
        expect(chosen?.location && distanceMeters(chosen.location, place)).toBeCloseTo(nearest, 3);
      }),
    );
  });

  it('keeps a room together for those who are near enough, and brings a copy to those who are far', () => {
    const present = new Set(['eu']);
    const both = [europe, origin('pt', { location: LISBON }), australia];
    const nearby = { latitude: 48.86, longitude: 2.35 };
    expect(chooseOrigin(both, wish({ place: nearby, present }))?.originId).toBe('eu');
    expect(chooseOrigin(both, wish({ place: SYDNEY, present }))?.originId).toBe('au');
    expect(chooseOrigin(both, wish({ present }))?.originId).toBe('eu');
  });

  it('keeps to where the room is already when that may be nowhere more', () => {
    const both = [europe, australia];
    const full = { present: new Set(['eu']), mayGrow: false };
    expect(chooseOrigin(both, wish({ place: SYDNEY, ...full }))?.originId).toBe('eu');
    expect(chooseOrigin([australia], wish({ place: SYDNEY, ...full }))?.originId).toBe('au');
    expect(chooseOrigin(both, wish({ place: SYDNEY, mayGrow: false }))?.originId).toBe('au');
  });

  it('spares the busy, and sends nobody to one that is full while another has room', () => {
    const busy = { ...europe, load: 0.8 };
    const full = { ...europe, load: 0.95 };
    const idle = origin('pt', { location: LISBON });
    expect(chooseOrigin([busy, idle], wish({ place: BERLIN }))?.originId).toBe('pt');
    expect(chooseOrigin([full, australia], wish({ place: BERLIN, present: new Set(['eu']) }))?.originId).toBe(
      'au',
    );
    expect(chooseOrigin([full], wish({ place: BERLIN }))?.originId).toBe('eu');
  });
});
