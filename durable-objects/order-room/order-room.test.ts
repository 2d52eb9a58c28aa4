import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { commitDecision } from '#db/queries/order-commit.ts';
import { readOrderRecord } from '#db/queries/order-state.ts';
import { orderEffects, orderEvents, orderTracks } from '#db/schema/index.ts';
import type { OrderCommand } from '#domain/orders/commands.ts';
import { PATIENCE } from '#domain/orders/deadlines.ts';
import { decide } from '#domain/orders/decide.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { orderRoom, sweeper } from '#durable-objects/stubs.ts';
import { openSocket, register, type TestPerson } from '#test/client.ts';
import { injectFault } from '#test/setup/faults.ts';
import type { GivenCommand } from './given-command.ts';

const db = database(env);
const PLACE = { latitude: 52.52, longitude: 13.405 };

const near = (meters: number, more: object = {}) => ({
  latitude: PLACE.latitude + meters / 111_195,
  longitude: PLACE.longitude,
  ...more,
});

async function place(creator: TestPerson): Promise<OrderView> {
  const { data } = await creator.api.post<{ order: OrderView }>('/orders', {
    title: 'Sunset',
    location: PLACE,
    baseAmount: 25,
  });
  return data.order;
}

/** An order with a provider on the way. */
async function accepted() {
  const [mara, paul] = await Promise.all([register('creator'), register('provider')]);
  const order = await place(mara);
  const applied = await paul.api.post<{ application: { id: string } }>(
    `/orders/${order.id}/applications`,
    {},
  );
  const applicationId = applied.data.application.id;
  const answer = await mara.api.post<{ order: OrderView }>(`/orders/${order.id}/accept`, { applicationId });
  expect(answer.status, JSON.stringify(answer.error)).toBe(200);
  return { mara, paul, order: answer.data.order };
}

function give(
  order: { id: string },
  command: GivenCommand,
  person: TestPerson,
  commandId: string = crypto.randomUUID(),
) {
  return orderRoom(env, order.id).execute(
    order.id,
    command,
    { userId: person.id },
    { commandId, idempotency: null },
  );
}

/** Lets the room believe that it is later. */
async function later(orderId: string, ms: number) {
  await runInDurableObject(orderRoom(env, orderId), (room) => {
    room.now = () => new Date(Date.now() + ms);
  });
}

function fault(kind: 'drop-before-commit' | 'commit-then-cut', orderId: string, times: number) {
  return injectFault(env.DATABASE_FETCH_ENDPOINT ?? '', {
    kind,
    match: 'insert into "order_events"',
    param: orderId,
    times,
  });
}

async function logOf(orderId: string) {
  return db.select().from(orderEvents).where(eq(orderEvents.orderId, orderId)).orderBy(orderEvents.seq);
}

async function owedBy(orderId: string) {
  return db
    .select()
    .from(orderEffects)
    .where(and(eq(orderEffects.orderId, orderId), isNull(orderEffects.doneAt)));
}

/** Commits a command as a room would that dies right after: nobody is told, everything is owed. */
async function commitAndDie(orderId: string, command: OrderCommand, userId: string) {
  const { state } = await readOrderRecord(db, orderId, 0);
  const decided = decide(state, command, { kind: 'person', userId, role: 'both' }, new Date());
  if (!decided.ok) throw new Error(decided.error.message);
  await commitDecision(db, {
    commandId: crypto.randomUUID(),
    decision: decided.value,
    deadlineAt: null,
    answer: null,
  });
}

describe('a command whose database falters', () => {
  it.each(['drop-before-commit', 'commit-then-cut'] as const)(
    '%s: it is done once and told once',
    async (kind) => {
      const mara = await register('creator');
      const order = await place(mara);
      const room = await openSocket(`/orders/${order.id}/room?since=0`, mara.accessToken);
      await room.next('room:resumed');
      const injected = await fault(kind, order.id, 1);

      const answer = await give(order, { name: 'edit', changes: { title: 'Dawn' } }, mara);
      expect(answer).toMatchObject({ ok: true, value: { data: { order: { title: 'Dawn', version: 2 } } } });
      expect(await injected.remove()).toBe(0);
      expect((await room.next('order:updated')).seq).toBe(2);

      await give(order, { name: 'cancel', reason: null }, mara);
      await room.next('order:cancelled');
      expect(room.frames.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect((await logOf(order.id)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    },
  );

  it('an outcome that stays unknown is 503, and the same command again finds it done', async () => {
    const mara = await register('creator');
    const order = await place(mara);
    const room = await openSocket(`/orders/${order.id}/room?since=1`, mara.accessToken);
    await room.next('room:resumed');
    await fault('commit-then-cut', order.id, 1);
    const injected = await fault('drop-before-commit', order.id, 1);
    const commandId = crypto.randomUUID();

    const lost = await give(order, { name: 'cancel', reason: 'rain' }, mara, commandId);
    expect(lost).toMatchObject({ ok: false, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(await injected.remove()).toBe(0);
    const again = await give(order, { name: 'cancel', reason: 'rain' }, mara, commandId);
    expect(again).toMatchObject({
      ok: true,
      value: { data: { order: { status: 'cancelled', version: 2 } } },
    });

    await room.next('order:cancelled');
    expect(room.frames.filter(({ event }) => event === 'order:cancelled')).toHaveLength(1);
    expect(await logOf(order.id)).toHaveLength(2);
    await expect.poll(() => owedBy(order.id)).toEqual([]);
  });
});

describe('a room that died after its commit', () => {
  it('tells what was not told and settles what is owed when the sweeper wakes it', async () => {
    const { mara, order } = await accepted();
    const room = await openSocket(`/orders/${order.id}/room?since=${order.version}`, mara.accessToken);
    await room.next('room:resumed');
    await commitAndDie(order.id, { name: 'cancel', reason: 'rain' }, mara.id);
    await evictDurableObject(orderRoom(env, order.id));
    await runInDurableObject(orderRoom(env, order.id), (_, ctx) => ctx.storage.deleteAlarm());
    expect(await owedBy(order.id)).not.toEqual([]);

    await runInDurableObject(sweeper(env), async (object) => {
      object.now = () => new Date(Date.now() + 60_000);
      await object.sweep();
    });
    expect((await room.next('order:cancelled')).seq).toBe(order.version + 1);
    // The hold on the card is owed back, too.
    expect((await room.next('payment:cancelled')).seq).toBe(order.version + 2);
    await expect.poll(() => owedBy(order.id)).toEqual([]);
  });

  it('is beaten to its seq by nobody but itself, and decides anew', async () => {
    const { mara, paul, order } = await accepted();
    // The room holds this version in memory while the record moves on without it.
    await commitAndDie(order.id, { name: 'message', text: 'from another life' }, mara.id);
    const answer = await give(order, { name: 'message', text: 'hello' }, paul);
    expect(answer).toMatchObject({ ok: true, value: { seq: order.version + 2 } });
    const since = (await logOf(order.id)).filter(({ seq }) => seq > order.version);
    expect(since.map(({ data }) => data)).toMatchObject([{ text: 'from another life' }, { text: 'hello' }]);
  });
});

describe('a room that is evicted', () => {
  it('keeps its sockets, its log and who is who', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    await marasRoom.next('room:snapshot');
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    await pauls.request('location:update', near(500));

    await evictDurableObject(orderRoom(env, order.id));
    expect((await pauls.request('message:send', { text: 'still here' })).ok).toBe(true);
    expect((await marasRoom.next('message:received')).data.by).toBe(paul.id);
    const back = await openSocket(`/orders/${order.id}/room?since=${order.version}`, mara.accessToken);
    const resumed = await back.next('room:resumed');
    expect(resumed.data.position).toMatchObject({ providerId: paul.id, distanceMeters: 500 });
    expect(resumed.data.present).toHaveLength(2);
  });
});

describe('deadlines', () => {
  it('a pending order that nobody applied to is cancelled by its alarm', async () => {
    const mara = await register('creator');
    const order = await place(mara);
    await expect.poll(() => owedBy(order.id)).toEqual([]);
    await later(order.id, PATIENCE.noApplicationsMs + 1_000);
    expect(await runDurableObjectAlarm(orderRoom(env, order.id))).toBe(true);
    expect((await logOf(order.id)).at(-1)).toMatchObject({
      name: 'order:cancelled',
      data: { by: null, reason: 'no_applications' },
    });
  });

  it('an accepted provider who does not come loses the order', async () => {
    const { order } = await accepted();
    await expect.poll(() => owedBy(order.id)).toEqual([]);
    await later(order.id, PATIENCE.noShowMs + 1_000);
    await runDurableObjectAlarm(orderRoom(env, order.id));
    // What is held for it goes back, a step later.
    await expect.poll(() => logOf(order.id)).toHaveLength(order.version + 2);
    expect((await logOf(order.id)).slice(order.version)).toMatchObject([
      { name: 'order:cancelled', data: { by: null, reason: 'no_show' } },
      { name: 'payment:cancelled', data: { by: null } },
    ]);
  });
});

describe('following the provider', () => {
  it('shows fast fixes in few frames, the last one last, and puts the whole trail into the record', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    const start = Date.now() - 10_000;
    for (let step = 0; step < 20; step++) {
      const fix = near(1_000 - step * 10, { at: new Date(start + step * 500).toISOString() });
      expect((await pauls.request('location:update', fix)).data).toEqual({ accepted: true, flagged: null });
    }
    await marasRoom.next((frame) => frame.event === 'location:updated' && frame.data.distanceMeters <= 810);
    const shown = marasRoom.frames.filter(({ event }) => event === 'location:updated');
    expect(shown.length).toBeLessThan(20);
    expect(shown.at(-1)?.data.etaSeconds).toBeGreaterThan(0);

    await orderRoom(env, order.id).flushTrail(order.id);
    const trail = await db.select().from(orderTracks).where(eq(orderTracks.orderId, order.id));
    expect(trail).toHaveLength(20);
  });

  it('says once that the provider has fallen silent', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    await pauls.request('location:update', near(800));
    await expect.poll(() => owedBy(order.id)).toEqual([]);
    await later(order.id, 31_000);
    await runDurableObjectAlarm(orderRoom(env, order.id));
    expect((await marasRoom.next('location:stale')).data).toMatchObject({ providerId: paul.id });
  });

  it('records an arrival that the database did not take at first, once', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    await pauls.request('location:update', near(300));
    const injected = await fault('drop-before-commit', order.id, 2);
    await pauls.request('location:update', near(100));
    // Meanwhile they are followed all the same.
    await marasRoom.next((frame) => frame.event === 'location:updated' && frame.data.distanceMeters === 100);
    // Commands run in turn: once this one is refused, the crossing has had its.
    expect(await give(order, { name: 'release' }, mara)).toMatchObject({ ok: false });
    expect(await logOf(order.id)).toHaveLength(order.version);
    expect(await injected.remove()).toBe(0);
    await pauls.request('location:update', near(90));
    await pauls.request('location:update', near(80));
    expect((await marasRoom.next('location:geofence_entered')).data.distanceMeters).toBe(100);
    expect((await pauls.request('message:send', { text: 'here' })).ok).toBe(true);
    expect((await logOf(order.id)).map(({ name }) => name)).toEqual([
      'order:created',
      'order:applied',
      'payment:processing',
      'order:accepted',
      'location:geofence_entered',
      'message:received',
    ]);
  });

  it('goes on to show them while the record is out of reach', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    await pauls.request('location:update', near(300));
    const away = await injectFault(env.DATABASE_FETCH_ENDPOINT ?? '', {
      kind: 'drop-before-commit',
      param: order.id,
      times: 1_000,
    });
    // Of their arrival nobody can tell whether it was written down.
    await pauls.request('location:update', near(100));
    expect(await give(order, { name: 'release' }, mara)).toMatchObject({ ok: false });
    expect((await pauls.request('location:update', near(90))).data).toEqual({
      accepted: true,
      flagged: null,
    });
    await marasRoom.next((frame) => frame.event === 'location:updated' && frame.data.distanceMeters === 90);
    expect(await away.remove()).toBeGreaterThan(0);
  });

  it('takes no fix while nobody knows whether the work has ended', async () => {
    const { mara, paul, order } = await accepted();
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    const injected = await fault('drop-before-commit', order.id, 2);
    expect(await give(order, { name: 'cancel', reason: 'rain' }, mara)).toMatchObject({ ok: false });
    expect(await injected.remove()).toBe(0);
    expect((await pauls.request('location:update', near(300))).error?.code).toBe('FORBIDDEN');
    expect((await pauls.request('message:send', { text: 'what now?' })).ok).toBe(true);
    expect((await pauls.request('location:update', near(300))).ok).toBe(true);
  });

  it('takes no fix from the creator, and none after the end', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    expect((await marasRoom.request('location:update', near(10))).error?.code).toBe('FORBIDDEN');
    await give(order, { name: 'cancel', reason: 'rain' }, mara);
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    expect((await pauls.request('location:update', near(10))).error?.code).toBe('FORBIDDEN');
  });
});

describe('a client that misbehaves', () => {
  it('is closed when it floods, and the others notice nothing', async () => {
    const { mara, paul, order } = await accepted();
    const marasRoom = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    await marasRoom.next('room:snapshot');
    const pauls = await openSocket(`/orders/${order.id}/room`, paul.accessToken);
    for (let i = 0; i < 60; i++) pauls.send({ id: i + 1, event: 'location:update', data: near(700) });
    expect((await pauls.closed).code).toBe(4429);
    expect((await marasRoom.request('message:send', { text: 'all well' })).ok).toBe(true);
  });

  it('gets an error that names the field, and keeps its socket', async () => {
    const { mara, order } = await accepted();
    const room = await openSocket(`/orders/${order.id}/room`, mara.accessToken);
    const reply = await room.request('message:send', { text: '   ' });
    expect(reply.error).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ field: 'text' }] });
    expect((await room.request('message:send', { text: 'better' })).ok).toBe(true);
  });
});
