import { eq } from 'drizzle-orm';
import { beforeEach, expect, inject, it } from 'vitest';
import { blur } from '#domain/geo/cells.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { providerLocations } from '../schema/index.ts';
import { hideProvider, saveProviderLocation } from './provider-locations.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const now = new Date('2026-11-23T12:00:00.000Z');
const availableUntil = new Date(now.getTime() + 90_000);
const berlin = blur({ latitude: 52.52, longitude: 13.405 });
const hamburg = blur({ latitude: 53.55, longitude: 9.993 });

let userId: string;
beforeEach(async () => {
  userId = await recordPerson(db, 'provider', now);
});

const save = (place: typeof berlin, move: number) =>
  saveProviderLocation(db, userId, { place, move, availableUntil }, now);
const row = async () =>
  (await db.select().from(providerLocations).where(eq(providerLocations.userId, userId)))[0];

it('a provider is shown at the centre of their cell, at the latest move', async () => {
  await save(berlin, 1);
  await save(hamburg, 2);
  expect(await row()).toMatchObject({ cell: hamburg.cell, move: 2, availableUntil });
  expect((await row())?.blurredPoint.latitude).toBeCloseTo(hamburg.center.latitude, 9);
});

it('a move that was overtaken changes nothing', async () => {
  await save(hamburg, 2);
  await save(berlin, 1);
  await hideProvider(db, userId, 1, now);
  expect(await row()).toMatchObject({ cell: hamburg.cell, move: 2, availableUntil });
});

it('a hidden provider stays hidden until a later move', async () => {
  await save(berlin, 1);
  await hideProvider(db, userId, 3, now);
  await save(berlin, 2);
  expect((await row())?.availableUntil).toBeNull();
  await save(berlin, 4);
  expect((await row())?.availableUntil).toEqual(availableUntil);
});

it('who was never shown can be hidden', async () => {
  await hideProvider(db, userId, 1, now);
  expect(await row()).toBeUndefined();
});
