import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { liveStreamOrders, orderApplications, orderEvents, ratings } from '../schema/index.ts';
import { standingsOf } from './standings.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const now = new Date('2026-11-23T12:00:00.000Z');

type Past = {
  creatorId: string;
  providerId: string | null;
  status: 'completed' | 'cancelled' | 'accepted';
  cancelled?: { by: string | null; reason: string | null };
};

async function order({ creatorId, providerId, status, cancelled }: Past): Promise<string> {
  const id = uuidv7();
  const place = { latitude: 52.5, longitude: 13.4 };
  await db.insert(liveStreamOrders).values({
    id,
    creatorId,
    providerId,
    title: 'A stream',
    locationPoint: place,
    locationCell: 'cell',
    blurredPoint: place,
    serviceRadius: 5_000,
    baseAmount: 2_500n,
    currency: 'USD',
    status,
    version: 1,
    requirements: [],
    tags: [],
    createdAt: now,
    updatedAt: now,
  });
  if (cancelled) {
    await db.insert(orderEvents).values({
      orderId: id,
      seq: 3,
      commandId: uuidv7(),
      name: 'order:cancelled',
      data: { ...cancelled, status: 'cancelled' },
      at: now,
    });
  }
  return id;
}

const application = (orderId: string, providerId: string, seconds: number) =>
  db.insert(orderApplications).values({
    id: uuidv7(),
    orderId,
    providerId,
    status: 'pending',
    createdAt: new Date(now.getTime() + seconds * 1_000),
    updatedAt: now,
  });

const rating = (orderId: string, raterId: string, rateeId: string, stars: number) =>
  db.insert(ratings).values({ id: uuidv7(), orderId, raterId, rateeId, rating: stars, createdAt: now });

describe('standings', () => {
  it('tell what the record says of each, and neutral facts of who has no past', async () => {
    const [creatorId, providerId, newcomer] = [
      await recordPerson(db, 'both', now),
      await recordPerson(db, 'both', now),
      await recordPerson(db, 'both', now),
    ];
    const orders = await Promise.all([
      order({ creatorId, providerId, status: 'completed' }),
      order({ creatorId, providerId, status: 'completed' }),
      order({ creatorId, providerId, status: 'accepted' }),
    ]);
    await Promise.all([
      ...orders.map((id, index) => application(id, providerId, [10, 90, 20][index] ?? 0)),
      rating(orders[0], creatorId, providerId, 5),
      rating(orders[1], creatorId, providerId, 4),
      rating(orders[0], providerId, creatorId, 1),
    ]);

    const standings = await standingsOf(db, [providerId, newcomer, uuidv7()]);
    expect(standings.get(providerId)).toEqual({
      username: providerId,
      ratingAverage: 4.5,
      ratingCount: 2,
      completedOrders: 2,
      abandonedOrders: 0,
      medianResponseSeconds: 20,
    });
    expect(standings.get(newcomer)).toEqual({
      username: newcomer,
      ratingAverage: null,
      ratingCount: 0,
      completedOrders: 0,
      abandonedOrders: 0,
      medianResponseSeconds: null,
    });
    expect(standings.size).toBe(2);
  });

  it('count as abandoned what the provider cancelled or never came to, and nothing else', async () => {
    const [creatorId, providerId] = [
      await recordPerson(db, 'both', now),
      await recordPerson(db, 'both', now),
    ];
    const cancelled = (by: string | null, reason: string | null) =>
      order({ creatorId, providerId, status: 'cancelled', cancelled: { by, reason } });
    await cancelled(providerId, 'I am ill');
    await cancelled(null, 'no_show');
    expect((await standingsOf(db, [providerId])).get(providerId)?.abandonedOrders).toBe(2);

    await cancelled(creatorId, 'changed my mind');
    // A reason is free text; only a deadline's says that nobody came.
    await cancelled(creatorId, 'no_show');
    await cancelled(null, 'no_applications');
    expect((await standingsOf(db, [providerId])).get(providerId)?.abandonedOrders).toBe(2);
  });

  it('of nobody are none', async () => {
    expect(await standingsOf(db, [])).toEqual(new Map());
  });
});
