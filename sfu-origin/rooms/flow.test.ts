import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';

/** A track as it is after these observations: bytes in all, at seconds. */
function observed(...observations: [bytes: number, seconds: number][]): Flow {
  const flow = new Flow();
  for (const [bytes, seconds] of observations) flow.observe(bytes, seconds * 1_000);
  return flow;
}

describe('a track', () => {
  it('does not flow before its first packet', () => {
    expect(observed([0, 1], [0, 2])).toMatchObject({
      flowing: false,
      since: null,
      lastSeen: null,
      bitrate: 0,
    });
  });
  it('flows from the first packet on', () => {
    expect(observed([0, 1], [500, 2], [1_500, 3])).toMatchObject({
      flowing: true,
      since: 2_000,
      lastSeen: 3_000,
      bitrate: 8_000,
    });
  });
  it('flows through a short silence', () => {
    expect(observed([500, 1], [500, 3.9])).toMatchObject({ flowing: true, lastSeen: 1_000, bitrate: 0 });
  });
  it('has stopped when nothing came for three seconds, and says since when', () => {
    expect(observed([500, 1], [500, 2], [500, 4])).toMatchObject({
      flowing: false,
      since: 1_000,
      lastSeen: 1_000,
    });
  });
  it('begins a new stretch when packets come again', () => {
    expect(observed([500, 1], [500, 4], [900, 9])).toMatchObject({
      flowing: true,
      since: 9_000,
      lastSeen: 9_000,
    });
  });
});
