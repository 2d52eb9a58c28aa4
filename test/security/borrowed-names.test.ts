import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { OwnProfile } from '#contract/users.ts';
import { database } from '#db/client.ts';
import { addGeofence } from '#db/queries/geofences.ts';
import { liveStreamOrders, orderEvents } from '#db/schema/index.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { openSocket } from '#test/client.ts';
import { device, member } from './member.ts';
import { orderThatIs } from './record.ts';

const db = database(env);
const DRAFT = { title: 'Sunset', location: { latitude: 1, longitude: 2 }, baseAmount: 25 };

async function everyone() {
  const [owner, assignee, applicant, stranger, rival] = await Promise.all([
    member('creator'),
    member('provider'),
    member('provider'),
    member('both'),
    member('creator'),
  ]);
  const parties = { owner: owner.id, assignee: assignee.id, applicant: applicant.id };
  return { owner, assignee, applicant, stranger, rival, parties };
}

const versionOf = async (orderId: string) =>
  (await db.select().from(liveStreamOrders).where(eq(liveStreamOrders.id, orderId)))[0]?.version;

describe("somebody else's Idempotency-Key", () => {
  it('gives nobody their answer', async () => {
    const { owner, rival } = await everyone();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await owner.api.post<{ order: OrderView }>('/orders', DRAFT, { headers });
    const second = await rival.api.post<{ order: OrderView }>('/orders', DRAFT, { headers });
    expect(second.status).toBe(201);
    expect(second.headers.get('Idempotency-Replayed')).toBeNull();
    expect(second.data.order).toMatchObject({ creatorId: rival.id });
    expect(second.data.order.id).not.toBe(first.data.order.id);
  });

  it('opens no order, and holds up nobody', async () => {
    const { owner, stranger, parties } = await everyone();
    const order = await orderThatIs('accepted', parties);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const path = `/orders/${order.id}/cancel`;
    const before = await stranger.api.post(path, { reason: 'Rain' }, { headers });
    expect(before.status).toBe(404);
    expect((await owner.api.post(path, { reason: 'Rain' }, { headers })).status).toBe(200);
    const after = await stranger.api.post(path, { reason: 'Rain' }, { headers });
    expect([after.status, after.data]).toEqual([404, null]);
  });

  it('on another device of their own is the same key', async () => {
    const { owner } = await everyone();
    const other = await device(owner);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await owner.api.post<{ order: OrderView }>('/orders', DRAFT, { headers });
    const second = await other.api.post<{ order: OrderView }>('/orders', DRAFT, { headers });
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    expect(second.data).toEqual(first.data);
  });

  it('keeps no answer that a session got which has ended since', async () => {
    const { owner } = await everyone();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    await owner.api.post('/orders', DRAFT, { headers });
    await owner.api.post('/auth/logout');
    expect((await owner.api.post('/orders', DRAFT, { headers })).status).toBe(401);
  });
});

describe("another order's application", () => {
  it("is none of one's own order's: it can be neither accepted nor withdrawn there", async () => {
    const { owner, rival, applicant, assignee, parties } = await everyone();
    const mine = await orderThatIs('pending', parties);
    const theirs = await orderThatIs('pending', { ...parties, owner: rival.id, applicant: assignee.id });
    const taken = await owner.api.post(`/orders/${mine.id}/accept`, { applicationId: theirs.applicationId });
    expect(taken.status).toBe(404);
    for (const [orderId, applicationId, by] of [
      [mine.id, theirs.applicationId, assignee],
      [theirs.id, mine.applicationId, applicant],
      [mine.id, theirs.applicationId, applicant],
    ] as const) {
      const path = `/orders/${orderId}/applications/${applicationId}/withdraw`;
      expect((await by.api.post(path)).status).toBe(404);
    }
    expect(await Promise.all([mine.id, theirs.id].map(versionOf))).toEqual([1, 1]);
  });

  it('is read by nobody but its order’s creator, its provider and admins', async () => {
    const { owner, applicant, assignee, stranger, rival, parties } = await everyone();
    const order = await orderThatIs('accepted', parties);
    const admin = await member('admin');
    const read = async ({ api }: { api: typeof owner.api }) =>
      (await api.get<{ items: ApplicationView[] }>(`/orders/${order.id}/applications`)).data?.items.map(
        ({ id }) => id,
      ) ?? 'nothing';
    const both = expect.arrayContaining([order.applicationId, order.chosenId]);
    expect(await read(owner)).toEqual(both);
    expect(await read(admin)).toEqual(both);
    expect(await read(applicant)).toEqual([order.applicationId]);
    expect(await read(assignee)).toEqual([order.chosenId]);
    expect(await read(stranger)).toBe('nothing');
    expect(await read(rival)).toBe('nothing');
  });
});

describe('what belongs to somebody else', () => {
  it('stays: their sessions and their fences', async () => {
    const { owner, stranger } = await everyone();
    const other = await device(owner);
    const fenceId = crypto.randomUUID();
    const fence = { kind: 'circle', center: { latitude: 1, longitude: 2 }, radius: 100 } as const;
    await addGeofence(db, owner.id, { id: fenceId, name: 'Home', fence, createdAt: new Date() }, 10);

    expect((await stranger.api.delete(`/auth/sessions/${other.sessionId}`)).status).toBe(404);
    expect((await stranger.api.delete(`/geofences/${fenceId}`)).status).toBe(404);
    expect((await other.api.get('/users/me')).status).toBe(200);
    const { data } = await owner.api.get<{ items: { id: string }[] }>('/geofences');
    expect(data.items.map(({ id }) => id)).toEqual([fenceId]);
    const theirs = await stranger.api.get<{ items: { id: string }[] }>('/geofences');
    expect(theirs.data.items).toEqual([]);
  });

  it('is never in the lists of others: orders and sessions', async () => {
    const { owner, assignee, applicant, stranger, parties } = await everyone();
    const order = await orderThatIs('accepted', parties);
    const listed = async ({ api }: { api: typeof owner.api }, query = '') =>
      (await api.get<{ items: OrderView[] }>(`/orders${query}`)).data.items.map(({ id }) => id);
    expect(await listed(owner)).toEqual([order.id]);
    expect(await listed(assignee)).toEqual([order.id]);
    for (const query of ['', '?role=creator', '?role=provider', '?status=accepted']) {
      expect(await listed(stranger, query)).toEqual([]);
      expect(await listed(applicant, query)).toEqual([]);
    }
    const sessions = await stranger.api.get<{ items: { id: string }[] }>('/auth/sessions');
    expect(sessions.data.items.map(({ id }) => id)).toEqual([stranger.sessionId]);
  });

  it('can be rated by parties only, each once', async () => {
    const { owner, applicant, assignee, stranger, parties } = await everyone();
    const order = await orderThatIs('completed', parties);
    const rate = async ({ api }: { api: typeof owner.api }) =>
      (await api.post(`/orders/${order.id}/ratings`, { rating: 1 })).status;
    expect(await rate(stranger)).toBe(404);
    expect(await rate(applicant)).toBe(404);
    expect(await rate(owner)).toBe(201);
    expect(await rate(owner)).toBe(409);
    expect(await rate(assignee)).toBe(201);
    expect(await rate(await member('admin'))).toBe(403);
  });
});

describe('headers that only the Worker sets', () => {
  it('mean nothing when a client sends them, over HTTP and at sockets', async () => {
    const { owner, stranger, parties } = await everyone();
    const order = await orderThatIs('accepted', parties);
    const secret = await orderThatIs('accepted', parties);
    const headers = {
      'X-TapLive-User': owner.id,
      'X-TapLive-Session': owner.sessionId,
      'X-TapLive-Token-Ends': String(Date.now() + 1e12),
      'x-taplive-order': secret.id,
    };
    const me = await stranger.api.get<OwnProfile>('/users/me', undefined, { headers });
    expect(me.data.id).toBe(stranger.id);
    expect((await stranger.api.get(`/orders/${order.id}`, undefined, { headers })).status).toBe(404);

    const anonymous = await exports.default.fetch('http://taplive.test/api/v1/users/me', { headers });
    expect(anonymous.status).toBe(401);
    for (const token of [undefined, stranger.accessToken]) {
      const socket = await openSocket(`/orders/${order.id}/room`, token, { headers });
      expect((await socket.closed).code).toBe(token ? 4404 : 4401);
    }
    // The owner's own socket goes where its path says.
    const socket = await openSocket(`/orders/${order.id}/room`, owner.accessToken, { headers });
    expect((await socket.next('room:snapshot')).data.order.id).toBe(order.id);
    const held = await runInDurableObject(orderRoom(env, order.id), (_, state) =>
      state.getWebSockets().map((one) => one.deserializeAttachment()),
    );
    expect(held.map(({ userId }) => userId)).toEqual([owner.id]);
    expect(held[0].tokenEndsAt).toBeLessThan(Date.now() + 3_600_000);
    socket.close();
  });
});

describe('an admin', () => {
  it('reads what the parties read, exact places too, and changes nothing but what was disputed', async () => {
    const { owner, parties } = await everyone();
    const admin = await member('admin');
    const order = await orderThatIs('disputed', parties);
    const [theirs, ownersOwn] = await Promise.all(
      [admin, owner].map(({ api }) => api.get<{ order: OrderView }>(`/orders/${order.id}`)),
    );
    expect(theirs?.data.order.location.precision).toBe('exact');
    expect(theirs?.data).toEqual(ownersOwn?.data);
    for (const what of ['events', 'track', 'applications']) {
      expect((await admin.api.get(`/orders/${order.id}/${what}`)).status).toBe(200);
    }
    const room = await openSocket(`/orders/${order.id}/room`, admin.accessToken);
    await room.next('room:snapshot');
    // In the room, too, an admin only listens.
    expect((await room.request('message:send', { text: 'hello' })).error?.code).toBe('FORBIDDEN');
    expect((await room.request('location:update', { latitude: 1, longitude: 2 })).error?.code).toBe(
      'FORBIDDEN',
    );
    expect(await db.select().from(orderEvents).where(eq(orderEvents.orderId, order.id))).toEqual([]);
    const resolved = await admin.api.post(`/orders/${order.id}/resolve`, { outcome: 'refund' });
    expect(resolved.status).toBe(200);
    room.close();
  });

  it('who is a party acts as that party', async () => {
    const { parties } = await everyone();
    const admin = await member('admin');
    const order = await orderThatIs('disputed', { ...parties, owner: admin.id });
    expect((await admin.api.post(`/orders/${order.id}/resolve`, { outcome: 'refund' })).status).toBe(403);
  });
});
