import { beforeAll, describe, expect, it } from 'vitest';
import type { Geofence, NearbyProvider } from '#contract/places.ts';
import { blur } from '#domain/geo/cells.ts';
import { openSocket, register, type TestPerson } from '#test/client.ts';
import { activeOrder, give, homeOf, northOf, somewhere } from '#test/order-steps.ts';

let [mara, paul]: TestPerson[] = [];
beforeAll(async () => {
  [mara, paul] = await Promise.all([register('creator'), register('provider')]);
});

/** The people of these tests, who exist once `beforeAll` is through. */
function people() {
  if (!mara || !paul) throw new Error('nobody is there yet');
  return { mara, paul };
}

describe('a position', () => {
  it('is taken, with all that a device knows of it', async () => {
    const provider = await register('provider');
    const fix = { ...somewhere(), heading: 359.5, speed: 1.4, accuracy: 8, at: new Date().toISOString() };
    const reply = await provider.api.put('/providers/me/location', fix);
    expect(reply).toMatchObject({ status: 200, data: { accepted: true, flagged: null } });
  });

  it('that cannot be is not relied on, and its sender is told why', async () => {
    const provider = await register('provider');
    const place = somewhere();
    const put = async (fix: object) => (await provider.api.put('/providers/me/location', fix)).data;
    expect(await put(place)).toEqual({ accepted: true, flagged: null });
    expect(await put(northOf(place, 50_000))).toEqual({ accepted: false, flagged: 'impossible_jump' });
    const old = new Date(Date.now() - 3_600_000).toISOString();
    expect(await put({ ...place, at: old })).toEqual({ accepted: false, flagged: 'stale' });
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    expect(await put({ ...place, at: ahead })).toEqual({ accepted: false, flagged: 'from_future' });
  });
});

describe('availability', () => {
  const nearby = async (provider: TestPerson, radius = 2_000, limit = 10) => {
    const { latitude, longitude } = homeOf(provider);
    const { data } = await people().mara.api.get<{ items: NearbyProvider[] }>(
      `/providers/nearby?latitude=${latitude}&longitude=${longitude}&radius=${radius}&limit=${limit}`,
    );
    return data.items;
  };

  it('puts a provider on the map, blurred, and takes them off again', async () => {
    const { paul } = people();
    const home = homeOf(paul);
    await paul.api.put('/providers/me/location', home);
    const available = await paul.api.put('/providers/me/availability', { available: true });
    expect(available).toMatchObject({
      status: 200,
      data: { available: true, until: expect.stringMatching(/Z$/) },
    });
    const { center } = blur(home);
    const items = await nearby(paul);
    expect(items).toEqual([
      {
        id: paul.id,
        username: paul.user.username,
        location: { ...center, precision: 'cell' },
        distanceMeters: expect.any(Number),
        rating: null,
        ratingCount: 0,
      },
    ]);
    const ended = await paul.api.put('/providers/me/availability', { available: false });
    expect(ended.data).toEqual({ available: false, until: null });
    expect(await nearby(paul)).toEqual([]);
  });

  it('comes with how the provider was rated; the nearest come first, so many as were asked for', async () => {
    const { mara, paul } = people();
    const order = await activeOrder(mara, paul);
    await give(mara, order.id, 'complete');
    await mara.api.post(`/orders/${order.id}/ratings`, { rating: 4 });
    const other = await register('both');
    await other.api.put('/providers/me/location', northOf(homeOf(paul), 5_000));
    for (const provider of [other, paul]) {
      expect((await provider.api.put('/providers/me/availability', { available: true })).status).toBe(200);
    }
    const items = await nearby(paul, 8_000);
    expect(items).toMatchObject([{ id: paul.id, rating: 4, ratingCount: 1 }, { id: other.id }]);
    expect(await nearby(paul, 8_000, 1)).toEqual(items.slice(0, 1));
  });
});

describe('own geofences', () => {
  it('are drawn as circles or polygons, listed, and taken away', async () => {
    const person = await register('creator');
    const circle = { name: 'Home', center: somewhere(), radius: 150.5 };
    const polygon = {
      name: 'Park',
      polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [8.5, 47.3],
            [8.6, 47.3],
            [8.6, 47.4],
            [8.5, 47.3],
          ],
        ],
      },
    };
    const made: Geofence[] = [];
    for (const body of [circle, polygon]) {
      const reply = await person.api.post<{ geofence: Geofence }>('/geofences', body);
      expect(reply.status).toBe(201);
      made.push(reply.data.geofence);
    }
    expect(made).toMatchObject([
      { ...circle, polygon: null },
      { ...polygon, center: null, radius: null },
    ]);
    const list = async () => (await person.api.get<{ items: Geofence[] }>('/geofences')).data.items;
    expect(await list()).toEqual(made);
    expect((await person.api.delete(`/geofences/${made[0]?.id}`)).status).toBe(200);
    expect(await list()).toEqual(made.slice(1));
  });

  it('tell their owner of entering and leaving, from the first fix after they were drawn', async () => {
    const provider = await register('provider');
    const center = somewhere();
    await provider.api.put('/providers/me/location', northOf(center, 250));
    const socket = await openSocket('/users/me/socket?since=0', provider.accessToken);
    const { data } = await provider.api.post<{ geofence: Geofence }>('/geofences', {
      name: 'Studio',
      center,
      radius: 100,
    });
    await provider.api.put('/providers/me/location', northOf(center, 50));
    const entered = await socket.next('location:geofence_entered');
    expect(entered.data).toEqual({ geofenceId: data.geofence.id, name: 'Studio' });
    await provider.api.put('/providers/me/location', northOf(center, 180));
    expect((await socket.next('location:geofence_exited')).data).toMatchObject({ name: 'Studio' });
  });

  it('are drawn once by a request that is repeated with its key', async () => {
    const person = await register('creator');
    const headers = { 'Idempotency-Key': 'home' };
    const draw = () =>
      person.api.post(
        '/geofences',
        { name: 'Home', center: { latitude: 1, longitude: 2 }, radius: 50 },
        { headers },
      );
    expect((await draw()).data).toEqual((await draw()).data);
    expect((await person.api.get<{ items: unknown[] }>('/geofences')).data.items).toHaveLength(1);
  });
});
