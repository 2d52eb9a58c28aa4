import { v7 as uuidv7 } from 'uuid';
import { expect, inject, it } from 'vitest';
import { RECORDED_AT } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { addGeofence, geofencesOf } from './geofences.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('of many fences that are drawn at once only so many are kept as one may have', async () => {
  for (let round = 0; round < 10; round++) {
    const userId = await recordPerson(db, 'creator', RECORDED_AT);
    const draw = () => {
      const fence = { kind: 'circle', center: { latitude: 1, longitude: 2 }, radius: 50 } as const;
      return addGeofence(db, userId, { id: uuidv7(), name: 'Home', fence, createdAt: RECORDED_AT }, 3);
    };
    const kept = await Promise.all(Array.from({ length: 20 }, draw));
    expect(kept.filter((one) => one)).toHaveLength(3);
    expect(await geofencesOf(db, userId)).toHaveLength(3);
  }
});
