import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { blur } from '#domain/geo/cells.ts';
import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import { ORDER_STATUSES, type Order } from '#domain/orders/order.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { nearbyOrders } from './nearby-orders.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

/** A part of the sea for each test, so that they do not find each other's orders. */
const north = ({ latitude, longitude }: Coordinates, meters: number) => ({
  latitude: latitude + meters / 111_195,
  longitude,
});
const found = async (center: Coordinates, radius: number, limit = 100) =>
  (await nearbyOrders(db, { center, radius, limit })).map(({ order }) => order.id);

let creator: string;
beforeAll(async () => {
  creator = await recordPerson(db, 'creator', RECORDED_AT);
});

describe('orders nearby', () => {
  it('come nearest first, with their distance and who created them', async () => {
    const here = { latitude: -10, longitude: -30 };
    const made: Order[] = [];
    for (const meters of [9_000, 1_500, 30_000, 4_500]) {
      made.push(await recordOrder(db, creator, { at: north(here, meters) }));
    }
    const [far, near, , middle] = made;
    const items = await nearbyOrders(db, { center: here, radius: 20_000, limit: 100 });
    expect(items.map(({ order }) => order.id)).toEqual([near?.id, middle?.id, far?.id]);
    for (const { order, distanceMeters: told, creatorName } of items) {
      expect(creatorName).toBe(creator);
      const expected = distanceMeters(here, blur(order.place).center);
      expect(Math.abs(told - expected) / expected).toBeLessThan(0.006);
    }
  });

  it('are cut at the limit after they are sorted, and within one cell come in the order of their ids', async () => {
    const here = { latitude: -12, longitude: -30 };
    const sameCell: string[] = [];
    for (let i = 0; i < 4; i++) sameCell.push((await recordOrder(db, creator, { at: here })).id);
    const beyond = await recordOrder(db, creator, { at: north(here, 3_000) });
    expect(await found(here, 10_000, 3)).toEqual(sameCell.slice(0, 3));
    expect(await found(here, 10_000)).toEqual([...sameCell, beyond.id]);
  });

  it('are only the pending ones, however many others lie nearer', async () => {
    const here = { latitude: -14, longitude: -30 };
    for (const status of ORDER_STATUSES) {
      if (status === 'pending') continue;
      for (let i = 0; i < 8; i++) await recordOrder(db, creator, { at: here, status });
    }
    const pending = await recordOrder(db, creator, { at: north(here, 4_000) });
    expect(await found(here, 10_000, 1)).toEqual([pending.id]);
  });

  it('are found across the antimeridian and at the pole', async () => {
    const east = await recordOrder(db, creator, { at: { latitude: -16, longitude: 179.99 } });
    expect(await found({ latitude: -16, longitude: -179.99 }, 5_000)).toEqual([east.id]);
    const pole = await recordOrder(db, creator, { at: { latitude: -89.999, longitude: 10 } });
    expect(await found({ latitude: -89.999, longitude: -170 }, 5_000)).toEqual([pole.id]);
  });

  it('tell nothing that the centre of their cell does not: two places in one cell give the same answers', async () => {
    const region = { latitude: -18, longitude: -30 };
    const { cell, center } = blur(region);
    const corner = [0, 90, 180, 270]
      .map((angle) => ({
        latitude: center.latitude + 0.003 * Math.cos((angle * Math.PI) / 180),
        longitude: center.longitude + 0.003 * Math.sin((angle * Math.PI) / 180),
      }))
      .find((place) => blur(place).cell === cell);
    if (!corner) throw new Error('the cell is wider than that');
    const [a, b] = [
      await recordOrder(db, creator, { at: center }),
      await recordOrder(db, creator, { at: corner }),
    ];
    expect(distanceMeters(a.place, b.place)).toBeGreaterThan(200);

    // Somebody who asks from wherever they like, with whatever radius, is told of both or of neither, equally far away.
    const ask = fc.record({
      latitude: fc.double({ min: -18.05, max: -17.95, noNaN: true }),
      longitude: fc.double({ min: -30.05, max: -29.95, noNaN: true }),
      radius: fc.integer({ min: 1, max: 12_000 }),
    });
    await fc.assert(
      fc.asyncProperty(ask, async ({ radius, ...place }) => {
        const items = await nearbyOrders(db, { center: place, radius, limit: 100 });
        expect(items.map(({ order }) => order.id)).toEqual(items.length === 0 ? [] : [a.id, b.id]);
        expect(new Set(items.map((item) => item.distanceMeters)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});
