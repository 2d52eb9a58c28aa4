import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PictureFallback } from './picture-fallback.ts';

/** Observes every second from `from` to `to` (both included). @returns the seconds at which the picture was held */
function play(fallback: PictureFallback, starved: boolean, from: number, to: number): number[] {
  const held: number[] = [];
  for (let second = from; second <= to; second += 1) {
    fallback.observe(starved, second * 1_000);
    if (fallback.held) held.push(second);
  }
  return held;
}

describe('a viewer’s picture', () => {
  it('stays while it fits', () => {
    expect(play(new PictureFallback(0), false, 1, 600)).toEqual([]);
  });
  it('stays through two bad seconds', () => {
    const fallback = new PictureFallback(0);
    expect([
      ...play(fallback, true, 1, 3),
      ...play(fallback, false, 4, 4),
      ...play(fallback, true, 5, 7),
    ]).toEqual([]);
  });
  it('is held back after three, and tried again after ten', () => {
    const held = play(new PictureFallback(0), true, 1, 14);
    expect(held).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });
  it('is held back for twice as long when the trial fails, and never longer than 80 s', () => {
    const held = play(new PictureFallback(0), true, 1, 1_000);
    const waits = held.reduce<number[]>((runs, second, index) => {
      if (second === (held[index - 1] ?? Number.NaN) + 1) runs.push((runs.pop() ?? 0) + 1);
      else runs.push(1);
      return runs;
    }, []);
    expect(waits.slice(0, 6)).toEqual([10, 20, 40, 80, 80, 80]);
  });
  it('comes back for good when it fits, and is tried again soon after the next trouble', () => {
    const fallback = new PictureFallback(0);
    play(fallback, true, 1, 50);
    expect(play(fallback, false, 51, 200).at(-1) ?? 0).toBeLessThan(120);
    expect(play(fallback, true, 201, 214)).toHaveLength(10);
  });
  it('is never held back without a bad moment, and always tried again', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (moments) => {
        const fallback = new PictureFallback(0);
        let heldSince: number | null = null;
        moments.forEach((starved, index) => {
          const before = fallback.held;
          fallback.observe(starved, index * 1_000);
          if (!before && fallback.held) expect(starved).toBe(true);
          heldSince = fallback.held ? (heldSince ?? index) : null;
          if (heldSince !== null) expect(index - heldSince).toBeLessThanOrEqual(80);
        });
      }),
    );
  });
});
