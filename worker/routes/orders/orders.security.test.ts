import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NearbyOrder, RankedApplication } from '#contract/orders.ts';
import { database } from '#db/client.ts';
import { orderEvents } from '#db/schema/index.ts';
import { blur } from '#domain/geo/cells.ts';
import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { openSocket, register, type TestPerson } from '#test/client.ts';
import {
  acceptedOrder,
  activeOrder,
  applyTo,
  give,
  northOf,
  placeOrder,
  somewhere,
} from '#test/order-steps.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { registerAdmin } from '#test/privileged.ts';

let [mara, paul, zoe, admin]: TestPerson[] = [];
beforeAll(async () => {
  [mara, paul, zoe, admin] = await Promise.all([
    register('creator'),
    register('provider'),
    register('both'),
    registerAdmin(),
  ]);
});

/** The people of these tests: a creator, a provider, a stranger to both, an admin. */
function people() {
  if (!mara || !paul || !zoe || !admin) throw new Error('nobody is there yet');
  return { mara, paul, zoe, admin };
}

const forbidden = { status: 403, error: { code: 'FORBIDDEN' } };
const notFound = { status: 404, error: { code: 'NOT_FOUND' } };

/** Two places in one cell, some hundred metres apart. */
function neighbours(): [Coordinates, Coordinates] {
  const { center, cell } = blur(somewhere());
  const other = northOf(center, 250);
  expect(blur(other).cell).toBe(cell);
  return [center, other];
}

describe('an exact place', () => {
  it('is told to nobody but the parties and an admin, nor is the address', async () => {
    const { mara, paul, zoe, admin } = people();
    const location = somewhere();
    const order = await placeOrder(mara, { location });
    await applyTo(order.id, paul);
    const path = `/orders/${order.id}`;
    for (const person of [zoe, paul]) {
      for (const reply of [
        await person.api.get(path),
        await person.api.get(
          `/orders/nearby?latitude=${location.latitude}&longitude=${location.longitude}&radius=2000`,
        ),
        await person.api.get(`${path}/applications`),
      ]) {
        const text = JSON.stringify(reply.data);
        for (const secret of [location.latitude, location.longitude, '1 Hill Road']) {
          expect(text).not.toContain(String(secret));
        }
      }
      const { data } = await person.api.get<{ order: OrderView }>(path);
      expect(data.order.location).toEqual({
        ...blur(location).center,
        address: null,
        locality: 'Hilltown',
        precision: 'cell',
      });
    }
    for (const person of [mara, admin]) {
      const { data } = await person.api.get<{ order: OrderView }>(path);
      expect(data.order.location).toMatchObject({ ...location, address: '1 Hill Road', precision: 'exact' });
    }
  });

  it('comes to the provider with being accepted', async () => {
    const { mara, paul } = people();
    const location = somewhere();
    const order = await acceptedOrder(mara, paul, location);
    const { data } = await paul.api.get<{ order: OrderView }>(`/orders/${order.id}`);
    expect(data.order.location).toMatchObject({ ...location, precision: 'exact' });
  });

  it('cannot be found by asking from many points: two in one cell get the same answers everywhere', async () => {
    const { mara, zoe } = people();
    const [a, b] = neighbours();
    const [first, second] = [
      await placeOrder(mara, { location: a }),
      await placeOrder(mara, { location: b }),
    ];
    const answers: number[] = [];
    for (let i = 0; i < 12; i++) {
      const from = {
        latitude: a.latitude + 0.003 * i * Math.cos(i),
        longitude: a.longitude + 0.003 * i * Math.sin(i),
      };
      const { data } = await zoe.api.get<{ items: NearbyOrder[] }>(
        `/orders/nearby?latitude=${from.latitude.toFixed(6)}&longitude=${from.longitude.toFixed(6)}&radius=2200`,
      );
      const told = new Map(data.items.map((item) => [item.id, item.distanceMeters]));
      expect(told.get(first.id)).toBe(told.get(second.id));
      answers.push(told.get(first.id) ?? -1);
    }
    // The answers do differ from point to point, and lie on both sides of the radius.
    expect(new Set(answers).size).toBeGreaterThan(4);
    expect(answers).toContain(-1);
  });

  it('cannot be found by who is offered it: two in one cell are offered alike', async () => {
    const { mara } = people();
    const [a, b] = neighbours();
    const provider = await register('provider');
    // Within the radius of the one if it were measured exactly, outside of the other's.
    const radius = 2_000;
    const edge = northOf(b, radius - 100);
    expect(distanceMeters(a, edge)).toBeGreaterThan(radius);
    await provider.api.put('/providers/me/location', edge);
    await provider.api.put('/providers/me/availability', { available: true });
    const socket = await openSocket('/users/me/socket?since=0', provider.accessToken);
    await placeOrder(mara, { location: a, serviceRadius: radius });
    await placeOrder(mara, { location: b, serviceRadius: radius });
    const reached = await placeOrder(mara, { location: a, serviceRadius: radius + 500 });
    const offer = await socket.next('offer:created');
    expect(offer.data.order.id).toBe(reached.id);
  });

  it('of an applicant is not told to the creator: two in one cell are equally far away', async () => {
    const { mara } = people();
    const [a, b] = neighbours();
    const order = await placeOrder(mara, { location: northOf(a, 3_000) });
    const providers = await Promise.all([register('provider'), register('provider')]);
    for (const [i, provider] of providers.entries()) {
      await provider.api.put('/providers/me/location', i === 0 ? a : b);
      const application = await applyTo(order.id, provider);
      expect(application.distanceMeters).toBeNull();
      const own = await provider.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`);
      expect(own.data.items).toMatchObject([{ id: application.id, distanceMeters: null }]);
    }
    const { data } = await mara.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`);
    expect(data.items.map((item) => item.distanceMeters)).toEqual([3_000, 3_000]);
  });
});

describe('an order that is no longer open', () => {
  it('does not exist for strangers, whatever they ask', async () => {
    const { mara, paul, zoe } = people();
    for (const order of [await acceptedOrder(mara, paul), await activeOrder(mara, paul)]) {
      const path = `/orders/${order.id}`;
      for (const reply of [
        await zoe.api.get(path),
        await zoe.api.put(path, { title: 'Mine now' }),
        await zoe.api.delete(path),
        await zoe.api.get(`${path}/applications`),
        await zoe.api.post(`${path}/applications`, {}),
        await zoe.api.post(`${path}/accept`, { applicationId: crypto.randomUUID() }),
        await zoe.api.post(`${path}/start`),
        await zoe.api.post(`${path}/complete`),
        await zoe.api.post(`${path}/cancel`, { reason: 'x' }),
        await zoe.api.post(`${path}/dispute`, { reason: 'x' }),
        await zoe.api.post(`${path}/release`),
        await zoe.api.post(`${path}/resolve`, { outcome: 'release' }),
        await zoe.api.post(`${path}/ratings`, { rating: 1 }),
        await zoe.api.get(`${path}/events`),
        await zoe.api.get(`${path}/track`),
      ]) {
        expect(reply).toMatchObject(notFound);
      }
      expect((await (await openSocket(`${path}/room`, zoe.accessToken)).closed).code).toBe(4404);
      const { data } = await mara.api.get<{ order: OrderView }>(path);
      expect(data.order.version).toBe(order.version);
    }
  });

  it('does not exist for a provider who was not chosen', async () => {
    const { mara, paul, zoe } = people();
    const order = await placeOrder(mara);
    await applyTo(order.id, zoe);
    const chosen = await applyTo(order.id, paul);
    await give(mara, order.id, 'accept', { applicationId: chosen.id });
    expect(await zoe.api.get(`/orders/${order.id}`)).toMatchObject(notFound);
    expect(await zoe.api.get(`/orders/${order.id}/events`)).toMatchObject(notFound);
  });
});

describe('a pending order', () => {
  it('can be read by strangers, but neither changed nor listened to', async () => {
    const { mara, paul, zoe } = people();
    const order = await placeOrder(mara);
    const application = await applyTo(order.id, paul);
    const path = `/orders/${order.id}`;
    for (const reply of [
      await zoe.api.put(path, { title: 'Mine now' }),
      await zoe.api.delete(path),
      await zoe.api.post(`${path}/accept`, { applicationId: application.id }),
      await zoe.api.post(`${path}/cancel`),
      await zoe.api.get(`${path}/events`),
      await zoe.api.get(`${path}/track`),
      await paul.api.get(`${path}/events`),
    ]) {
      expect(reply).toMatchObject(forbidden);
    }
    const withdrawn = await zoe.api.post(`${path}/applications/${application.id}/withdraw`);
    expect(withdrawn).toMatchObject(notFound);
    expect((await mara.api.get<{ order: OrderView }>(path)).data.order.version).toBe(2);
  });

  it('shows nobody but its creator and an admin who applied', async () => {
    const { mara, paul, zoe, admin } = people();
    const order = await placeOrder(mara);
    await applyTo(order.id, paul, { message: 'between us', proposedAmount: 31 });
    const seen = async (person: TestPerson) =>
      (await person.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`)).data.items;
    expect(await seen(zoe)).toEqual([]);
    expect(await seen(mara)).toHaveLength(1);
    expect(await seen(admin)).toHaveLength(1);
  });
});

describe('a party', () => {
  it('may do its own part and not the other one', async () => {
    const { mara, paul } = people();
    const accepted = await acceptedOrder(mara, paul);
    expect(await mara.api.post(`/orders/${accepted.id}/start`)).toMatchObject(forbidden);
    expect(await paul.api.put(`/orders/${accepted.id}`, { title: 'Mine' })).toMatchObject(forbidden);
    const active = await activeOrder(mara, paul);
    await give(paul, active.id, 'complete');
    expect(await paul.api.post(`/orders/${active.id}/release`)).toMatchObject(forbidden);
    for (const person of [mara, paul]) {
      expect(await person.api.post(`/orders/${active.id}/resolve`, { outcome: 'refund' })).toMatchObject(
        forbidden,
      );
    }
  });

  it('who carries an order out does not read what others asked for it', async () => {
    const { mara, paul, zoe } = people();
    const order = await placeOrder(mara);
    await applyTo(order.id, zoe, { proposedAmount: 31.77 });
    const chosen = await applyTo(order.id, paul);
    await give(mara, order.id, 'accept', { applicationId: chosen.id });
    const read = async (person: TestPerson) =>
      JSON.stringify((await person.api.get(`/orders/${order.id}/events`)).data);
    expect(await read(paul)).not.toContain('31.77');
    expect(await read(paul)).not.toContain(zoe.id);
    expect(await read(mara)).toContain('31.77');
  });
});

it('a long stretch of bids that are not for the reader does not look like the end of the log', async () => {
  const { mara, paul, zoe } = people();
  const db = database(env);
  const { id: orderId } = await recordOrder(db, mara.id, { providerId: paul.id, status: 'active' });
  const row = { orderId, at: RECORDED_AT };
  const bid = { by: zoe.id, applicationId: zoe.id, providerId: zoe.id, proposedAmount: 9 };
  const bids = Array.from({ length: 1_100 }, (_, i) => ({
    ...row,
    seq: i + 1,
    commandId: crypto.randomUUID(),
    name: 'order:applied' as const,
    data: { ...bid, status: 'pending' as const },
  }));
  await db.insert(orderEvents).values(bids);
  const started = { by: paul.id, status: 'active', verification: 'unverified', distanceMeters: 3 } as const;
  await db.insert(orderEvents).values({
    ...row,
    seq: 1_101,
    commandId: crypto.randomUUID(),
    name: 'order:started',
    data: started,
  });
  const { data } = await paul.api.get<{ items: { seq: number }[] }>(`/orders/${orderId}/events`);
  expect(data.items.map(({ seq }) => seq)).toEqual([1_101]);
  const all = await mara.api.get<{ items: { seq: number }[] }>(`/orders/${orderId}/events?since=50`);
  expect(all.data.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 51));
});

describe('a role', () => {
  it('decides who may order and who may apply', async () => {
    const { mara, paul, zoe, admin } = people();
    const order = await placeOrder(mara);
    const body = { title: 'x', location: somewhere(), baseAmount: 5 };
    expect(await paul.api.post('/orders', body)).toMatchObject(forbidden);
    expect(await admin.api.post('/orders', body)).toMatchObject(forbidden);
    expect(await mara.api.post(`/orders/${order.id}/applications`, {})).toMatchObject(forbidden);
    const own = await placeOrder(zoe);
    expect(await zoe.api.post(`/orders/${own.id}/applications`, {})).toMatchObject(forbidden);
  });
});

describe('lists of own orders', () => {
  it("hold nobody else's, whatever their filters say", async () => {
    const { mara, zoe } = people();
    await placeOrder(mara, { tags: ['secret'] });
    for (const tag of ["' or 1=1 --", '%', '{secret}', 'secret']) {
      const reply = await zoe.api.get<{ items: unknown[] }>(`/orders?tag=${encodeURIComponent(tag)}`);
      expect([reply.status, reply.data.items]).toEqual([200, []]);
    }
  });

  it("cannot be entered through another's cursor", async () => {
    const { mara, zoe } = people();
    await placeOrder(mara);
    await placeOrder(mara);
    const { data } = await mara.api.get<{ pagination: { nextCursor: string } }>('/orders?limit=1');
    const reply = await zoe.api.get<{ items: OrderView[] }>(`/orders?cursor=${data.pagination.nextCursor}`);
    expect(reply.data.items.filter(({ creatorId }) => creatorId !== zoe.id)).toEqual([]);
  });
});

it('the identity that a socket claims in headers is not believed', async () => {
  const { mara, zoe } = people();
  const order = await placeOrder(mara);
  const claims = { 'X-TapLive-User': mara.id, 'X-TapLive-Order': order.id, 'X-TapLive-Session': 'any' };
  const socket = await openSocket(`/orders/${order.id}/room`, zoe.accessToken, { headers: claims });
  expect((await socket.closed).code).toBe(4404);
});
