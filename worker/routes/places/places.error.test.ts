import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { addGeofence } from '#db/queries/geofences.ts';
import { USER_GEOFENCE_LIMITS } from '#domain/tracking/user-geofences.ts';
import { register, type TestPerson } from '#test/client.ts';
import { somewhere } from '#test/order-steps.ts';

let person: TestPerson | undefined;
beforeAll(async () => {
  person = await register('both');
});

function caller() {
  if (!person) throw new Error('nobody is there yet');
  return person;
}

/** A refusal that names these fields, each at least once, and no others. */
const invalid = (...fields: string[]) => ({
  status: 400,
  error: {
    code: 'VALIDATION_ERROR',
    details: expect.toSatisfy(
      (problems: { field: string }[]) =>
        JSON.stringify([...new Set(problems.map(({ field }) => field))].sort()) ===
        JSON.stringify(fields.toSorted()),
      `names ${fields}`,
    ),
  },
});

describe('a position that is not taken', () => {
  it.each<[string, Record<string, unknown>]>([
    ['latitude', { latitude: 91 }],
    ['latitude', { latitude: null }],
    ['longitude', { longitude: '8' }],
    ['heading', { heading: 361 }],
    ['speed', { speed: -1 }],
    ['accuracy', { accuracy: 1e9 }],
    ['at', { at: 'now' }],
    ['at', { at: 1_700_000_000 }],
    ['altitude', { altitude: 400 }],
  ])('because of its %s: %o', async (field, wrong) => {
    const fix = { latitude: 47, longitude: 8, ...wrong };
    expect(await caller().api.put('/providers/me/location', fix)).toMatchObject(invalid(field));
  });
});

describe('availability', () => {
  it('begins only where a position is known', async () => {
    const set = (available: unknown) => caller().api.put('/providers/me/availability', { available });
    expect(await set(true)).toMatchObject({
      status: 409,
      error: { code: 'CONFLICT', details: { reason: 'no_fresh_fix' } },
    });
    expect((await set(false)).status).toBe(200);
    for (const wrong of ['yes', 1, null, undefined])
      expect(await set(wrong)).toMatchObject(invalid('available'));
  });

  it.each([
    [['latitude', 'longitude'], ''],
    [['latitude'], 'latitude=90.1&longitude=0'],
    [['longitude'], 'latitude=0&longitude=180.1'],
    [['radius'], 'latitude=0&longitude=0&radius=50001'],
    [['limit'], 'latitude=0&longitude=0&limit=51'],
  ])('is not looked for without knowing where: %s in %s', async (fields, query) => {
    expect(await caller().api.get(`/providers/nearby?${query}`)).toMatchObject(invalid(...fields));
  });
});

const RING = [
  [8.5, 47.3],
  [8.6, 47.3],
  [8.6, 47.4],
  [8.5, 47.3],
];
const polygon = (...coordinates: unknown[]) => ({ name: 'Park', polygon: { type: 'Polygon', coordinates } });
const circle = (changes: Record<string, unknown>) => ({
  name: 'Home',
  center: { latitude: 47, longitude: 8 },
  radius: 100,
  ...changes,
});

describe('a geofence that is not drawn', () => {
  it.each<[string, Record<string, unknown>]>([
    ['name', circle({ name: '' })],
    ['name', circle({ name: 'x'.repeat(81) })],
    ['radius', circle({ radius: 19 })],
    ['radius', circle({ radius: 50_001 })],
    ['radius', circle({ radius: undefined })],
    ['center.latitude', circle({ center: { latitude: 91, longitude: 8 } })],
    ['center.longitude', circle({ center: { latitude: 47 } })],
    ['colour', circle({ colour: 'red' })],
    ['name', { ...polygon(RING), name: 7 }],
    ['polygon.type', { name: 'Park', polygon: { type: 'MultiPolygon', coordinates: [RING] } }],
    ['polygon.coordinates', polygon()],
    ['polygon.coordinates.0', polygon(RING.slice(0, 3))],
    ['polygon.coordinates.0', polygon([...RING.slice(0, 3), [8.55, 47.35]])],
    ['polygon.coordinates.0.1.1', polygon([RING[0], [8.6, 97], ...RING.slice(2)])],
    [
      'polygon.coordinates',
      polygon([
        [8, 47],
        [8.3, 47.1],
        [8.3, 47],
        [8, 47.05],
        [8, 47],
      ]),
    ],
    [
      'polygon.coordinates.1',
      polygon(RING, [
        [9, 48],
        [9.1, 48],
        [9.1, 48.1],
        [9, 48],
      ]),
    ],
    ['polygon.coordinates.0', polygon(Array.from({ length: 102 }, () => [8, 47]))],
  ])('because of its %s: %o', async (field, body) => {
    expect(await caller().api.post('/geofences', body)).toMatchObject(invalid(field));
  });

  it.each([
    [{}],
    [{ name: 'Nothing' }],
    [{ ...polygon(RING), center: { latitude: 1, longitude: 1 }, radius: 50 }],
  ])('because it is neither a circle nor a polygon: %o', async (body) => {
    const reply = await caller().api.post('/geofences', body);
    expect(reply).toMatchObject({ status: 400, error: { code: 'VALIDATION_ERROR' } });
    expect(reply.error?.details).not.toEqual([]);
  });

  it('because there are too many already, also when the last two come at once', async () => {
    const owner = await register('creator');
    const db = database(env);
    const limit = USER_GEOFENCE_LIMITS.perUser;
    const fence = { kind: 'circle', center: somewhere(), radius: 100 } as const;
    for (let i = 1; i < limit; i++) {
      const own = { id: uuidv7(), name: `Fence ${i}`, fence, createdAt: new Date() };
      expect(await addGeofence(db, owner.id, own, limit)).toBe(true);
    }
    const answers = await Promise.all([
      owner.api.post('/geofences', circle({})),
      owner.api.post('/geofences', circle({})),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.error).toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'too_many_geofences' },
    });
  });

  it('cannot be taken away, not being there', async () => {
    expect((await caller().api.delete(`/geofences/${crypto.randomUUID()}`)).status).toBe(404);
    expect(await caller().api.delete('/geofences/home')).toMatchObject(invalid('id'));
  });
});
