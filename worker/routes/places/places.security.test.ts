import { beforeAll, expect, it } from 'vitest';
import type { Geofence, NearbyProvider } from '#contract/places.ts';
import { blur } from '#domain/geo/cells.ts';
import { register, type TestPerson } from '#test/client.ts';
import { northOf, somewhere } from '#test/order-steps.ts';

let [mara, paul]: TestPerson[] = [];
beforeAll(async () => {
  [mara, paul] = await Promise.all([register('creator'), register('provider')]);
});

/** The people of these tests, who exist once `beforeAll` is through. */
function people() {
  if (!mara || !paul) throw new Error('nobody is there yet');
  return { mara, paul };
}

it('only providers say where they are and that they take orders', async () => {
  const { mara } = people();
  for (const reply of [
    await mara.api.put('/providers/me/location', somewhere()),
    await mara.api.put('/providers/me/availability', { available: true }),
  ]) {
    expect(reply).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
  }
});

it('where a provider is cannot be found by asking from many points: two in one cell are the same', async () => {
  const { mara } = people();
  const { center, cell } = blur(somewhere());
  const places = [center, northOf(center, 250)];
  const providers: TestPerson[] = [];
  for (const place of places) {
    expect(blur(place).cell).toBe(cell);
    const provider = await register('provider');
    await provider.api.put('/providers/me/location', place);
    await provider.api.put('/providers/me/availability', { available: true });
    providers.push(provider);
  }
  const answers = new Set<number>();
  for (let i = 0; i < 12; i++) {
    const latitude = (center.latitude + 0.003 * i * Math.cos(i)).toFixed(6);
    const longitude = (center.longitude + 0.003 * i * Math.sin(i)).toFixed(6);
    const { data } = await mara.api.get<{ items: NearbyProvider[] }>(
      `/providers/nearby?latitude=${latitude}&longitude=${longitude}&radius=2200`,
    );
    const told = providers.map(({ id }) => data.items.find((item) => item.id === id));
    expect(told[0]?.distanceMeters).toBe(told[1]?.distanceMeters);
    for (const item of told) {
      if (item) expect(item.location).toEqual({ ...center, precision: 'cell' });
    }
    answers.add(told[0]?.distanceMeters ?? -1);
  }
  expect(answers.size).toBeGreaterThan(4);
  expect(answers).toContain(-1);
});

it("a geofence is its owner's alone", async () => {
  const { mara, paul } = people();
  const { data } = await mara.api.post<{ geofence: Geofence }>('/geofences', {
    name: 'Home',
    center: somewhere(),
    radius: 50,
  });
  expect((await paul.api.get<{ items: unknown[] }>('/geofences')).data.items).toEqual([]);
  expect((await paul.api.delete(`/geofences/${data.geofence.id}`)).status).toBe(404);
  expect((await mara.api.get<{ items: unknown[] }>('/geofences')).data.items).toEqual([data.geofence]);
});
