import { beforeAll, describe, expect, it } from 'vitest';
import { register, type TestPerson } from '#test/client.ts';
import { newShow } from '#test/live.ts';
import type { Member } from '#test/security/member.ts';

let show: Awaited<ReturnType<typeof newShow>>;
let host: Member;
let owner: Member;
let someone: TestPerson;
beforeAll(async () => {
  show = await newShow();
  ({ host, owner } = show);
  someone = await register('creator');
});

describe('a list of shows', () => {
  it.each([
    ['status=paused', 'status'],
    ['near=here', 'near'],
    ['near=1', 'near'],
    ['near=91,0', 'near.latitude'],
    ['near=0,181', 'near.longitude'],
    ['near=0,0&radius=0', 'radius'],
    ['near=0,0&radius=100001', 'radius'],
    ['mine=maybe', 'mine'],
    ['limit=0', 'limit'],
    ['cursor=AAAA', 'cursor'],
  ])('is refused for %s', async (query, field) => {
    const { status, error } = await owner.api.get(`/live-shows?${query}`);
    expect(status).toBe(400);
    expect(error.details).toEqual([expect.objectContaining({ field })]);
  });
});

describe('a show', () => {
  it('takes no other visibility, and nothing else with it', async () => {
    for (const [body, field] of [
      [{ visibility: 'secret' }, 'visibility'],
      [{}, 'visibility'],
      [{ visibility: 'public', title: 'Mine' }, 'title'],
    ] as const) {
      const { status, error } = await owner.api.put(`/live-shows/${show.id}`, body);
      expect(status).toBe(400);
      expect(error.details).toEqual([expect.objectContaining({ field })]);
    }
  });

  it('invites nobody who is not there, no party, and as nothing that one cannot be', async () => {
    for (const [body, field] of [
      [{ username: 'nobody-of-this-name' }, 'username'],
      [{ username: host.id }, 'username'],
      [{ username: someone.user.username, role: 'host' }, 'role'],
      [{ userId: someone.id }, 'username'],
    ] as const) {
      const { status, error } = await owner.api.post(`/live-shows/${show.id}/invitations`, body);
      expect(status).toBe(400);
      expect(error.details).toContainEqual(expect.objectContaining({ field }));
    }
    const gone = await owner.api.delete(`/live-shows/${show.id}/invitations/${someone.id}`);
    expect(gone.status).toBe(404);
  });

  it('that has ended is changed no more', async () => {
    const ended = await newShow();
    const path = `/live-shows/${ended.id}`;
    expect((await ended.host.api.post(`${path}/end`)).status).toBe(200);
    const tried = [
      await ended.host.api.post(`${path}/start`),
      await ended.owner.api.post(`${path}/end`),
      await ended.owner.api.put(path, { visibility: 'public' }),
      await ended.owner.api.post(`${path}/invitations`, { username: someone.user.username }),
    ];
    for (const { status, error } of tried) {
      expect([status, error.code]).toEqual([409, 'INVALID_TRANSITION']);
      expect(error.details).toMatchObject({ status: 'ended' });
    }
  });

  it('is started once, though the same click comes twice', async () => {
    const once = await newShow();
    const click = () =>
      once.host.api.post(`/live-shows/${once.id}/start`, undefined, {
        headers: { 'Idempotency-Key': 'the same click' },
      });
    const [first, again] = [await click(), await click()];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect((await once.host.api.post(`/live-shows/${once.id}/start`)).status).toBe(409);
  });
});

describe('the room', () => {
  it('is opened as a WebSocket, with a since and a seat that can be', async () => {
    const path = `/live-shows/${show.id}/room`;
    expect((await host.api.get(path)).error.details).toContainEqual(
      expect.objectContaining({ field: 'Upgrade' }),
    );
    for (const query of ['?since=-1', '?since=abc', `?participant=${'x'.repeat(65)}`, '?participant=a%20b']) {
      expect(await (await show.enter(host, query)).closed).toMatchObject({ code: 4400 });
    }
  });

  it('carries no media where nothing does, and says so', async () => {
    const { socket } = await show.inside(host);
    const { error } = await socket.request('media:join', { publish: true });
    expect(error).toMatchObject({ code: 'CONFLICT', details: { reason: 'no_media_backend' } });
  });

  it.each([
    ['chat:send', { text: '  ' }, 'text'],
    ['chat:send', { text: 'x'.repeat(501) }, 'text'],
    ['chat:delete', { message: 0 }, 'message'],
    ['chat:mute', { userId: 'me', muted: true }, 'userId'],
    ['chat:ban', { userId: crypto.randomUUID() }, 'banned'],
    ['reaction:send', { reaction: 'boo' }, 'reaction'],
    ['reaction:send', { reaction: 'heart', count: 11 }, 'count'],
    ['media:join', {}, 'watch'],
    ['media:join', { publish: true, near: { latitude: 91, longitude: 0 } }, 'near.latitude'],
    ['media:publish', { transportId: crypto.randomUUID(), tracks: [] }, 'tracks'],
    ['media:layers', { wishes: [] }, 'wishes'],
    ['media:close', { trackId: '1' }, 'trackId'],
  ])('refuses %s of %j', async (event, data, field) => {
    const { socket } = await show.inside(owner);
    const { error } = await socket.request(event, data);
    expect(error?.code).toBe('VALIDATION_ERROR');
    expect(error?.details).toContainEqual(expect.objectContaining({ field }));
    socket.close();
  });
});
