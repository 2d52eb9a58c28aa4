import { describe, expect, it } from 'vitest';
import { PictureGuard } from './picture-guard.ts';

/** What a guard advises, look by look, when bytes and frames grow by so much each time. */
function watch(guard: PictureGuard, looks: { bytes: number; frames: number }[]) {
  let [bytesReceived, framesDecoded] = [0, 0];
  return looks.map(({ bytes, frames }) => {
    bytesReceived += bytes;
    framesDecoded += frames;
    return guard.look({ bytesReceived, framesDecoded });
  });
}
const times = (count: number, look: { bytes: number; frames: number }) => Array(count).fill(look);

describe('the picture guard', () => {
  it('finds a moving picture fine', () => {
    expect(new Set(watch(new PictureGuard(), times(60, { bytes: 50_000, frames: 20 })))).toEqual(
      new Set(['fine']),
    );
  });

  it('asks for the picture when bytes come but no frame, and at last joins again', () => {
    const advice = watch(new PictureGuard(), times(11, { bytes: 50_000, frames: 0 }));
    expect(advice.filter((one) => one === 'ask_for_picture')).toHaveLength(3);
    expect(advice.at(-1)).toBe('rejoin');
    expect(advice.indexOf('ask_for_picture')).toBe(3);
  });

  it('leaves it alone when nothing is sent', () => {
    expect(new Set(watch(new PictureGuard(), times(60, { bytes: 0, frames: 0 })))).toEqual(new Set(['fine']));
  });

  it('begins anew with every frame, and with another picture', () => {
    const guard = new PictureGuard();
    watch(guard, times(3, { bytes: 1, frames: 0 }));
    guard.reset();
    expect(watch(guard, times(3, { bytes: 1, frames: 0 }))).toEqual(['fine', 'fine', 'fine']);
  });
});
