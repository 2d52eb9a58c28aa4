import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import type { FaultInput } from '#db/gateway/faults.ts';
import { liveStreamOrders, orderEffects, orderTracks } from '#db/schema/index.ts';
import { TRAIL_FLUSH_MS } from '#domain/tracking/policy.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { api, openSocket } from '#test/client.ts';
import { member } from '#test/security/member.ts';
import { injectFault } from '#test/setup/faults.ts';
import { createApp } from '#worker/app.ts';
import { PLACE, sceneWith } from './commands.ts';

const db = database(env);
const KINDS = ['drop-before-commit', 'commit-then-cut'] as const;

const inject = (fault: FaultInput) => injectFault(env.DATABASE_FETCH_ENDPOINT ?? '', fault);

const ordersOf = (creatorId: string) =>
  db.select().from(liveStreamOrders).where(eq(liveStreamOrders.creatorId, creatorId));

const owedBy = (orderId: string) =>
  db
    .select()
    .from(orderEffects)
    .where(and(eq(orderEffects.orderId, orderId), isNull(orderEffects.doneAt)));

describe('the reservation of an Idempotency-Key', () => {
  const BODY = { title: 'Sunset', location: PLACE, baseAmount: 25 };

  it('that never came to be does not stand in the way', async () => {
    const owner = await member('creator');
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const match = 'insert into "idempotency_keys"';
    const fault = await inject({ kind: 'drop-before-commit', match, param: owner.id, times: 1 });
    const lost = await owner.api.post('/orders', BODY, { headers });
    expect([lost.status, lost.error?.code]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(lost.headers.get('Retry-After')).not.toBeNull();
    expect(await fault.remove()).toBe(0);
    expect(await ordersOf(owner.id)).toEqual([]);
    expect((await owner.api.post('/orders', BODY, { headers })).status).toBe(201);
    expect(await ordersOf(owner.id)).toHaveLength(1);
  });

  it('that nobody heard of lapses: the write is done once, and no sooner', async () => {
    const owner = await member('creator');
    const key = crypto.randomUUID();
    const match = 'insert into "idempotency_keys"';
    const fault = await inject({ kind: 'commit-then-cut', match, param: owner.id, times: 1 });
    const headers = { 'Idempotency-Key': key };
    expect((await owner.api.post('/orders', BODY, { headers })).status).toBe(503);
    expect(await fault.remove()).toBe(0);
    // Its holder may be alive for all that anyone knows.
    const early = await owner.api.post('/orders', BODY, { headers });
    expect([early.status, early.error?.details]).toMatchObject([409, { reason: 'in_flight' }]);
    expect(await ordersOf(owner.id)).toEqual([]);

    const later = createApp(() => new Date(Date.now() + 31_000));
    const send = () =>
      later.fetch(
        new Request('http://taplive.test/api/v1/orders', {
          method: 'POST',
          body: JSON.stringify(BODY),
          headers: {
            Authorization: `Bearer ${owner.accessToken}`,
            'Content-Type': 'application/json',
            ...headers,
          },
        }),
        env,
        createExecutionContext(),
      );
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    expect(await ordersOf(owner.id)).toHaveLength(1);
  });

  it.each(KINDS)('whose answer is not kept (%s) is no reason not to answer', async (kind) => {
    const { owner, order } = await sceneWith('pending');
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    // Refusals are kept outside of any command's own transaction.
    const match = 'update "idempotency_keys"';
    const fault = await inject({ kind, match, param: owner.id, times: 1 });
    const path = `/orders/${order.id}/release`;
    expect((await owner.api.post(path, {}, { headers })).status).toBe(409);
    expect(await fault.remove()).toBe(0);
    expect((await owner.api.post(path, {}, { headers })).status).toBe(409);
  });
});

describe.each(KINDS)('what a command owes, whose mark as done is lost (%s),', (kind) => {
  it('is told once, and marked in the end', async () => {
    const { owner, applicant, order } = await sceneWith('pending');
    const own = await openSocket('/users/me/socket', applicant.accessToken);
    await own.next('room:resumed');
    const match = 'update "order_effects"';
    const fault = await inject({ kind, match, param: order.id, times: 1 });
    const { status } = await owner.api.post(`/orders/${order.id}/accept`, {
      applicationId: order.applicationId,
    });
    expect(status).toBe(200);
    await own.next('notice');
    await expect.poll(() => runDurableObjectAlarm(orderRoom(env, order.id))).toBe(true);
    await runInDurableObject(orderRoom(env, order.id), (room) => room.wake(order.id));
    expect(await fault.remove()).toBe(0);
    expect(await owedBy(order.id)).toEqual([]);
    await own.request('auth:refresh', { accessToken: 'none' });
    expect(own.frames.filter(({ event }) => event === 'notice')).toHaveLength(1);
    own.close();
  });
});

describe.each(KINDS)('a trail whose flush is lost (%s)', (kind) => {
  it('is whole in the record after the next', async () => {
    const { assignee, order } = await sceneWith('accepted');
    const room = await openSocket(`/orders/${order.id}/room`, assignee.accessToken);
    const begin = Date.now() - 20_000;
    const fix = (n: number) => ({
      latitude: PLACE.latitude + 0.01 + n * 0.0001,
      longitude: PLACE.longitude,
      at: new Date(begin + n * 2_000).toISOString(),
    });
    for (let n = 0; n < 5; n++) await room.request('location:update', fix(n));
    const match = 'insert into "order_tracks"';
    const fault = await inject({ kind, match, param: order.id, times: 1 });
    const stub = orderRoom(env, order.id);
    const later = (ms: number) =>
      runInDurableObject(stub, (object) => {
        object.now = () => new Date(Date.now() + ms);
      });
    await later(TRAIL_FLUSH_MS + 1_000);
    await runDurableObjectAlarm(stub);
    expect(await fault.remove()).toBe(0);
    await later(2 * TRAIL_FLUSH_MS);
    await runDurableObjectAlarm(stub);
    const kept = await db.select().from(orderTracks).where(eq(orderTracks.orderId, order.id));
    expect(kept.map(({ at }) => at.getTime()).sort()).toEqual([0, 1, 2, 3, 4].map((n) => begin + n * 2_000));
    room.close();
  });
});

describe.each(KINDS)('the read of a session that is lost (%s)', (kind) => {
  it('is a 503, and no end of the session', async () => {
    const someone = await member('creator');
    const match = 'from "sessions"';
    const fault = await inject({ kind, match, param: someone.sessionId, times: 1 });
    expect((await someone.api.get('/users/me')).status).toBe(503);
    expect(await fault.remove()).toBe(0);
    expect((await someone.api.get('/users/me')).status).toBe(200);
  });

  it('closes a socket with a code that says to come back', async () => {
    const someone = await member('creator');
    const match = 'from "sessions"';
    const fault = await inject({ kind, match, param: someone.sessionId, times: 1 });
    const refused = await openSocket('/users/me/socket', someone.accessToken);
    expect((await refused.closed).code).toBe(4503);
    expect(await fault.remove()).toBe(0);
    const socket = await openSocket('/users/me/socket', someone.accessToken);
    await socket.next('room:resumed');
    socket.close();
  });
});

describe('the end of a session whose statement is lost', () => {
  it.each(KINDS)('(%s) ends it when asked again, and does not say so before', async (kind) => {
    const someone = await member('creator');
    expect((await someone.api.get('/users/me')).status).toBe(200);
    const socket = await openSocket('/users/me/socket', someone.accessToken);
    const match = 'update "sessions"';
    const fault = await inject({ kind, match, param: someone.sessionId, times: 1 });
    expect((await someone.api.post('/auth/logout')).status).toBe(503);
    expect(await fault.remove()).toBe(0);
    // Signed out or not: one who asks again gets there.
    expect([200, 401]).toContain((await someone.api.post('/auth/logout')).status);
    expect((await socket.closed).code).toBe(4401);
    expect((await someone.api.get('/users/me')).status).toBe(401);
  });
});

describe('a refresh whose answer is lost', () => {
  const refresh = async (refreshToken: string) => {
    const reply = await api().post<{ refreshToken: string; accessToken: string }>('/auth/refresh', {
      refreshToken,
    });
    return { ...reply, next: reply.data?.refreshToken };
  };

  it('before anything happened happens the next time', async () => {
    const someone = await member('creator');
    const match = 'update "sessions"';
    const kind = 'drop-before-commit';
    const fault = await inject({ kind, match, param: someone.sessionId, times: 1 });
    expect((await refresh(someone.refreshToken)).status).toBe(503);
    expect(await fault.remove()).toBe(0);
    const rotated = await refresh(someone.refreshToken);
    expect(rotated.status).toBe(200);
    expect((await refresh(rotated.next)).status).toBe(200);
  });

  it('after the rotation gets one sibling, that goes on; the old token again ends the family', async () => {
    const someone = await member('creator');
    const match = 'update "sessions"';
    const fault = await inject({ kind: 'commit-then-cut', match, param: someone.sessionId, times: 1 });
    expect((await refresh(someone.refreshToken)).status).toBe(503);
    expect(await fault.remove()).toBe(0);
    const sibling = await refresh(someone.refreshToken);
    expect(sibling.status).toBe(200);
    const next = await refresh(sibling.next);
    expect(next.status).toBe(200);
    expect((await api(next.data.accessToken).get('/users/me')).status).toBe(200);

    expect((await refresh(someone.refreshToken)).status).toBe(401);
    expect((await refresh(next.next)).status).toBe(401);
    expect((await api(next.data.accessToken).get('/users/me')).status).toBe(401);
  });
});
