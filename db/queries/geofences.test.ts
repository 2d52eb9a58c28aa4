import { v7 as uuidv7 } from 'uuid';
import { expect, inject, it } from 'vitest';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { addGeofence, deleteGeofence, geofencesOf, type OwnGeofence } from './geofences.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const createdAt = new Date('2026-11-23T12:00:00.000Z');

it('fences come back as they were drawn, and can be taken away by whom they belong to', async () => {
  const [userId, stranger] = [
    await recordPerson(db, 'creator', createdAt),
    await recordPerson(db, 'creator', createdAt),
  ];
  const circle: OwnGeofence = {
    id: uuidv7(),
    name: 'Home',
    fence: { kind: 'circle', center: { latitude: 52.5, longitude: 13.4 }, radius: 120.5 },
    createdAt,
  };
  const ring: [number, number][] = [
    [13, 52],
    [13.1, 52],
    [13.1, 52.1],
    [13, 52],
  ];
  const polygon: OwnGeofence = {
    id: uuidv7(),
    name: 'Park',
    fence: { kind: 'polygon', polygon: { type: 'Polygon', coordinates: [ring] } },
    createdAt,
  };
  expect(await addGeofence(db, userId, circle, 2)).toBe(true);
  expect(await addGeofence(db, userId, polygon, 2)).toBe(true);
  expect(await addGeofence(db, userId, { ...circle, id: uuidv7() }, 2)).toBe(false);
  expect(await geofencesOf(db, userId)).toEqual([circle, polygon]);

  expect(await deleteGeofence(db, stranger, circle.id)).toBe(false);
  expect(await deleteGeofence(db, userId, circle.id)).toBe(true);
  expect(await geofencesOf(db, userId)).toEqual([polygon]);
  expect(await geofencesOf(db, stranger)).toEqual([]);
});
