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
          const fact = { flowing, since: flowing ? now : null, lastSeen: flowing ? now : null, at: now };
          const after = afterFlow(interruption, { liveSince: live ? NOW : null, fact });
          interruption = after.interruption;
          expect(interruption !== null).toBe(live && !flowing);
          if (after.ended) {
            expect(after.ended.afterMs).toBeGreaterThanOrEqual(STALLED_AFTER_MS);
            ended++;
          }
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

  it('lasts from when the picture was last seen to when it was seen again, however late that is noticed', () => {
    const gone = { flowing: false, since: null, lastSeen: at(-30_000), at: NOW };
    const { interruption } = afterFlow(null, { liveSince: at(-60_000), fact: gone });
    expect(interruption?.since).toEqual(at(-30_000));
    // What was before the show counts against nobody.
    const late = afterFlow(null, { liveSince: at(-10_000), fact: gone });
    expect(late.interruption?.since).toEqual(at(-10_000));
    const unseen = afterFlow(null, { liveSince: at(-10_000), fact: { ...gone, lastSeen: null } });
    expect(unseen.interruption?.since).toEqual(NOW);

    const told = { since: at(-30_000), told: true };
    const back = { flowing: true, since: at(-5_000), lastSeen: NOW, at: NOW };
    expect(afterFlow(told, { liveSince: at(-60_000), fact: back }).ended).toEqual({ afterMs: 25_000 });
    expect(afterFlow(told, { liveSince: null, fact: gone }).ended).toEqual({ afterMs: 30_000 });
    // A camera that was muted has sent black all the while.
    const unmuted = { ...back, since: at(-50_000) };
    expect(afterFlow(told, { liveSince: at(-60_000), fact: unmuted }).ended).toEqual({ afterMs: 30_000 });
  });
});
