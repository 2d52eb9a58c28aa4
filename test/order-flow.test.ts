import { describe, expect, it } from 'vitest';
import type { NearbyOrder, RankedApplication } from '#contract/orders.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import { openSocket, register, type TestPerson } from './client.ts';

/** Every flow has a place of its own, so that flows do not hear of each other. */
let flows = 0;
function somewhere() {
  flows += 1;
  return { latitude: -40 + flows * 3, longitude: 20 + Math.random() };
}

const metersNorth = (place: { latitude: number; longitude: number }, meters: number) => ({
  latitude: place.latitude + meters / 111_195,
  longitude: place.longitude,
});

async function place(
  creator: TestPerson,
  location: { latitude: number; longitude: number },
): Promise<OrderView> {
  const placed = await creator.api.post<{ order: OrderView }>('/orders', {
    title: 'Sunset from the hill',
    location: { ...location, address: '1 Hill Road', locality: 'Hilltown' },
    baseAmount: 25,
    currency: 'USD',
  });
  expect(placed.status, JSON.stringify(placed.error)).toBe(201);
  return placed.data.order;
}

async function apply(
  provider: TestPerson,
  orderId: string,
  proposedAmount?: number,
): Promise<ApplicationView> {
  const applied = await provider.api.post<{ application: ApplicationView }>(
    `/orders/${orderId}/applications`,
    {
      message: 'I am close by',
      proposedAmount,
    },
  );
  expect(applied.status, JSON.stringify(applied.error)).toBe(201);
  return applied.data.application;
}

describe('an order, from tap to done', () => {
  it('is offered, applied to, accepted, travelled to, started, completed, released and rated', async () => {
    const [mara, paul, rita] = await Promise.all([
      register('creator'),
      register('provider'),
      register('provider'),
    ]);
    const location = somewhere();

    // Paul is near and available, so he hears of the order at once.
    await paul.api.put('/providers/me/location', metersNorth(location, 600));
    expect((await paul.api.put('/providers/me/availability', { available: true })).status).toBe(200);
    const paulsSocket = await openSocket('/users/me/socket', paul.accessToken);
    const order = await place(mara, location);
    expect(order).toMatchObject({
      status: 'pending',
      version: 1,
      baseAmount: 25,
      location: { precision: 'exact' },
    });

    const offer = await paulsSocket.next('offer:created');
    expect(offer.data.order.id).toBe(order.id);
    expect(offer.data.order.location).toMatchObject({
      precision: 'cell',
      address: null,
      locality: 'Hilltown',
    });
    expect(offer.data.order.location.latitude).not.toBe(location.latitude);

    // Rita is not connected; she finds it on the map.
    const nearby = await rita.api.get<{ items: NearbyOrder[] }>(
      `/orders/nearby?latitude=${location.latitude}&longitude=${location.longitude}&radius=5000`,
    );
    expect(nearby.data.items).toMatchObject([{ id: order.id, location: { precision: 'cell' } }]);

    // The creator watches from the beginning.
    const marasRoom = await openSocket(`/orders/${order.id}/room?since=0`, mara.accessToken);
    expect((await marasRoom.next('order:created')).seq).toBe(1);
    expect((await marasRoom.next('room:resumed')).data.through).toBe(1);

    const application = await apply(paul, order.id, 30);
    await apply(rita, order.id);
    const ranked = await mara.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`);
    expect(ranked.data.items.map(({ provider }) => provider.id)).toEqual([paul.id, rita.id]);

    const accepted = await mara.api.post<{ order: OrderView }>(`/orders/${order.id}/accept`, {
      applicationId: application.id,
    });
    expect(accepted.data.order).toMatchObject({ status: 'accepted', providerId: paul.id, agreedAmount: 30 });
    expect((await paulsSocket.next('notice')).data).toMatchObject({
      about: 'application_accepted',
      orderId: order.id,
    });
    expect((await paulsSocket.next('offer:withdrawn')).data.orderId).toBe(order.id);

    // On the way: fixes by HTTP and by socket, seen by the creator.
    const paulsRoom = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    expect((await paulsRoom.next('room:snapshot')).data.order.location).toMatchObject(location);
    expect((await marasRoom.next('room:joined')).data).toMatchObject({
      userId: paul.id,
      relation: 'provider',
    });
    await paul.api.put('/providers/me/location', metersNorth(location, 350));
    const moved = await marasRoom.next('location:updated');
    expect(moved.data).toMatchObject({ providerId: paul.id });

    const wayUntilNow = await mara.api.get<{ geometry: { coordinates: unknown[] } }>(
      `/orders/${order.id}/track`,
    );
    expect(wayUntilNow.data.geometry.coordinates).toHaveLength(2);
    const early = await paul.api.post(`/orders/${order.id}/start`, {});
    expect([early.status, early.error?.details]).toMatchObject([409, { reason: 'outside_geofence' }]);

    const fix = await paulsRoom.request('location:update', metersNorth(location, 90));
    expect(fix).toMatchObject({ ok: true, data: { accepted: true } });
    expect((await marasRoom.next('location:geofence_entered')).data).toMatchObject({ by: paul.id });

    const said = await paulsRoom.request('message:send', { text: 'I am here' });
    expect(said.ok).toBe(true);
    expect((await marasRoom.next('message:received')).data).toMatchObject({ by: paul.id, text: 'I am here' });

    const started = await paul.api.post<{ order: OrderView }>(`/orders/${order.id}/start`, {});
    expect(started.data.order?.status, JSON.stringify(started.error)).toBe('active');
    expect((await marasRoom.next('order:started')).data).toMatchObject({ verification: 'unverified' });
    const completed = await paul.api.post<{ order: OrderView }>(`/orders/${order.id}/complete`, {});
    expect(completed.data.order.status).toBe('completed');
    const rated = await mara.api.post(`/orders/${order.id}/ratings`, { rating: 5, comment: 'Lovely' });
    expect(rated.status).toBe(201);
    expect((await mara.api.post(`/orders/${order.id}/release`, {})).status).toBe(200);

    const events = async () =>
      (await mara.api.get<{ items: { seq: number; event: string }[] }>(`/orders/${order.id}/events`)).data
        .items;
    // Stripe is asked after the answer, so its part may come a little later.
    await expect
      .poll(async () => (await events()).map(({ event }) => event).filter((event) => event.startsWith('pay')))
      .toEqual(['payment:processing', 'payment:completed']);
    const items = await events();
    expect(items.map(({ event }) => event).filter((event) => event !== 'payment:completed')).toEqual([
      'order:created',
      'order:applied',
      'order:applied',
      'payment:processing',
      'order:accepted',
      'location:geofence_entered',
      'message:received',
      'order:started',
      'order:completed',
      'order:rated',
      'order:released',
    ]);
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1));
    const track = await mara.api.get<{ geometry: { coordinates: unknown[] } }>(`/orders/${order.id}/track`);
    expect(track.data.geometry.coordinates.length).toBeGreaterThanOrEqual(2);
    const paulsProfile = await rita.api.get<{ rating: unknown; completedOrders: number }>(
      `/users/${paul.id}`,
    );
    expect(paulsProfile.data).toMatchObject({ rating: { average: 5, count: 1 }, completedOrders: 1 });
  });

  it('resumes a client with exactly what it missed, without what the others asked for', async () => {
    const [mara, paul, rita] = await Promise.all([
      register('creator'),
      register('provider'),
      register('provider'),
    ]);
    const order = await place(mara, somewhere());
    const room = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    expect((await room.next('room:snapshot')).data).toMatchObject({ through: 1, order: { id: order.id } });
    room.close();
    await room.closed;

    const application = await apply(paul, order.id);
    await apply(rita, order.id);
    await mara.api.post(`/orders/${order.id}/accept`, { applicationId: application.id });

    const again = await openSocket(`/orders/${order.id}/room?since=1`, mara.accessToken);
    await again.next('room:resumed');
    expect(again.frames.map(({ seq, event }) => [seq, event])).toEqual([
      [2, 'order:applied'],
      [3, 'order:applied'],
      [4, 'payment:processing'],
      [5, 'order:accepted'],
      [undefined, 'room:resumed'],
    ]);
    const pauls = await openSocket(`/orders/${order.id}/room?since=0`, paul.accessToken);
    await pauls.next('room:resumed');
    expect(pauls.frames.map(({ seq }) => seq)).toEqual([1, 2, 5, undefined]);
    const beyond = await openSocket(`/orders/${order.id}/room?since=99`, mara.accessToken);
    expect((await beyond.next((frame) => frame.event !== 'room:joined')).event).toBe('room:snapshot');
  });

  it('keeps strangers out of the room, and does not say whether there is one', async () => {
    const [mara, zoe] = await Promise.all([register('creator'), register('both')]);
    const order = await place(mara, somewhere());
    for (const id of [order.id, crypto.randomUUID()]) {
      const socket = await openSocket(`/orders/${id}/room`, zoe.accessToken);
      expect((await socket.closed).code).toBe(4404);
    }
    const nobody = await openSocket(`/orders/${order.id}/room`);
    expect((await nobody.closed).code).toBe(4401);
  });

  it('closes the room to a session that signs out, at once', async () => {
    const mara = await register('creator');
    const order = await place(mara, somewhere());
    const room = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    await room.next('room:snapshot');
    expect((await mara.api.post('/auth/logout')).status).toBe(200);
    expect((await room.closed).code).toBe(4401);
    expect((await mara.api.get('/users/me')).status).toBe(401);
  });
});

describe('doing something twice', () => {
  it('a repeated Idempotency-Key places one order and gives the same answer', async () => {
    const mara = await register('creator');
    const body = { title: 'Once', location: somewhere(), baseAmount: 10 };
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await mara.api.post<{ order: OrderView }>('/orders', body, { headers });
    const second = await mara.api.post<{ order: OrderView }>('/orders', body, { headers });
    expect(second.status).toBe(201);
    expect(second.data).toEqual(first.data);
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    const other = await mara.api.post('/orders', { ...body, title: 'Twice' }, { headers });
    expect([other.status, other.error?.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const { data } = await mara.api.get<{ pagination: { totalCount: number } }>('/orders');
    expect(data.pagination.totalCount).toBe(1);
  });

  it('of many accepts at once exactly one wins', async () => {
    const [mara, ...providers] = await Promise.all([
      register('creator'),
      ...Array.from({ length: 4 }, () => register('provider')),
    ]);
    const order = await place(mara, somewhere());
    const applications = await Promise.all(providers.map((provider) => apply(provider, order.id)));
    const answers = await Promise.all(
      applications.map(({ id }) => mara.api.post(`/orders/${order.id}/accept`, { applicationId: id })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const { data } = await mara.api.get<{ items: { status: string }[] }>(`/orders/${order.id}/applications`);
    expect(data.items.filter(({ status }) => status === 'accepted')).toHaveLength(1);
  });
});
