import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import type { FaultInput } from '#db/gateway/faults.ts';
import { orderEffects, orderEvents } from '#db/schema/index.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { openSocket, type Reply, type TestSocket } from '#test/client.ts';
import { type Member, member } from '#test/security/member.ts';
import { injectFault } from '#test/setup/faults.ts';
import { HTTP_COMMANDS, PLACE, sceneWith } from './commands.ts';

const db = database(env);

/** What happens to the statements that commit. A room tries twice, so that after two of a kind it does not know. */
const FAULTS: { what: string; fault: Pick<FaultInput, 'kind' | 'times' | 'delayMs'> }[] = [
  { what: 'dropped before the commit', fault: { kind: 'drop-before-commit', times: 1 } },
  { what: 'cut after the commit', fault: { kind: 'commit-then-cut', times: 1 } },
  { what: 'dropped twice', fault: { kind: 'drop-before-commit', times: 2 } },
  { what: 'cut after the commit, and again', fault: { kind: 'commit-then-cut', times: 2 } },
  { what: 'delayed', fault: { kind: 'delay', times: 1, delayMs: 200 } },
];
const ENTERED = 'location:geofence_entered';
const KNOWN_AT_ONCE = FAULTS.filter(({ fault }) => fault.times === 1);

/** The fault, at the commits of this person's order alone. */
function atCommitsOf(ownerId: string, fault: (typeof FAULTS)[number]['fault']) {
  const endpoint = env.DATABASE_FETCH_ENDPOINT ?? '';
  return injectFault(endpoint, { ...fault, match: 'insert into "order_events"', param: ownerId });
}

const logOf = (orderId: string) =>
  db.select().from(orderEvents).where(eq(orderEvents.orderId, orderId)).orderBy(orderEvents.seq);

const owedBy = (orderId: string) =>
  db
    .select()
    .from(orderEffects)
    .where(and(eq(orderEffects.orderId, orderId), isNull(orderEffects.doneAt)));

/**
 * Sends a write as a client does that wants it done: again with its key, for as long as it is told that nobody knows or
 * that it is being carried out. Then once more. Gives the answer, and checks that the second is the same.
 */
async function insist<T>(
  by: Member,
  { method, path, body }: { method: 'post' | 'put' | 'delete'; path: string; body?: object },
): Promise<Reply<T>> {
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const send = () => by.api[method]<T>(path, body, { headers });
  // Doubled by an impatient client: at most one of the two is carried out.
  const twins = await Promise.all([send(), send()]);
  for (const { status } of twins) expect([200, 201, 409, 503]).toContain(status);
  let answer = twins.find(({ error }) => error === null) ?? (await send());
  for (let tries = 0; tries < 5 && answer.error; tries++) answer = await send();
  expect(answer.error).toBeNull();
  const again = await send();
  expect([again.status, again.data]).toEqual([answer.status, answer.data]);
  expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  return answer;
}

/** The order's log has this event once, and its creator, who was there all the time, was told once and in order. */
async function expectOnce(orderId: string, event: string, creatorsRoom: TestSocket): Promise<void> {
  const log = await logOf(orderId);
  expect(log.filter(({ name }) => name === event)).toHaveLength(1);
  await creatorsRoom.next(event);
  // Whatever was still to come is before the answer to this.
  await creatorsRoom.request('auth:refresh', { accessToken: 'none' });
  // What Stripe says may come after the log was read.
  const told = creatorsRoom.frames.filter(({ seq }) => seq !== undefined).slice(0, log.length);
  expect(told.map(({ seq, event }) => [seq, event])).toEqual(log.map(({ seq, name }) => [seq, name]));
}

async function expectSettled(orderId: string): Promise<void> {
  // What was not settled at once the room's alarm settles.
  if ((await owedBy(orderId)).length > 0) await runDurableObjectAlarm(orderRoom(env, orderId));
  await expect.poll(() => owedBy(orderId), { timeout: 10_000 }).toEqual([]);
}

describe.each(FAULTS)('a commit that is $what', ({ fault }) => {
  it.each(HTTP_COMMANDS)('$name: done once, told once, with one answer', async (command) => {
    const scene = await sceneWith(command.in);
    const { owner, order } = scene;
    const room = await openSocket(`/orders/${order.id}/room`, owner.accessToken);
    await room.next('room:snapshot');
    await command.before?.(scene);
    const injected = await atCommitsOf(owner.id, fault);

    await insist(scene[command.by], command.request(scene));
    expect(await injected.remove()).toBe(0);
    await expectOnce(order.id, command.event, room);
    await expectSettled(order.id);
    room.close();
  });

  it('create: there is one order', async () => {
    const owner = await member('creator');
    const injected = await atCommitsOf(owner.id, fault);
    const body = { title: 'Sunset', location: PLACE, baseAmount: 25 };
    const { data } = await insist<{ order: OrderView }>(owner, { method: 'post', path: '/orders', body });
    expect(await injected.remove()).toBe(0);

    const listed = await owner.api.get<{ items: OrderView[] }>('/orders');
    expect(listed.data.items.map(({ id }) => id)).toEqual([data.order.id]);
    const room = await openSocket(`/orders/${data.order.id}/room?since=0`, owner.accessToken);
    await expectOnce(data.order.id, 'order:created', room);
    await expectSettled(data.order.id);
    room.close();
  });
});

describe.each(KNOWN_AT_ONCE)('a commit that is $what, of what came over a socket', ({ fault }) => {
  it('message: said once', async () => {
    const { owner, assignee, order } = await sceneWith('accepted');
    const room = await openSocket(`/orders/${order.id}/room?since=0`, owner.accessToken);
    const providers = await openSocket(`/orders/${order.id}/room`, assignee.accessToken);
    const injected = await atCommitsOf(owner.id, fault);
    expect((await providers.request('message:send', { text: 'On my way' })).ok).toBe(true);
    expect(await injected.remove()).toBe(0);
    await expectOnce(order.id, 'message:received', room);
  });
});

describe.each(FAULTS)('a commit that is $what, of a crossing', ({ fault }) => {
  it('told once, at the latest with the next fix', async () => {
    const { owner, assignee, order } = await sceneWith('accepted');
    const room = await openSocket(`/orders/${order.id}/room?since=0`, owner.accessToken);
    const providers = await openSocket(`/orders/${order.id}/room`, assignee.accessToken);
    const injected = await atCommitsOf(owner.id, fault);
    await providers.request('location:update', PLACE);
    // Commands take turns: when this one is through, so are all attempts at the crossing.
    expect((await providers.request('message:send', { text: 'I am here' })).ok).toBe(true);
    expect(await injected.remove()).toBe(0);
    await providers.request('location:update', { ...PLACE, latitude: PLACE.latitude + 0.0001 });
    const entered = async () => (await logOf(order.id)).filter(({ name }) => name === ENTERED).length;
    await expect.poll(entered, { timeout: 10_000 }).toBe(1);
    await expectOnce(order.id, ENTERED, room);
  });
});
