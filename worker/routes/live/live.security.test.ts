import { env, exports } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import { database } from '#db/client.ts';
import { users } from '#db/schema/index.ts';
import { blur } from '#domain/geo/cells.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import { api, listen, register } from '#test/client.ts';
import { newShow } from '#test/live.ts';
import { acceptedOrder } from '#test/order-steps.ts';
import { member } from '#test/security/member.ts';

describe('a show', () => {
  it('never tells the exact place or the address of its order, nor the order to strangers', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const order = await acceptedOrder(creator, provider);
    const path = `/live-shows/${order.id}`;
    await expect.poll(async () => (await creator.api.get(path)).status).toBe(200);
    await creator.api.put(path, { visibility: 'public' });
    const { latitude, longitude } = order.location;
    expect(blur(order.location).center.latitude).not.toBe(latitude);
    for (const reader of [creator.api, provider.api, api(), (await member('both')).api]) {
      const text = JSON.stringify((await reader.get(path)).data);
      for (const secret of [latitude, longitude, 'Hill Road']) expect(text).not.toContain(String(secret));
    }
    const { data } = await api().get<{ show: ShowView }>(path);
    expect(data.show.orderId).toBeNull();
  });

  it('that is private is not told from one that is none', async () => {
    const show = await newShow();
    const stranger = await member('creator');
    const none = crypto.randomUUID();
    const answers = async (id: string) => {
      const tried = [
        await api().get(`/live-shows/${id}`),
        await stranger.api.get(`/live-shows/${id}`),
        await stranger.api.post(`/live-shows/${id}/start`),
        await stranger.api.post(`/live-shows/${id}/end`),
        await stranger.api.put(`/live-shows/${id}`, { visibility: 'public' }),
        await stranger.api.get(`/live-shows/${id}/invitations`),
        await stranger.api.post(`/live-shows/${id}/invitations`, { username: stranger.id }),
      ];
      return tried.map(({ status, error }) => [status, error]);
    };
    expect(await answers(show.id)).toEqual(await answers(none));
  });

  it('is not entered by who says to be somebody else in headers of ours', async () => {
    const show = await newShow();
    const stranger = await member('creator');
    const { webSocket } = await exports.default.fetch(
      `http://taplive.test/api/v1/live-shows/${show.id}/room`,
      {
        headers: {
          Upgrade: 'websocket',
          'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ${BEARER_PREFIX}${stranger.accessToken}`,
          'X-TapLive-User': show.host.id,
          'X-TapLive-Session': show.host.sessionId,
          'X-TapLive-Place': '0,0',
        },
      },
    );
    if (!webSocket) throw new Error('refused sockets open, too');
    expect(await listen(webSocket).closed).toMatchObject({ code: 4404 });
  });

  it('puts out an admin who is none any more, at their next token', async () => {
    const show = await newShow();
    const admin = await member('admin');
    const { socket, arrival } = await show.inside(admin);
    expect(arrival.role).toBe('moderator');
    await database(env).update(users).set({ role: 'creator' }).where(eq(users.id, admin.id));
    socket.send({ id: 1, event: 'auth:refresh', data: { accessToken: admin.accessToken } });
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(await (await show.enter(admin)).closed).toMatchObject({ code: 4404 });
  });

  it('hears nothing from who was put out', async () => {
    const show = await newShow();
    await show.publish();
    const troll = await member('creator');
    const { socket: host } = await show.inside(show.host);
    const { socket } = await show.inside(troll);
    for (let n = 0; n < 5; n++)
      socket.send({ id: `before ${n}`, event: 'reaction:send', data: { reaction: 'sad' } });
    await host.request('chat:ban', { userId: troll.id, banned: true });
    await socket.closed;
    expect(host.frames.filter(({ event }) => event === 'chat:message')).toEqual([]);
    // What an invitation allowed before, it allows no more.
    await show.owner.api.post(`/live-shows/${show.id}/invitations`, { username: troll.id });
    expect(await (await show.enter(troll)).closed).toMatchObject({ code: 4403 });
  });
});
