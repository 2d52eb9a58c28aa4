import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NearbyOrder, RankedApplication } from '#contract/orders.ts';
import { database } from '#db/client.ts';
import type { Page } from '#db/queries/cursors.ts';
import { appendTrack } from '#db/queries/tracks.ts';
import type { OrderView, RatingView } from '#domain/orders/order-view.ts';
import { register, type TestPerson } from '#test/client.ts';
import {
  acceptedOrder,
  activeOrder,
  applyTo,
  give,
  northOf,
  placeOrder,
  somewhere,
} from '#test/order-steps.ts';
import { registerAdmin } from '#test/privileged.ts';

let [mara, paul, rita]: TestPerson[] = [];
beforeAll(async () => {
  [mara, paul, rita] = await Promise.all([register('creator'), register('provider'), register('both')]);
});

/** The people of these tests, who exist once `beforeAll` is through. */
function people() {
  if (!mara || !paul || !rita) throw new Error('nobody is there yet');
  return { mara, paul, rita };
}

describe('placing an order', () => {
  it('takes what it is told, exactly', async () => {
    const { mara } = people();
    const body = {
      title: '  Fireworks  ',
      description: 'The whole show,\nfrom the bridge',
      location: { latitude: 47.366_667, longitude: -8.55, address: '1 Quay', locality: 'Zurich' },
      serviceRadius: 12_000,
      baseAmount: 0.1 + 0.7 + 9.2,
      currency: 'EUR',
      scheduledFor: '2027-01-01T00:00:00+01:00',
      requirements: ['Tripod'],
      tags: ['Night', 'ZURICH'],
    };
    const placed = await mara.api.post<{ order: OrderView }>('/orders', body);
    expect(placed.status).toBe(201);
    expect(placed.data.order).toMatchObject({
      ...body,
      title: 'Fireworks',
      location: { ...body.location, precision: 'exact' },
      baseAmount: 10,
      scheduledFor: '2026-12-31T23:00:00.000Z',
      tags: ['night', 'zurich'],
      status: 'pending',
      version: 1,
      creatorId: mara.id,
      providerId: null,
    });
    const read = await mara.api.get<{ order: OrderView }>(`/orders/${placed.data.order.id}`);
    expect(read.data).toEqual(placed.data);
  });

  it('needs little, and fills in the rest', async () => {
    const location = somewhere();
    const placed = await people().mara.api.post<{ order: OrderView }>('/orders', {
      title: 'x',
      location,
      baseAmount: 5,
    });
    expect(placed.data.order).toMatchObject({
      description: null,
      location: { ...location, address: null, locality: null },
      serviceRadius: 5_000,
      currency: 'USD',
      scheduledFor: null,
      requirements: [],
      tags: [],
    });
  });

  it.each([
    [1_200, 'JPY'],
    [0.5, 'USD'],
    [999_999.99, 'USD'],
    [12.34, 'KWD'],
  ])('costs %d %s', async (baseAmount, currency) => {
    const order = await placeOrder(people().mara, { baseAmount, currency });
    expect([order.baseAmount, order.currency]).toEqual([baseAmount, currency]);
  });
});

describe('changing an order', () => {
  it('changes what is named and leaves the rest', async () => {
    const { mara } = people();
    const order = await placeOrder(mara, { description: 'Old', tags: ['sea'] });
    const location = { ...somewhere(), locality: 'Elsewhere' };
    const changed = await mara.api.put<{ order: OrderView }>(`/orders/${order.id}`, {
      title: 'New',
      description: null,
      location,
      baseAmount: 3_000,
      currency: 'JPY',
    });
    expect(changed.status).toBe(200);
    expect(changed.data.order).toEqual({
      ...order,
      title: 'New',
      description: null,
      location: { ...location, address: null, precision: 'exact' },
      baseAmount: 3_000,
      currency: 'JPY',
      version: 2,
      updatedAt: changed.data.order.updatedAt,
    });
  });

  it('reads an amount in the currency that the order has', async () => {
    const { mara } = people();
    const order = await placeOrder(mara, { baseAmount: 1_200, currency: 'JPY' });
    const changed = await mara.api.put<{ order: OrderView }>(`/orders/${order.id}`, { baseAmount: 1_500 });
    expect(changed.data.order).toMatchObject({ baseAmount: 1_500, currency: 'JPY' });
  });

  it('takes a pending order back; whoever asks again with the same key gets the same answer', async () => {
    const { mara, rita } = people();
    const order = await placeOrder(mara);
    const remove = () =>
      mara.api.delete<{ order: OrderView }>(`/orders/${order.id}`, undefined, {
        headers: { 'Idempotency-Key': 'take it back' },
      });
    const [first, second] = [await remove(), await remove()];
    expect(first).toMatchObject({ status: 200, data: { order: { status: 'cancelled', version: 2 } } });
    expect(second.data).toEqual(first.data);
    expect((await mara.api.get<{ order: OrderView }>(`/orders/${order.id}`)).data).toEqual(first.data);
    expect((await rita.api.get(`/orders/${order.id}`)).status).toBe(404);
  });
});

describe('lists of orders', () => {
  it('of your own can be paged both ways and narrowed', async () => {
    const { paul } = people();
    const creator = await register('creator');
    const orders: OrderView[] = [];
    for (let i = 0; i < 4; i++) orders.unshift(await placeOrder(creator, { tags: [i % 2 ? 'odd' : 'even'] }));
    const page = async (query: string) =>
      (await creator.api.get<Page<OrderView>>(`/orders?limit=3${query}`)).data;

    const first = await page('');
    expect(first.items).toEqual(orders.slice(0, 3));
    expect(first.pagination).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
      previousCursor: null,
      totalCount: 4,
    });
    const second = await page(`&cursor=${first.pagination.nextCursor}`);
    expect(second.items).toEqual(orders.slice(3));
    expect(second.pagination).toMatchObject({ hasNextPage: false, hasPreviousPage: true, nextCursor: null });
    expect(await page(`&cursor=${second.pagination.previousCursor}`)).toEqual(first);

    expect((await page('&tag=ODD')).items.map(({ id }) => id)).toEqual([orders[0]?.id, orders[2]?.id]);
    await give(creator, orders[0]?.id ?? '', 'cancel');
    expect((await page('&status=pending&tag=odd')).items.map(({ id }) => id)).toEqual([orders[2]?.id]);

    const carried = await acceptedOrder(creator, paul);
    const ofPaul = await paul.api.get<Page<OrderView>>('/orders?role=provider&status=accepted&limit=1');
    expect(ofPaul.data.items).toMatchObject([{ id: carried.id, location: { precision: 'exact' } }]);
    expect((await page('&role=provider')).items).toEqual([]);
  });

  it('nearby name the nearest first, blurred, with their distance and creator', async () => {
    const { mara, paul } = people();
    const here = somewhere();
    const far = await placeOrder(mara, { location: northOf(here, 9_000) });
    const near = await placeOrder(mara, { location: northOf(here, 2_000) });
    await placeOrder(mara, { location: northOf(here, 14_000) });
    const gone = await placeOrder(mara, { location: here });
    await give(mara, gone.id, 'cancel');
    const { data } = await paul.api.get<{ items: NearbyOrder[] }>(
      `/orders/nearby?latitude=${here.latitude}&longitude=${here.longitude}&radius=11000`,
    );
    expect(data.items.map(({ id }) => id)).toEqual([near.id, far.id]);
    for (const item of data.items) {
      expect(item).toMatchObject({
        creatorName: mara.user.username,
        location: { precision: 'cell', address: null, locality: 'Hilltown' },
      });
    }
    expect(data.items[0]?.distanceMeters).toBeGreaterThan(1_200);
    expect(data.items[0]?.distanceMeters).toBeLessThan(2_800);
  });
});

describe('applications', () => {
  it('are ranked for the creator, who sees who applies; a provider sees their own', async () => {
    const { mara, paul, rita } = people();
    const location = somewhere();
    const order = await placeOrder(mara, { location });
    await rita.api.put('/providers/me/location', northOf(location, 15_000));
    const far = await applyTo(order.id, rita, { message: 'I have a tripod', proposedAmount: 19.99 });
    const near = await register('provider');
    await near.api.put('/providers/me/location', northOf(location, 1_000));
    const arrival = new Date(Date.now() + 3_600_000).toISOString();
    await applyTo(order.id, near, { estimatedArrival: arrival });

    const path = `/orders/${order.id}/applications`;
    const { data } = await mara.api.get<{ items: RankedApplication[] }>(path);
    expect(data.items).toMatchObject([
      {
        providerId: near.id,
        provider: { id: near.id, username: near.user.username, rating: null, ratingCount: 0 },
        proposedAmount: null,
        estimatedArrival: arrival,
      },
      {
        providerId: rita.id,
        message: 'I have a tripod',
        proposedAmount: 19.99,
        currency: 'USD',
        status: 'pending',
      },
    ]);
    const [best, second] = data.items;
    expect(best?.score).toBeGreaterThan(second?.score ?? 1);
    expect(best?.distanceMeters).toBeLessThan(second?.distanceMeters ?? 0);

    const own = await rita.api.get<{ items: RankedApplication[] }>(path);
    expect(own.data.items.map(({ id }) => id)).toEqual([far.id]);
    expect((await paul.api.get<{ items: unknown[] }>(path)).data.items).toEqual([]);
  });

  it('can be withdrawn, and made again; those that can be chosen come first', async () => {
    const { mara, paul } = people();
    const order = await placeOrder(mara);
    const first = await applyTo(order.id, paul, { proposedAmount: 30 });
    const withdrawn = await paul.api.post(`/orders/${order.id}/applications/${first.id}/withdraw`);
    expect(withdrawn).toMatchObject({ status: 200, data: { application: { status: 'withdrawn' } } });
    const again = await applyTo(order.id, paul, { proposedAmount: 20 });
    const { data } = await mara.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`);
    expect(data.items.map(({ id, status }) => [id, status])).toEqual([
      [again.id, 'pending'],
      [first.id, 'withdrawn'],
    ]);
  });

  it('are still read by whom they belong to when another was chosen', async () => {
    const { mara, paul, rita } = people();
    const order = await placeOrder(mara);
    await applyTo(order.id, rita);
    const chosen = await applyTo(order.id, paul, { proposedAmount: 40 });
    const accepted = await give(mara, order.id, 'accept', { applicationId: chosen.id });
    expect(accepted).toMatchObject({ status: 'accepted', providerId: paul.id, agreedAmount: 40 });
    const own = await rita.api.get<{ items: RankedApplication[] }>(`/orders/${order.id}/applications`);
    expect(own.data.items).toMatchObject([{ providerId: rita.id, status: 'rejected' }]);
  });
});

describe('carrying an order out', () => {
  it('goes from arriving to being released and rated, both ways', async () => {
    const { mara, paul } = people();
    const order = await activeOrder(mara, paul);
    expect(order).toMatchObject({ status: 'active', startedAt: expect.any(String) });
    expect(await give(paul, order.id, 'complete', { reason: 'All is shown' })).toMatchObject({
      status: 'completed',
    });
    expect(await give(mara, order.id, 'release')).toMatchObject({ releasedAt: expect.any(String) });

    const rate = (person: TestPerson, body: object) =>
      person.api.post<{ rating: RatingView }>(`/orders/${order.id}/ratings`, body);
    expect(await rate(mara, { rating: 4, comment: 'Steady hands' })).toMatchObject({
      status: 201,
      data: { rating: { raterId: mara.id, rateeId: paul.id, rating: 4, comment: 'Steady hands' } },
    });
    expect(await rate(paul, { rating: 5 })).toMatchObject({ data: { rating: { rateeId: mara.id } } });
  });

  it('needs no body for a command that has nothing to say', async () => {
    const { mara, paul } = people();
    const order = await activeOrder(mara, paul);
    const completed = await mara.api.post(`/orders/${order.id}/complete`);
    expect(completed).toMatchObject({ status: 200, data: { order: { status: 'completed' } } });
  });

  it('can end before it begins, by either side', async () => {
    const { mara, paul } = people();
    const [a, b] = [await acceptedOrder(mara, paul), await acceptedOrder(mara, paul)];
    expect(await give(mara, a.id, 'cancel')).toMatchObject({ status: 'cancelled' });
    expect(await give(paul, b.id, 'cancel', { reason: 'My bus broke down' })).toMatchObject({
      status: 'cancelled',
    });
  });

  it.each([
    [{ outcome: 'split', providerShare: 10.5 }, 'completed'],
    [{ outcome: 'release' }, 'completed'],
    [{ outcome: 'refund', reason: 'Nothing was shown' }, 'cancelled'],
  ])('can be disputed, which an admin resolves: %o', async (resolution, status) => {
    const { mara, paul } = people();
    const admin = await registerAdmin();
    const order = await activeOrder(mara, paul);
    expect(await give(mara, order.id, 'dispute', { reason: 'It was dark' })).toMatchObject({
      status: 'disputed',
    });
    expect(await give(admin, order.id, 'resolve', resolution)).toMatchObject({ status });
  });
});

describe('what happened', () => {
  type Events = { items: { seq: number; event: string; data: Record<string, unknown>; at: string }[] };

  it('is read from the log, all of it or after an event', async () => {
    const { mara, paul } = people();
    const order = await acceptedOrder(mara, paul);
    const events = async (query = '') =>
      (await mara.api.get<Events>(`/orders/${order.id}/events${query}`)).data.items;
    expect((await events()).map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'order:created'],
      [2, 'order:applied'],
      [3, 'payment:processing'],
      [4, 'order:accepted'],
    ]);
    expect(await events('?since=3')).toMatchObject([
      {
        seq: 4,
        event: 'order:accepted',
        data: { by: mara.id, status: 'accepted', agreedAmount: 25, currency: 'USD' },
        at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await events('?since=4')).toEqual([]);
  });

  it('on the way is a line with a time for each of its positions', async () => {
    const { mara } = people();
    // Nobody whose position is known already: it would begin the trail.
    const order = await acceptedOrder(mara, await register('provider'));
    const track = () => mara.api.get(`/orders/${order.id}/track`);
    expect(await track()).toMatchObject({
      status: 200,
      data: { type: 'Feature', geometry: null, properties: { times: [] } },
    });
    const times = ['2026-11-23T12:00:00.000Z', '2026-11-23T12:00:30.000Z'];
    const points = times.map((at, i) => ({ at: new Date(at), latitude: 50 + i / 1_000, longitude: 8.5 }));
    await appendTrack(database(env), order.id, points);
    expect((await track()).data).toMatchObject({
      geometry: {
        type: 'LineString',
        coordinates: [
          [8.5, 50],
          [8.5, 50.001],
        ],
      },
      properties: { times },
    });
  });
});
