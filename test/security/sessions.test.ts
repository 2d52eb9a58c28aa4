import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import { database } from '#db/client.ts';
import { grantAdmin } from '#db/queries/admin-grants.ts';
import { users } from '#db/schema/index.ts';
import type { Role } from '#domain/people/roles.ts';
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from '#durable-objects/access-token.ts';
import { orderRoom, person } from '#durable-objects/stubs.ts';
import { api, openSocket, type TestSocket } from '#test/client.ts';
import { type Device, device, type Member, member } from './member.ts';
import { orderThatIs } from './record.ts';

const db = database(env);

/** Somebody with two devices, on each of which they have their own socket and the rooms of three orders open. */
async function connected() {
  const owner = await member('creator');
  const [assignee, applicant] = await Promise.all([member('provider'), member('provider')]);
  const parties = { owner: owner.id, assignee: assignee.id, applicant: applicant.id };
  const orders = await Promise.all(
    (['pending', 'accepted', 'active'] as const).map((status) => orderThatIs(status, parties)),
  );
  const other = await device(owner);
  const open = async ({ accessToken }: Device) => {
    const own = await openSocket('/users/me/socket', accessToken);
    await own.next('room:resumed');
    const rooms = await Promise.all(orders.map(({ id }) => roomOf(id, accessToken)));
    return [own, ...rooms];
  };
  return {
    owner,
    other,
    orders,
    here: { ...owner, sockets: await open(owner) },
    there: { ...other, sockets: await open(other) },
  };
}

async function roomOf(orderId: string, accessToken: string): Promise<TestSocket> {
  const room = await openSocket(`/orders/${orderId}/room`, accessToken);
  await room.next('room:snapshot');
  return room;
}

/** Closed without anyone having waited for them: whoever awaits this waits for nothing but the closing itself. */
async function expectEnded({ api, sockets }: Device & { sockets: TestSocket[] }, orderId: string) {
  for (const { closed } of sockets) expect((await closed).code).toBe(CLOSE_CODES.UNAUTHORIZED);
  for (const path of ['/users/me', '/orders', `/orders/${orderId}`, '/auth/sessions']) {
    expect((await api.get(path)).status, path).toBe(401);
  }
  expect((await api.post(`/orders/${orderId}/cancel`, { reason: 'Rain' })).status).toBe(401);
}

async function expectAlive({ api, sockets }: Device & { sockets: TestSocket[] }) {
  for (const socket of sockets) {
    expect((await socket.request('auth:refresh', { accessToken: 'none' })).error?.code).toBe('UNAUTHORIZED');
  }
  expect((await api.get('/users/me')).status).toBe(200);
}

/** Sockets may not be opened any more, neither one's own nor into a room. */
async function expectNoWayIn({ accessToken }: Device, orderId: string) {
  for (const path of ['/users/me/socket', `/orders/${orderId}/room`]) {
    const refused = await openSocket(path, accessToken);
    expect((await refused.closed).code).toBe(CLOSE_CODES.UNAUTHORIZED);
    expect(refused.frames).toEqual([]);
  }
}

const refresh = (refreshToken: string) =>
  api().post<{ refreshToken: string; accessToken: string }>('/auth/refresh', { refreshToken });

describe('a session ends everywhere at once', () => {
  it('by signing out: requests, its own socket and every room, but no other device', async () => {
    const { here, there, orders } = await connected();
    const orderId = orders[1]?.id ?? '';
    expect((await here.api.post('/auth/logout')).status).toBe(200);
    await expectEnded(here, orderId);
    await expectNoWayIn(here, orderId);
    expect((await refresh(here.refreshToken)).status).toBe(401);
    await expectAlive(there);
  });

  it('from another device', async () => {
    const { here, there, orders } = await connected();
    expect((await here.api.delete(`/auth/sessions/${there.sessionId}`)).status).toBe(200);
    await expectEnded(there, orders[2]?.id ?? '');
    await expectNoWayIn(there, orders[2]?.id ?? '');
    await expectAlive(here);
    const { data } = await here.api.get<{ items: { id: string }[] }>('/auth/sessions');
    expect(data.items.map(({ id }) => id)).toEqual([here.sessionId]);
  });

  it('by a refresh token that was used before: whoever holds a token of the family is out', async () => {
    const { here, there, orders } = await connected();
    const first = await refresh(here.refreshToken);
    const second = await refresh(first.data.refreshToken);
    expect(second.status).toBe(200);
    // Somebody has a copy of the first.
    expect((await refresh(here.refreshToken)).status).toBe(401);
    await expectEnded(here, orders[0]?.id ?? '');
    await expectNoWayIn({ ...here, accessToken: second.data.accessToken }, orders[0]?.id ?? '');
    expect((await refresh(second.data.refreshToken)).status).toBe(401);
    await expectAlive(there);
  });

  it('a command that comes with its end is carried out whole or not at all', async () => {
    const { here, orders } = await connected();
    const orderId = orders[0]?.id ?? '';
    const [cancelled, out] = await Promise.all([
      here.api.post(`/orders/${orderId}/cancel`, { reason: 'Rain' }),
      here.api.post('/auth/logout'),
    ]);
    expect(out.status).toBe(200);
    expect([200, 401]).toContain(cancelled.status);
    await expectEnded(here, orderId);
  });
});

/** Lets everything that holds a socket of this person believe that it is so much later, and rings their alarms. */
async function later(owner: Member, orderIds: string[], ms: number) {
  const now = () => new Date(Date.now() + ms);
  await runInDurableObject(person(env, owner.id), (object) => {
    object.now = now;
  });
  await runDurableObjectAlarm(person(env, owner.id));
  for (const id of orderIds) {
    await runInDurableObject(orderRoom(env, id), (object) => {
      object.now = now;
    });
    await runDurableObjectAlarm(orderRoom(env, id));
  }
}

const MINUTE = 60_000;
const tokenFor = ({ id: userId, role }: Member, sessionId: string, at: Date) =>
  issueAccessToken(env, { userId, sessionId, role }, at);

describe('a token', () => {
  it('closes its sockets with its end, wherever they are', async () => {
    const { owner, here, orders } = await connected();
    const ids = orders.map(({ id }) => id);
    await later(owner, ids, (ACCESS_TOKEN_SECONDS - 30) * 1_000);
    for (const socket of here.sockets) {
      expect((await socket.request('auth:refresh', { accessToken: 'none' })).ok).toBe(false);
    }
    await later(owner, ids, (ACCESS_TOKEN_SECONDS + 1) * 1_000);
    for (const { closed } of here.sockets) expect((await closed).code).toBe(CLOSE_CODES.UNAUTHORIZED);
  });

  it('that is fresh keeps the socket for its own time, and only that socket', async () => {
    const { owner, here, there, orders } = await connected();
    const ids = orders.map(({ id }) => id);
    const [refreshed, ...others] = here.sockets;
    const [, room] = there.sockets;
    const in5 = new Date(Date.now() + 5 * MINUTE);
    await later(owner, ids, 5 * MINUTE);
    for (const [socket, sessionId] of [
      [refreshed, here.sessionId],
      [room, there.sessionId],
    ] as const) {
      const accessToken = await tokenFor(owner, sessionId, in5);
      expect((await socket?.request('auth:refresh', { accessToken }))?.ok).toBe(true);
    }

    await later(owner, ids, 11 * MINUTE);
    for (const { closed } of others) expect((await closed).code).toBe(CLOSE_CODES.UNAUTHORIZED);
    for (const socket of [refreshed, room]) {
      expect((await socket?.request('auth:refresh', { accessToken: 'none' }))?.ok).toBe(false);
    }
    await later(owner, ids, 16 * MINUTE);
    expect((await refreshed?.closed)?.code).toBe(CLOSE_CODES.UNAUTHORIZED);
    expect((await room?.closed)?.code).toBe(CLOSE_CODES.UNAUTHORIZED);
  });

  it('of somebody else, of another device or of old is no token for a socket, and changes nothing', async () => {
    const { owner, here, there, orders } = await connected();
    const stranger = await member('creator');
    const bad = [
      stranger.accessToken,
      there.accessToken,
      here.refreshToken,
      await tokenFor(owner, here.sessionId, new Date(Date.now() - 11 * MINUTE)),
      await issueAccessToken({ JWT_SECRET: 'x'.repeat(64) }, { ...owner, userId: owner.id }, new Date()),
    ];
    for (const socket of here.sockets) {
      for (const accessToken of bad) {
        expect((await socket.request('auth:refresh', { accessToken })).error?.code).toBe('UNAUTHORIZED');
      }
    }
    await later(
      owner,
      orders.map(({ id }) => id),
      (ACCESS_TOKEN_SECONDS + 1) * 1_000,
    );
    for (const { closed } of here.sockets) expect((await closed).code).toBe(CLOSE_CODES.UNAUTHORIZED);
  });

  it('does not outlive its session by being refreshed on a socket', async () => {
    const { owner, here, orders } = await connected();
    expect((await here.api.post('/auth/logout')).status).toBe(200);
    for (const socket of here.sockets) await socket.closed;
    const accessToken = await tokenFor(owner, here.sessionId, new Date());
    await expectNoWayIn({ ...here, accessToken }, orders[0]?.id ?? '');
    expect((await api(accessToken).get('/users/me')).status).toBe(401);
  });
});

describe('a role that changes', () => {
  const change = (someone: Member, role: Role) =>
    db.update(users).set({ role }).where(eq(users.id, someone.id));
  const told = ({ id }: Member) => person(env, id).recordChanged(id);
  const DRAFT = { title: 'Sunset', location: { latitude: 1, longitude: 2 }, baseAmount: 25 };

  async function disputed() {
    const [owner, assignee, applicant] = await Promise.all([
      member('creator'),
      member('provider'),
      member('provider'),
    ]);
    return orderThatIs('disputed', { owner: owner.id, assignee: assignee.id, applicant: applicant.id });
  }

  it('to admin counts with the next command, whatever the token says', async () => {
    const [order, someone] = [await disputed(), await member('both')];
    const resolve = () => someone.api.post(`/orders/${order.id}/resolve`, { outcome: 'release' });
    expect((await resolve()).status).toBe(404);
    const granted = await grantAdmin(db, `${someone.id}@example.com`, new Date());
    expect(granted).toMatchObject({ outcome: 'granted' });
    await told(someone);
    expect((await resolve()).status).toBe(200);
    // An admin is no creator any more.
    expect((await someone.api.post('/orders', DRAFT)).status).toBe(403);
  });

  it('from admin counts for commands at once, even if nobody was told', async () => {
    const [order, admin, asked] = [await disputed(), await member('admin'), await member('provider')];
    await db.update(users).set({ verificationStatus: 'pending' }).where(eq(users.id, asked.id));
    expect((await admin.api.get(`/orders/${order.id}`)).status).toBe(200);
    await change(admin, 'both');
    const resolved = await admin.api.post(`/orders/${order.id}/resolve`, { outcome: 'release' });
    expect([403, 404]).toContain(resolved.status);
    const path = `/admin/users/${asked.id}/verification`;
    expect((await admin.api.post(path, { status: 'verified' })).status).toBe(403);
    await told(admin);
    expect((await admin.api.get(`/orders/${order.id}`)).status).toBe(404);
    const room = await openSocket(`/orders/${order.id}/room`, admin.accessToken);
    expect((await room.closed).code).toBe(CLOSE_CODES.NOT_FOUND);
  });

  it('from admin ends listening to other people’s orders, no later than the token', async () => {
    const [order, admin] = [await disputed(), await member('admin')];
    const room = await roomOf(order.id, admin.accessToken);
    expect((await room.request('auth:refresh', { accessToken: admin.accessToken })).ok).toBe(true);
    await change(admin, 'both');
    room.send({ id: 'stay', event: 'auth:refresh', data: { accessToken: admin.accessToken } });
    expect((await room.closed).code).toBe(CLOSE_CODES.NOT_FOUND);
  });

  it.each([
    ['creator', 'provider', '/orders', DRAFT],
    ['provider', 'creator', '/orders/{orderId}/applications', {}],
  ] as const)(
    'from %s to %s counts for commands at once, even if nobody was told',
    async (from, to, path, body) => {
      const someone = await member(from);
      const owner = await member('creator');
      const parties = { owner: owner.id, assignee: someone.id, applicant: (await member('provider')).id };
      const order = await orderThatIs('pending', parties);
      expect((await someone.api.get('/users/me')).status).toBe(200);
      await change(someone, to);
      expect((await someone.api.post(path.replace('{orderId}', order.id), body)).status).toBe(403);
    },
  );

  it('ends taking orders of one who may no longer', async () => {
    const someone = await member('provider');
    await someone.api.put('/providers/me/location', { latitude: 1, longitude: 2 });
    expect((await someone.api.put('/providers/me/availability', { available: true })).status).toBe(200);
    const asker = await member('creator');
    const listed = async () =>
      (
        await asker.api.get<{ items: { id: string }[] }>(
          '/providers/nearby?latitude=1&longitude=2&radius=2000&limit=50',
        )
      ).data.items.map(({ id }) => id);
    expect(await listed()).toContain(someone.id);
    await change(someone, 'creator');
    await told(someone);
    expect(await listed()).not.toContain(someone.id);
  });
});
