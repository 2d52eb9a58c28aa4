import { describe, expect, it } from 'vitest';
import { blur } from '#domain/geo/cells.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import { api, openSocket, register, type TestPerson } from '#test/client.ts';
import { toldSoFar } from '#test/live.ts';
import { acceptedOrder, give, homeOf, placeOrder } from '#test/order-steps.ts';

type Shown = { show: ShowView };
type Listed = { items: (ShowView & { distanceMeters: number | null })[] };

/** An accepted order with its show, which is made a moment after. */
async function shown(creator: TestPerson, provider: TestPerson) {
  const order = await acceptedOrder(creator, provider, homeOf(provider));
  const path = `/live-shows/${order.liveShowId}`;
  await expect.poll(async () => (await creator.api.get(path)).status).toBe(200);
  const show = async (person: TestPerson = creator) => (await person.api.get<Shown>(path)).data.show;
  return { order, path, show };
}

describe('the show of an order', () => {
  it('is made by accepting it, of the same id, private, and without its exact place', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const pending = await placeOrder(creator);
    expect(pending.liveShowId).toBeNull();
    const { order, show } = await shown(creator, provider);
    const { center } = blur(order.location);
    expect(order.liveShowId).toBe(order.id);
    expect(await show()).toEqual({
      id: order.id,
      orderId: order.id,
      hostId: provider.id,
      hostName: provider.user.username,
      title: order.title,
      visibility: 'private',
      status: 'scheduled',
      mediaBackend: 'none',
      location: { ...center, locality: 'Hilltown', precision: 'cell' },
      scheduledFor: null,
      startedAt: null,
      endedAt: null,
      viewers: 0,
      peakViewers: 0,
      interruptions: 0,
      interruptedSeconds: 0,
      role: 'moderator',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await show(provider)).role).toBe('host');
  });

  it('goes live and ends with its order, before the eyes of who is inside', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { order, path, show } = await shown(creator, provider);
    const room = await openSocket(`${path}/room`, creator.accessToken);
    await room.next('room:snapshot');
    await provider.api.put('/providers/me/location', homeOf(provider));
    const started = await give(provider, order.id, 'start');
    expect(started.status).toBe('active');
    expect((await room.next('show:started')).data).toEqual({ by: null });
    expect((await show()).status).toBe('live');
    await give(provider, order.id, 'complete');
    expect((await room.next('show:ended')).data).toEqual({ by: null, because: 'order_ended' });
    expect(await room.closed).toMatchObject({ code: 4410 });
    await expect.poll(async () => (await show()).status).toBe('ended');
  });

  it('ends with an order that is called off', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { order, show } = await shown(creator, provider);
    await give(creator, order.id, 'cancel');
    await expect.poll(async () => (await show()).status).toBe('ended');
  });
});

describe('a show', () => {
  it('is started by its host before its order has begun, and then ended only with that', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { order, path, show } = await shown(creator, provider);
    const started = await provider.api.post<Shown>(`${path}/start`);
    expect(started.data.show).toMatchObject({ status: 'live', startedAt: expect.any(String), role: 'host' });
    for (const person of [provider, creator]) {
      const refused = await person.api.post<Shown>(`${path}/end`);
      expect(refused.error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { reason: 'order_not_begun' },
      });
    }
    await give(creator, order.id, 'cancel');
    await expect.poll(async () => (await show()).status).toBe('ended');
  });

  it('is ended by its host once its order has begun, which goes on without it', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { order, path, show } = await shown(creator, provider);
    await provider.api.put('/providers/me/location', homeOf(provider));
    await give(provider, order.id, 'start');
    await expect.poll(async () => (await show()).status).toBe('live');
    const ended = await provider.api.post<Shown>(`${path}/end`);
    expect(ended.data.show).toMatchObject({ status: 'ended', endedAt: expect.any(String) });
    const read = await creator.api.get<{ order: object }>(`/orders/${order.id}`);
    expect(read.data.order).toMatchObject({ status: 'active' });
  });

  it('is opened to everyone by its owner, and found then by its status and place', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { order, path } = await shown(creator, provider);
    const { latitude, longitude } = order.location;
    const list = async (query: string) => (await api().get<Listed>(`/live-shows?${query}`)).data.items;
    const around = `near=${latitude.toFixed(4)},${longitude.toFixed(4)}&radius=5000`;
    expect(await list(around)).toEqual([]);
    const opened = await creator.api.put<Shown>(path, { visibility: 'public' });
    expect(opened.data.show.visibility).toBe('public');

    const [found, ...others] = await list(around);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id: order.id, orderId: null, role: null });
    expect(found?.distanceMeters).toBeLessThan(1_000);
    expect(await list(`${around}&status=live`)).toEqual([]);
    await provider.api.post(`${path}/start`);
    expect(await list(`${around}&status=live`)).toHaveLength(1);
    const far = `near=${(-latitude).toFixed(4)},${(longitude / 2).toFixed(4)}&radius=1000`;
    expect(await list(far)).toEqual([]);
  });

  it('invites people by name, who find it among their own', async () => {
    const [creator, provider, guest] = [
      await register('creator'),
      await register('provider'),
      await register('creator'),
    ];
    const { order, path } = await shown(creator, provider);
    const username = guest.user.username.toUpperCase();
    const invited = await provider.api.post(`${path}/invitations`, { username, role: 'moderator' });
    expect(invited.status).toBe(201);
    const invitation = {
      userId: guest.id,
      username: guest.user.username,
      role: 'moderator',
      invitedBy: provider.id,
      createdAt: expect.any(String),
    };
    expect(invited.data).toEqual({ invitation });
    const { data } = await creator.api.get<{ items: object[] }>(`${path}/invitations`);
    expect(data.items).toEqual([invitation]);
    for (const person of [guest, creator, provider]) {
      const mine = await person.api.get<Listed>('/live-shows?mine=true');
      expect(mine.data.items.map(({ id }) => id)).toEqual([order.id]);
    }
    const room = await openSocket(`${path}/room`, guest.accessToken);
    expect((await room.next('room:snapshot')).data).toMatchObject({
      role: 'moderator',
      show: { orderId: null },
    });
    expect((await creator.api.delete(`${path}/invitations/${guest.id}`)).status).toBe(200);
    expect(await room.closed).toMatchObject({ code: 4403 });
    expect((await guest.api.get<Listed>('/live-shows?mine=true')).data.items).toEqual([]);
  });

  it('says of itself how many watch, and the most that ever did', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const { path } = await shown(creator, provider);
    await creator.api.put(path, { visibility: 'public' });
    const viewers = await Promise.all(Array.from({ length: 3 }, () => register('creator')));
    const sockets = [];
    for (const viewer of viewers) {
      const socket = await openSocket(`${path}/room`, viewer.accessToken);
      await socket.next('room:snapshot');
      sockets.push(socket);
    }
    sockets[0]?.close();
    await sockets[1]?.next('room:left');
    const started = await provider.api.post<Shown>(`${path}/start`);
    expect(started.data.show).toMatchObject({ viewers: 2, peakViewers: 3 });
    // Of the two who are still there, each was told of those who came after them.
    expect(sockets[2] && (await toldSoFar(sockets[2], 'room:joined'))).toEqual([]);
  });
});
