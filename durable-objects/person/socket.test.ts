import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import { framesUntilNow, signedIn } from '#test/signed-in.ts';
import { issueAccessToken } from '../access-token.ts';

const MINUTE = 60_000;
const fix = { latitude: 52.52, longitude: 13.405 };
const notice = (orderSeq: number) => ({ about: 'order_started' as const, orderId: ORDER, orderSeq });
const ORDER = uuidv7();

describe("a person's socket", () => {
  it('says how far the log is, and then tells what happens', async () => {
    const { stub, userId, connect } = await signedIn();
    await stub.notice(userId, notice(1));
    const socket = await connect();
    expect((await socket.next('room:resumed')).data).toEqual({ through: 1 });
    await stub.notice(userId, notice(2));
    expect(await socket.next('notice')).toMatchObject({ seq: 2, data: notice(2) });
  });

  it('gives exactly what was missed, on every device, through an eviction', async () => {
    const { stub, userId, connect, evict } = await signedIn();
    const socket = await connect();
    for (const seq of [1, 2, 3]) await stub.notice(userId, notice(seq));
    await evict();
    const late = await connect({ since: 1 });
    await stub.notice(userId, notice(4));

    const told = async (frames: ReturnType<typeof framesUntilNow>) =>
      (await frames).map(({ event, seq, data }) => [event, seq ?? data.through]);
    expect(await told(framesUntilNow(late))).toEqual([
      ['notice', 2],
      ['notice', 3],
      ['room:resumed', 3],
      ['notice', 4],
    ]);
    expect(await told(framesUntilNow(socket))).toEqual([
      ['room:resumed', 0],
      ['notice', 1],
      ['notice', 2],
      ['notice', 3],
      ['notice', 4],
    ]);
  });

  it('gives what is kept to who missed more, and tells who is ahead where the log is', async () => {
    const { stub, userId, connect } = await signedIn();
    for (let seq = 1; seq <= 510; seq++) await stub.notice(userId, notice(seq));
    const behind = await framesUntilNow(await connect({ since: 3 }));
    expect(behind).toHaveLength(501);
    expect(behind[0]?.seq).toBe(11);
    const ahead = await framesUntilNow(await connect({ since: 9_999 }));
    expect(ahead).toHaveLength(501);
    expect(ahead.at(-1)).toMatchObject({ event: 'room:resumed', data: { through: 510 } });
  });

  it('is refused with a typed code for a session that has ended, or a since that is none', async () => {
    const { connect } = await signedIn();
    const closed = async (socket: ReturnType<typeof connect>) => (await (await socket).closed).code;
    expect(await closed(connect({ session: uuidv7() }))).toBe(CLOSE_CODES.UNAUTHORIZED);
    expect(await closed(connect({ since: 'yesterday' }))).toBe(CLOSE_CODES.BAD_REQUEST);
  });

  it('is one of 32 at most', async () => {
    const { connect } = await signedIn();
    const sockets = await Promise.all(Array.from({ length: 32 }, () => connect()));
    expect(await (await connect()).closed).toMatchObject({ code: CLOSE_CODES.RATE_LIMITED });
    sockets[0]?.close();
    await sockets[0]?.closed;
    expect((await (await connect()).next('room:resumed')).data).toEqual({ through: 0 });
  });
});

describe('the end of a token', () => {
  it('closes the socket', async () => {
    const { stub, connect, tick, evict } = await signedIn();
    const socket = await connect();
    await evict();
    await tick(10 * MINUTE);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
  });

  it('is put off by a new token of the same session, for that socket alone', async () => {
    const { stub, userId, sessionId, connect, tick, now } = await signedIn();
    const [refreshed, other] = [await connect(), await connect()];
    await tick(5 * MINUTE);
    const accessToken = await issueAccessToken(env, { userId, sessionId, role: 'provider' }, now());
    expect(await refreshed.request('auth:refresh', { accessToken })).toMatchObject({
      ok: true,
      data: { endsAt: new Date(now().getTime() + 10 * MINUTE).toISOString() },
    });

    await tick(5 * MINUTE);
    await runDurableObjectAlarm(stub);
    expect(await other.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    expect(await refreshed.request('location:update', fix)).toMatchObject({ ok: true });

    await tick(5 * MINUTE);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await refreshed.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
  });

  it("is not put off by somebody else's token, or by one of another session", async () => {
    const { userId, sessionId, connect, newSession, now } = await signedIn();
    const socket = await connect();
    const identities = [
      { userId, sessionId: await newSession() },
      { userId: uuidv7(), sessionId },
    ];
    for (const identity of identities) {
      const accessToken = await issueAccessToken(env, { ...identity, role: 'provider' }, now());
      expect(await socket.request('auth:refresh', { accessToken })).toMatchObject({
        ok: false,
        error: { code: 'UNAUTHORIZED' },
      });
    }
  });
});

describe('a flooding socket', () => {
  it('is closed, while another of the same person notices nothing', async () => {
    const { connect } = await signedIn();
    const [flooding, calm] = [await connect(), await connect()];
    for (let sent = 0; sent < 60; sent++) {
      flooding.send({ id: sent, event: 'location:update', data: fix });
    }
    expect(await flooding.closed).toMatchObject({ code: CLOSE_CODES.RATE_LIMITED });
    expect(await calm.request('location:update', fix)).toMatchObject({ ok: true });
  });
});
