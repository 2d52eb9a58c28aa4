import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { SUBPROTOCOL } from '#contract/close-codes.ts';
import { person } from '#durable-objects/stubs.ts';
import { api, openSocket, register } from '#test/client.ts';
import { createApp } from './app.ts';

const socketsOf = (userId: string) =>
  runInDurableObject(person(env, userId), (_, state) => state.getWebSockets().length);

describe('an upgrade', () => {
  it("opens the caller's own socket, with the subprotocol selected and no token told back", async () => {
    const someone = await register();
    const response = await createApp().fetch(
      new Request('http://taplive.test/api/v1/users/me/socket', {
        headers: {
          Upgrade: 'websocket',
          'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, bearer.${someone.accessToken}`,
        },
      }),
      env,
      createExecutionContext(),
    );
    expect(response.status).toBe(101);
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe(SUBPROTOCOL);
    expect(await socketsOf(someone.id)).toBe(1);
    response.webSocket?.accept();
    response.webSocket?.close(1000);
  });

  it('is of whom the token says, whatever the headers say', async () => {
    const [someone, other] = [await register(), await register()];
    const socket = await openSocket('/users/me/socket', someone.accessToken, {
      headers: {
        'X-TapLive-User': other.id,
        'x-taplive-session': crypto.randomUUID(),
        'X-TapLive-Token-Ends': String(Date.now() + 1e9),
      },
    });
    await socket.next('room:resumed');
    expect(await socketsOf(someone.id)).toBe(1);
    expect(await socketsOf(other.id)).toBe(0);
    const ends = await runInDurableObject(person(env, someone.id), (_, state) =>
      state.getWebSockets().map((held) => held.deserializeAttachment()),
    );
    expect(ends).toMatchObject([{ userId: someone.id }]);
    expect(ends[0].tokenEndsAt).toBeLessThan(Date.now() + 11 * 60_000);
    socket.close();
  });

  it('from the page of another origin is refused, from our own or a listed one it is not', async () => {
    const someone = await register();
    const from = (Origin: string) =>
      openSocket('/users/me/socket', someone.accessToken, { headers: { Origin } });
    await expect((await from('https://evil.example')).closed).resolves.toMatchObject({ code: 4403 });
    await expect((await from('null')).closed).resolves.toMatchObject({ code: 4403 });
    const own = await from('https://taplive.test');
    await own.next('room:resumed');
    own.close();
  });

  it.each([
    ['an input that is none', '/users/me/socket?since=yesterday', 4400],
    ['an address that there is not', '/users/me/sockets', 4404],
  ])('with %s is refused by a typed code', async (_, path, code) => {
    const someone = await register();
    const socket = await openSocket(path, someone.accessToken);
    await expect(socket.closed).resolves.toMatchObject({ code });
  });

  it('beyond the limit is refused by a typed code', async () => {
    const address = { headers: { 'X-Forwarded-For': '203.0.113.77' } };
    await Promise.all(Array.from({ length: 100 }, () => api().get('/config', undefined, address)));
    const socket = await openSocket('/users/me/socket', 'garbage', address);
    await expect(socket.closed).resolves.toMatchObject({ code: 4429 });
  });

  it('that is none is told what to do', async () => {
    const someone = await register();
    expect(await someone.api.get('/users/me/socket')).toMatchObject({
      status: 400,
      error: { code: 'VALIDATION_ERROR', details: [{ field: 'Upgrade' }] },
    });
  });
});
