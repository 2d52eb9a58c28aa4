import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import * as sessionQueries from '#db/queries/sessions.ts';
import { users } from '#db/schema/index.ts';
import { signedIn } from '#test/signed-in.ts';
import { OrderRoom } from '../order-room/order-room.ts';
import { person } from '../stubs.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const MINUTE = 60_000;

describe('admitting a request', () => {
  it('says what the person is while the session lives', async () => {
    const { stub, userId, sessionId } = await signedIn('both');
    expect(await stub.admit(userId, { sessionId })).toMatchObject({
      alive: true,
      role: 'both',
      plan: 'free',
      verificationStatus: null,
    });
  });

  it('refuses sessions that never were, have expired, or are of somebody else', async () => {
    const { stub, userId, newSession, now } = await signedIn();
    const other = await signedIn();
    const expired = await newSession(now());
    for (const sessionId of [uuidv7(), expired, other.sessionId]) {
      expect(await stub.admit(userId, { sessionId })).toEqual({ alive: false });
    }
  });

  it('asks the record once a session, and not again after an eviction', async () => {
    const { stub, userId, sessionId, evict } = await signedIn();
    const read = vi.spyOn(sessionQueries, 'readSession');
    await stub.admit(userId, { sessionId });
    await evict();
    await stub.admit(userId, { sessionId });
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('asks the record again when what is held is old: once, however many requests come at once', async () => {
    const { stub, userId, sessionId, tick } = await signedIn();
    await stub.admit(userId, { sessionId });
    await tick(6 * MINUTE);
    const read = vi.spyOn(sessionQueries, 'readSession');
    await Promise.all(Array.from({ length: 20 }, () => stub.admit(userId, { sessionId })));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('ends with the absolute end of the session', async () => {
    const { stub, userId, newSession, now, tick } = await signedIn();
    const sessionId = await newSession(new Date(now().getTime() + MINUTE));
    expect(await stub.admit(userId, { sessionId })).toMatchObject({ alive: true });
    await tick(MINUTE);
    expect(await stub.admit(userId, { sessionId })).toEqual({ alive: false });
  });

  it('knows a new role as soon as it is told, and by itself before long', async () => {
    const { db, stub, userId, sessionId, tick } = await signedIn('creator');
    await stub.admit(userId, { sessionId });
    const become = (role: 'both' | 'admin') => db.update(users).set({ role }).where(eq(users.id, userId));

    await become('both');
    expect(await stub.admit(userId, { sessionId })).toMatchObject({ role: 'creator' });
    await stub.recordChanged(userId);
    expect(await stub.admit(userId, { sessionId })).toMatchObject({ role: 'both' });

    await become('admin');
    await tick(5 * MINUTE + 1);
    await stub.admit(userId, { sessionId });
    await vi.waitFor(async () =>
      expect(await stub.admit(userId, { sessionId })).toMatchObject({ role: 'admin' }),
    );
  });
});

describe('the limit', () => {
  it('lets exactly 1000 requests of all devices through in 15 minutes, whatever happens to the object', async () => {
    const { stub, userId, sessionId, newSession, now, tick, evict } = await signedIn();
    const resetAt = now().getTime() + 15 * MINUTE;
    const devices = [sessionId, await newSession()];
    const first = await stub.admit(userId, { sessionId });
    expect(first).toMatchObject({ limit: { allowed: true, limit: 1_000, remaining: 999, resetAt } });

    const admit = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          stub.admit(userId, { sessionId: devices[index % 2] ?? sessionId }),
        ),
      );
    await admit(500);
    await evict();
    await tick(15 * MINUTE - 1);
    const rest = await admit(499);
    expect(rest.every((admission) => admission.alive && admission.limit.allowed)).toBe(true);

    const refused = { allowed: false, limit: 1_000, remaining: 0, resetAt };
    expect(await stub.admit(userId, { sessionId })).toMatchObject({ alive: true, limit: refused });
    await tick(1);
    expect(await stub.admit(userId, { sessionId })).toMatchObject({
      limit: { allowed: true, remaining: 999 },
    });
  });

  it('is higher for those who pay, at once', async () => {
    const { db, stub, userId, sessionId } = await signedIn();
    await stub.admit(userId, { sessionId });
    await db.update(users).set({ plan: 'premium' }).where(eq(users.id, userId));
    await stub.recordChanged(userId);
    expect(await stub.admit(userId, { sessionId })).toMatchObject({
      limit: { limit: 5_000, remaining: 4_998 },
    });
  });
});

describe('ending sessions', () => {
  it('ends them in the record, for every request, and on every socket before it answers', async () => {
    const { db, stub, userId, sessionId, newSession, connect, now } = await signedIn();
    const spared = await newSession();
    const [socket, sparedSocket] = [await connect(), await connect({ session: spared })];
    await stub.endSessions(userId, [sessionId]);

    expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    expect((await sessionQueries.readSession(db, userId, sessionId))?.endedAt).toEqual(now());
    expect(await stub.admit(userId, { sessionId })).toEqual({ alive: false });
    expect(await stub.admit(userId, { sessionId: spared })).toMatchObject({ alive: true });
    expect((await sparedSocket.request('auth:refresh', { accessToken: 'none' })).ok).toBe(false);
  });

  it('reaches sockets and is remembered through evictions', async () => {
    const { stub, userId, sessionId, connect, evict } = await signedIn();
    const socket = await connect();
    await evict();
    await stub.endSessions(userId, [sessionId]);
    expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    await evict();
    expect(await person(env, userId).admit(userId, { sessionId })).toEqual({ alive: false });
  });

  it('wins against a request that was asking the record at the same time', async () => {
    const { stub, userId, sessionId } = await signedIn();
    const read = sessionQueries.readSession;
    vi.spyOn(sessionQueries, 'readSession').mockImplementationOnce(async (...query) => {
      const found = await read(...query);
      await person(env, userId).endSessions(userId, [sessionId]);
      return found;
    });
    expect(await stub.admit(userId, { sessionId })).toEqual({ alive: false });
  });

  it('tells the rooms where they have sockets, before it answers, and no others', async () => {
    const { stub, userId, sessionId } = await signedIn();
    const endSession = vi.spyOn(OrderRoom.prototype, 'endSession').mockResolvedValue();
    const [entered, left] = [uuidv7(), uuidv7()];
    expect(await stub.enterRoom(userId, sessionId, { kind: 'order', id: entered })).toBe(true);
    await stub.enterRoom(userId, sessionId, { kind: 'order', id: left });
    await stub.leaveRoom(userId, sessionId, { kind: 'order', id: left });

    await stub.endSessions(userId, [sessionId]);
    expect(endSession.mock.calls).toEqual([[sessionId]]);
    expect(await stub.enterRoom(userId, sessionId, { kind: 'order', id: entered })).toBe(false);
  });

  it('tells a room that did not answer again, until it does', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { stub, userId, sessionId, tick, evict } = await signedIn();
    const endSession = vi.spyOn(OrderRoom.prototype, 'endSession').mockRejectedValueOnce(new Error('away'));
    await stub.enterRoom(userId, sessionId, { kind: 'order', id: uuidv7() });
    await stub.endSessions(userId, [sessionId]);
    expect(endSession).toHaveBeenCalledTimes(1);

    await evict();
    await tick(MINUTE);
    await runDurableObjectAlarm(stub);
    expect(endSession).toHaveBeenCalledTimes(2);
    await tick(MINUTE);
    expect(await runDurableObjectAlarm(stub)).toBe(false);
  });

  it('notices before long what the record alone was told', async () => {
    const { db, stub, userId, sessionId, connect, tick, now } = await signedIn();
    const socket = await connect();
    await sessionQueries.endSessions(db, userId, [sessionId], now());
    expect(await stub.admit(userId, { sessionId })).toMatchObject({ alive: true });
    await tick(5 * MINUTE + 1);
    await stub.admit(userId, { sessionId });
    expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    expect(await stub.admit(userId, { sessionId })).toEqual({ alive: false });
  });
});
