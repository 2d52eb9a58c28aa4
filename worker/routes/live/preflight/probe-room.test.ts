import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isOpenProbe, isOwnProbe, isProbeRoom, probeRoomId } from './probe-room.ts';

const NOW = new Date('2026-11-23T12:00:30.000Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const [ana, joao] = [v7(), v7()];

describe("a probe's room", () => {
  it('has an id that is a UUID, and no show has', async () => {
    const id = await probeRoomId(ana, NOW);
    expect(z.uuid({ version: 'v8' }).safeParse(id).success).toBe(true);
    expect(isProbeRoom(id)).toBe(true);
    expect(isProbeRoom(v7())).toBe(false);
  });

  it('is the same for whoever begins again soon, and of nobody else', async () => {
    const id = await probeRoomId(ana, NOW);
    expect(await probeRoomId(ana, later(20_000))).toBe(id);
    expect(await probeRoomId(joao, NOW)).not.toBe(id);
    expect(await isOwnProbe(id, ana, NOW)).toBe(true);
    expect(await isOwnProbe(id, joao, NOW)).toBe(false);
    expect(await isOwnProbe(ana, ana, NOW)).toBe(false);
  });

  it('ends by itself', async () => {
    const id = await probeRoomId(ana, NOW);
    expect(isOpenProbe(id, later(60_000))).toBe(true);
    expect(isOpenProbe(id, later(90_000))).toBe(false);
    expect(await isOwnProbe(id, ana, later(90_000))).toBe(false);
  });
});
