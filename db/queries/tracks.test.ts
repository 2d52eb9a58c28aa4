import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import { database } from '../client.ts';
import { appendTrack, trackOf } from './tracks.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const startedAt = Date.UTC(2026, 10, 23, 12);

async function trail(points: number): Promise<{ orderId: string; times: Date[] }> {
  const orderId = uuidv7();
  const times = Array.from({ length: points }, (_, i) => new Date(startedAt + i * 1_000));
  await appendTrack(
    db,
    orderId,
    times.map((at, i) => ({
      at,
      latitude: 50 + i / 1_000,
      longitude: 8,
      heading: null,
      speed: null,
      accuracy: 5,
    })),
  );
  return { orderId, times };
}

describe('a trail', () => {
  it('comes in the order of its times, whole while it is short', async () => {
    const { orderId, times } = await trail(5);
    await trail(3);
    const fixes = await trackOf(db, orderId, 5);
    expect(fixes.map(({ at }) => at)).toEqual(times);
    expect(fixes[3]).toEqual({ at: times[3], latitude: 50.003, longitude: 8 });
    expect(await trackOf(db, uuidv7(), 5)).toEqual([]);
  });

  it('is thinned evenly when it is long, and never loses its end', async () => {
    const { orderId, times } = await trail(23);
    const fixes = await trackOf(db, orderId, 10);
    expect(fixes.length).toBeLessThanOrEqual(10);
    expect(fixes.at(-1)?.at).toEqual(times.at(-1));
    const steps = fixes.slice(1).map(({ at }, i) => at.getTime() - (fixes[i]?.at.getTime() ?? 0));
    expect(new Set(steps)).toEqual(new Set([3_000]));
  });
});
