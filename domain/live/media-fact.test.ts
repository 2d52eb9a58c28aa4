import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFlow,
  type Interruption,
  isStalled,
  mediaFactOf,
  STALLED_AFTER_MS,
  type TrackFlow,
} from './media-fact.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const at = (ms: number) => new Date(NOW.getTime() + ms);
const camera: TrackFlow = {
  kind: 'video',
  paused: false,
  flowing: true,
  since: at(-9_000),
  lastSeen: at(-1),
};

describe('the fact that the host is seen', () => {
  it('needs a picture that arrives and is not muted; a voice is not enough', () => {
    expect(mediaFactOf([camera], NOW)).toEqual({
      flowing: true,
      since: at(-9_000),
      lastSeen: at(-1),
      at: NOW,
    });
    expect(mediaFactOf([{ ...camera, kind: 'audio' }], NOW)).toMatchObject({
      flowing: false,
      lastSeen: null,
    });
    expect(mediaFactOf([{ ...camera, paused: true }], NOW)).toMatchObject({ flowing: false, since: null });
    expect(mediaFactOf([], NOW)).toEqual({ flowing: false, since: null, lastSeen: null, at: NOW });
    const still = { ...camera, flowing: false };
    expect(mediaFactOf([still], NOW)).toMatchObject({ flowing: false, since: null, lastSeen: at(-1) });
  });
});

describe('an interruption', () => {
  it('counts exactly while a live show has no picture, and is told once when it is long', () => {
    const step = fc.record({ live: fc.boolean(), flowing: fc.boolean(), ms: fc.nat({ max: 20_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let interruption: Interruption | null = null;
        let now = NOW;
        let told = 0;
        let ended = 0;
        for (const { live, flowing, ms } of steps) {
          const after = afterFlow(interruption, { live, flowing }, now);
          interruption = after.interruption;
          expect(interruption !== null).toBe(live && !flowing);
          if (after.ended) ended++;
          now = new Date(now.getTime() + ms);
          if (interruption && isStalled(interruption, now)) {
            expect(now.getTime() - interruption.since.getTime()).toBeGreaterThanOrEqual(STALLED_AFTER_MS);
            interruption = { ...interruption, told: true };
            told++;
            expect(isStalled(interruption, now)).toBe(false);
          }
        }
        expect(told - ended).toBe(interruption?.told ? 1 : 0);
      }),
    );
  });
});
