import { beforeAll, describe, expect, inject, it } from 'vitest';
import { blur } from '#domain/geo/cells.ts';
import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import { RECORDED_AT } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { nearbyProviders } from './nearby-providers.ts';
import { hideProvider, saveProviderLocation } from './provider-locations.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const now = RECORDED_AT;
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

const here = { latitude: -20, longitude: -30 };
const north = (meters: number) => ({ latitude: here.latitude + meters / 111_195, longitude: here.longitude });

async function provider(place: Coordinates, availableUntil = later(60_000)): Promise<string> {
  const userId = await recordPerson(db, 'provider', now);
  await saveProviderLocation(db, userId, { place: blur(place), move: 1, availableUntil }, now);
  return userId;
}

const found = (radius: number, limit = 50, at = now) =>
  nearbyProviders(db, { center: here, radius, limit }, at);
const ids = async (...args: Parameters<typeof found>) => (await found(...args)).map(({ userId }) => userId);

describe('providers nearby', () => {
  let far: string;
  let near: string;

  beforeAll(async () => {
    far = await provider(north(6_000));
    near = await provider(north(2_000));
    await provider(north(30_000));
    // These are nearest of all, and no longer there.
    for (let i = 0; i < 60; i++) await provider(north(10), later(0));
  });

  it('come nearest first, at the centres of their cells and measured to those', async () => {
    const items = await found(10_000);
    expect(items.map(({ userId }) => userId)).toEqual([near, far]);
    for (const { location, distanceMeters: told } of items) {
      expect(blur(location).center).toEqual(location);
      expect(Math.abs(told - distanceMeters(here, location)) / told).toBeLessThan(0.006);
    }
  });

  it('are only those whose availability lasts, however many others lie nearer', async () => {
    expect(await ids(10_000, 1)).toEqual([near]);
    expect(await ids(10_000, 50, later(60_000))).toEqual([]);
  });

  it('end at the radius, which is measured to the centre of the cell', async () => {
    const [nearest] = await found(10_000, 1);
    const distance = nearest?.distanceMeters ?? 0;
    expect(await ids(Math.ceil(distance))).toEqual([near]);
    expect(await ids(Math.floor(distance))).toEqual([]);
  });

  it('are gone as soon as they are no longer available', async () => {
    const place = { latitude: -24, longitude: -30 };
    const userId = await provider(place);
    const ask = () => nearbyProviders(db, { center: place, radius: 5_000, limit: 5 }, now);
    expect(await ask()).toHaveLength(1);
    await hideProvider(db, userId, 2, now);
    expect(await ask()).toEqual([]);
  });
});
