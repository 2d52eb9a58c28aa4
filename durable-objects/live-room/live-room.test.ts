import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import { database } from '#db/client.ts';
import { findShow } from '#db/queries/live-shows.ts';
import { liveShowEvents } from '#db/schema/index.ts';
import { ATTENDANCE_CHECK_MS, GRACE_MS, MOST_NAMED, SILENT_AFTER_MS } from '#domain/live/attendance.ts';
import { LIVE_LIMITS } from '#domain/live/show.ts';
import { newShow, toldSoFar } from '#test/live.ts';
import { device, member } from '#test/security/member.ts';
import { injectFault } from '#test/setup/faults.ts';

type Left = { since: string; until: string };

const db = database(env);

const archiveOf = async (showId: string) =>
  db.select().from(liveShowEvents).where(eq(liveShowEvents.showId, showId)).orderBy(liveShowEvents.seq);

describe('entering a show', () => {
  it('is for its parties while it is private, and for everyone once its owner has opened it', async () => {
    const show = await newShow();
    const stranger = await member('creator');
    const refused = await show.enter(stranger);
    expect(await refused.closed).toMatchObject({ code: CLOSE_CODES.NOT_FOUND });

    const { arrival: hosts, socket } = await show.inside(show.host);
    expect(hosts).toMatchObject({ role: 'host', muted: false, show: { id: show.id, status: 'scheduled' } });
    expect((await show.inside(show.owner)).arrival.role).toBe('moderator');

    await show.publish();
    expect((await socket.next('show:updated')).data).toEqual({ by: show.owner.id, visibility: 'public' });
    const { arrival } = await show.inside(stranger);
    expect(arrival).toMatchObject({ role: 'viewer', presence: { viewers: 2 } });
  });

  it('puts out at once whom it does not concern any more, and no others', async () => {
    const show = await newShow();
    await show.publish();
    const [guest, stranger] = await Promise.all([member('creator'), member('creator')]);
    const invited = await show.owner.api.post(`/live-shows/${show.id}/invitations`, { username: guest.id });
    expect(invited.status).toBe(201);
    const [asGuest, asStranger] = [await show.inside(guest), await show.inside(stranger)];
    await show.owner.api.put(`/live-shows/${show.id}`, { visibility: 'private' });
    expect(await asStranger.socket.closed).toMatchObject({ code: CLOSE_CODES.FORBIDDEN });
    expect((await asGuest.socket.request('chat:send', { text: 'still here' })).ok).toBe(true);

    await show.host.api.delete(`/live-shows/${show.id}/invitations/${guest.id}`);
    expect(await asGuest.socket.closed).toMatchObject({ code: CLOSE_CODES.FORBIDDEN });
    expect(await (await show.enter(guest)).closed).toMatchObject({ code: CLOSE_CODES.NOT_FOUND });
  });

  it('holds one person at most so many times', async () => {
    const show = await newShow();
    const { socket } = await show.inside(show.host);
    for (let n = 1; n < LIVE_LIMITS.seatsPerPerson; n++) await show.inside(show.host);
    const one = await show.enter(show.host);
    expect(await one.closed).toMatchObject({ code: CLOSE_CODES.RATE_LIMITED });
    // An empty seat is nobody's loss.
    await socket.drop();
    expect((await show.inside(show.host)).arrival.role).toBe('host');
  });

  it('holds them to that when they come all at once', async () => {
    const show = await newShow();
    // Whom the room knows it need not ask for: they come the faster.
    await show.inside(show.host);
    const sockets = await Promise.all(
      Array.from({ length: LIVE_LIMITS.seatsPerPerson + 3 }, () => show.enter(show.host)),
    );
    const refused = new Set<number>();
    for (const [n, { closed }] of sockets.entries()) void closed.then(() => refused.add(n));
    await expect.poll(() => refused.size).toBe(4);
    const [first] = [...refused];
    expect(await sockets[first ?? 0]?.closed).toMatchObject({ code: CLOSE_CODES.RATE_LIMITED });
  });

  it('is over when the session is, and when the token is', async () => {
    const show = await newShow();
    const phone = { ...show.owner, ...(await device(show.owner)) };
    const [atDesk, onPhone] = [await show.inside(show.owner), await show.inside(phone)];
    await phone.api.post('/auth/logout');
    expect(await onPhone.socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    expect((await atDesk.socket.request('chat:send', { text: 'hello' })).ok).toBe(true);
    await show.later(11 * 60_000);
    expect(await atDesk.socket.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
  });
});

describe('being in a show', () => {
  it('outlives a lost socket by the grace, through an eviction, and is told and counted once', async () => {
    const show = await newShow();
    const { socket: watcher } = await show.inside(show.host);
    const first = await show.inside(show.owner);
    expect((await watcher.next('room:joined')).data).toMatchObject({
      userId: show.owner.id,
      role: 'moderator',
    });
    await first.socket.drop();
    // An eviction takes a moment.
    await show.later(GRACE_MS / 2);
    await show.evict();

    const { participantId, through } = first.arrival;
    const again = await show.inside(show.owner, `?since=${through}&participant=${participantId}`);
    expect(again.arrival).toMatchObject({ participantId, presence: { viewers: 1 } });
    await show.later(GRACE_MS + ATTENDANCE_CHECK_MS);
    expect(await toldSoFar(watcher, 'room:joined', 'room:left')).toHaveLength(1);

    await again.socket.drop();
    await show.later(GRACE_MS);
    const { data } = await watcher.next('room:left');
    expect(data.userId).toBe(show.owner.id);
    // What is billed ends when they were last seen, not when the grace did.
    expect(Date.parse(data.until) - Date.parse(data.since)).toBeLessThan(2 * GRACE_MS + ATTENDANCE_CHECK_MS);
    const after = await show.inside(show.owner, `?participant=${participantId}`);
    expect(after.arrival.participantId).not.toBe(participantId);
  });

  it('ends for whom nothing is heard of, when they were last heard, and goes on for who says ping', async () => {
    const show = await newShow();
    const { socket: silent } = await show.inside(show.owner);
    const came = Date.now();
    const { socket: watcher } = await show.inside(show.host);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await watcher.ping();
    await show.evict();
    // The platform remembers pings by its own clock.
    const clock = vi.spyOn(Date, 'now').mockReturnValue(came + SILENT_AFTER_MS + 150);
    try {
      await show.later(0);
    } finally {
      clock.mockRestore();
    }
    expect(await silent.closed).toMatchObject({ code: CLOSE_CODES.UNAVAILABLE });
    const { data } = await watcher.next('room:left');
    expect(data.userId).toBe(show.owner.id);
    expect(Math.abs(Date.parse(data.until) - came)).toBeLessThan(1_000);
    expect((await show.inside(show.host)).arrival.presence.viewers).toBe(0);
  });

  it('ends at once for who closes with 1000, and for nobody who has another socket', async () => {
    const show = await newShow();
    const { socket: watcher } = await show.inside(show.host);
    const [one, other] = [await show.inside(show.owner), await show.inside(show.owner)];
    one.socket.close();
    await one.socket.closed;
    expect((await other.socket.request('chat:send', { text: 'still here' })).ok).toBe(true);
    expect(await toldSoFar(watcher, 'room:left')).toEqual([]);
    other.socket.close();
    expect((await watcher.next('room:left')).data.userId).toBe(show.owner.id);
  });

  it('lasts for who had several seats until the last of them was left, in whatever order that is noticed', async () => {
    const show = await newShow();
    const { socket: watcher } = await show.inside(show.host);
    const [lost, left] = [await show.inside(show.owner), await show.inside(show.owner)];
    await lost.socket.drop();
    await show.later(GRACE_MS / 2);
    left.socket.close();
    await left.socket.closed;
    await show.later(GRACE_MS);
    const { data } = await watcher.next('room:left');
    expect(Date.parse(data.until) - Date.parse(data.since)).toBeGreaterThanOrEqual(GRACE_MS / 2);
  });

  it('gives a seat to nobody else, and to one socket at a time', async () => {
    const show = await newShow();
    const hosts = await show.inside(show.host);
    const { participantId } = hosts.arrival;
    const owners = await show.inside(show.owner, `?participant=${participantId}`);
    expect(owners.arrival.participantId).not.toBe(participantId);
    const again = await show.inside(show.host, `?participant=${participantId}`);
    expect(await hosts.socket.closed).toMatchObject({ code: CLOSE_CODES.REPLACED });
    expect(again.arrival.participantId).toBe(participantId);
    expect(await toldSoFar(again.socket, 'room:left')).toEqual([]);
  });

  it('is told by name while few are here, and only counted when many are', async () => {
    const show = await newShow();
    await show.publish();
    const { socket } = await show.inside(show.host);
    const crowd = await Promise.all(Array.from({ length: MOST_NAMED + 5 }, () => member('creator')));
    for (const person of crowd) await show.inside(person);
    const { presence } = (await show.inside(show.owner)).arrival;
    expect(presence).toEqual({ viewers: crowd.length + 1, people: null });
    const told = (await toldSoFar(socket, 'room:joined')).map(({ data }) => data.userId);
    expect(told).toHaveLength(MOST_NAMED - 1);
    await socket.next(({ event, data }) => event === 'room:presence' && data.viewers === crowd.length + 1);
  });
});

describe('the chat', () => {
  it('is heard by all, shown to who comes later, and survives an eviction', async () => {
    const show = await newShow();
    const [host, owner] = [await show.inside(show.host), await show.inside(show.owner)];
    const said = await owner.socket.request('chat:send', { text: '  Is the sun up?  ' });
    expect(said.data.seq).toBeGreaterThan(0);
    const heard = await host.socket.next('chat:message');
    expect(heard).toMatchObject({
      seq: said.data.seq,
      data: { userId: show.owner.id, role: 'moderator', text: 'Is the sun up?' },
    });
    await show.evict();
    const { messages } = (await show.inside(show.host)).arrival;
    expect(messages).toMatchObject([{ seq: said.data.seq, text: 'Is the sun up?' }]);
    const missed = await show.inside(show.owner, `?since=${said.data.seq - 1}`);
    expect(missed.socket.frames[0]).toMatchObject({
      event: 'chat:message',
      data: { text: 'Is the sun up?' },
    });
  });

  it('forgets what was deleted everywhere: in the history, for who resumes, and in the archive', async () => {
    const show = await newShow();
    await show.publish();
    const viewer = await show.inside(await member('creator'));
    const { socket: host } = await show.inside(show.host);
    const own = (await viewer.socket.request('chat:send', { text: 'my secret' })).data.seq;
    const rude = (await viewer.socket.request('chat:send', { text: 'something rude' })).data.seq;
    const hosts = (await host.request('chat:send', { text: 'welcome' })).data.seq;
    await show.later(60_000);
    expect(await archiveOf(show.id)).toContainEqual(
      expect.objectContaining({ seq: own, data: expect.objectContaining({ text: 'my secret' }) }),
    );

    expect(await viewer.socket.request('chat:delete', { message: hosts })).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
    expect((await viewer.socket.request('chat:delete', { message: own })).ok).toBe(true);
    expect((await host.request('chat:delete', { message: rude })).ok).toBe(true);
    expect((await host.request('chat:delete', { message: rude })).ok).toBe(true);
    const told = await toldSoFar(viewer.socket, 'chat:deleted');
    expect(told.map(({ data }) => data.message)).toEqual([own, rude]);
    expect(await host.request('chat:delete', { message: 1 })).toMatchObject({ error: { code: 'NOT_FOUND' } });

    const { messages } = (await show.inside(show.owner)).arrival;
    expect(messages.map(({ seq }: { seq: number }) => seq)).toEqual([hosts]);
    const resumed = await show.inside(show.owner, '?since=0');
    expect(JSON.stringify(resumed.socket.frames)).not.toMatch(/secret|rude/);
    await show.later(60_000);
    expect(JSON.stringify(await archiveOf(show.id))).not.toMatch(/secret|rude/);
  });

  it('is bounded for each person, who is told how long to wait', async () => {
    const show = await newShow();
    const { socket } = await show.inside(show.owner);
    const replies = [];
    for (let n = 0; n < 8; n++) replies.push(await socket.request('chat:send', { text: `line ${n}` }));
    const refused = replies.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]?.error).toMatchObject({
      code: 'RATE_LIMITED',
      details: { reason: 'too_fast', retryAfterMs: expect.any(Number) },
    });
    await show.later(10_000);
    expect((await socket.request('chat:send', { text: 'calmer' })).ok).toBe(true);
  });

  it('sums reactions up', async () => {
    const show = await newShow();
    const [host, owner] = [await show.inside(show.host), await show.inside(show.owner)];
    for (let n = 0; n < 10; n++)
      owner.socket.send({ id: `heart ${n}`, event: 'reaction:send', data: { reaction: 'heart' } });
    host.socket.send({ id: 'wow', event: 'reaction:send', data: { reaction: 'wow', count: 3 } });
    const total = (name: string) =>
      host.socket.frames
        .filter(({ event }) => event === 'reaction:burst')
        .reduce((sum, { data }) => sum + (data.counts[name] ?? 0), 0);
    await expect.poll(() => [total('heart'), total('wow')]).toEqual([10, 3]);
    expect(host.socket.frames.filter(({ event }) => event === 'reaction:burst').length).toBeLessThan(5);
    const greedy = { reaction: 'heart', count: LIVE_LIMITS.reactionsAtOnce };
    const replies = [];
    for (let n = 0; n < 8; n++) replies.push(await owner.socket.request('reaction:send', greedy));
    expect(replies.map(({ error }) => error?.code)).toContain('RATE_LIMITED');
  });
});

describe('keeping order', () => {
  it('silences somebody on every socket, also after an eviction, until they may speak again', async () => {
    const show = await newShow();
    await show.publish();
    const troll = await member('creator');
    const [one, other] = [await show.inside(troll), await show.inside(troll)];
    const { socket: host } = await show.inside(show.host);
    expect((await host.request('chat:mute', { userId: troll.id, muted: true })).ok).toBe(true);
    expect((await one.socket.next('chat:muted')).data).toMatchObject({ userId: troll.id, muted: true });
    await show.evict();
    for (const { socket } of [one, other]) {
      const refused = await socket.request('chat:send', { text: 'hear me' });
      expect(refused.error).toMatchObject({ code: 'FORBIDDEN', details: { reason: 'muted' } });
      expect((await socket.request('reaction:send', { reaction: 'sad' })).ok).toBe(false);
    }
    expect((await show.inside(troll)).arrival.muted).toBe(true);
    await host.request('chat:mute', { userId: troll.id, muted: false });
    expect((await one.socket.request('chat:send', { text: 'sorry' })).ok).toBe(true);
  });

  it('bans somebody at once, everywhere and for good, and lets them in again when that is taken back', async () => {
    const show = await newShow();
    await show.publish();
    const troll = await member('creator');
    const phone = { ...troll, ...(await device(troll)) };
    const [one, other] = [await show.inside(troll), await show.inside(phone)];
    const { socket: owner } = await show.inside(show.owner);
    expect((await owner.request('chat:ban', { userId: troll.id, banned: true })).ok).toBe(true);
    for (const { socket } of [one, other]) {
      expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.FORBIDDEN });
    }
    expect((await owner.next('room:left')).data.userId).toBe(troll.id);
    await show.evict();
    expect(await (await show.enter(troll)).closed).toMatchObject({ code: CLOSE_CODES.FORBIDDEN });
    const invited = await show.owner.api.post(`/live-shows/${show.id}/invitations`, { username: troll.id });
    expect(invited.status).toBe(201);
    expect(await (await show.enter(troll)).closed).toMatchObject({ code: CLOSE_CODES.FORBIDDEN });
    await owner.request('chat:ban', { userId: troll.id, banned: false });
    expect((await show.inside(troll)).arrival.role).toBe('viewer');
  });

  it('is not for viewers, nor against parties, equals, admins and people who never came', async () => {
    const show = await newShow();
    await show.publish();
    const [viewer, admin, nobody] = await Promise.all([
      member('creator'),
      member('admin'),
      member('creator'),
    ]);
    const { socket: host } = await show.inside(show.host);
    const { socket: owner } = await show.inside(show.owner);
    const { socket: as } = await show.inside(viewer);
    await show.inside(admin);
    const code = async (socket: typeof host, userId: string) =>
      (await socket.request('chat:ban', { userId, banned: true })).error?.code;
    expect(await code(as, show.host.id)).toBe('FORBIDDEN');
    expect(await code(as, viewer.id)).toBe('FORBIDDEN');
    expect(await code(host, show.owner.id)).toBe('FORBIDDEN');
    expect(await code(owner, show.host.id)).toBe('FORBIDDEN');
    expect(await code(host, admin.id)).toBe('FORBIDDEN');
    expect(await code(host, nobody.id)).toBe('NOT_FOUND');
  });

  it('is given to who is invited as a moderator, also while they are inside', async () => {
    const show = await newShow();
    await show.publish();
    const [helper, troll] = await Promise.all([member('creator'), member('creator')]);
    const { socket } = await show.inside(helper);
    await show.inside(troll);
    const mute = { userId: troll.id, muted: true };
    expect((await socket.request('chat:mute', mute)).error?.code).toBe('FORBIDDEN');
    const invite = { username: helper.id, role: 'moderator' };
    await show.host.api.post(`/live-shows/${show.id}/invitations`, invite);
    expect((await socket.request('chat:mute', mute)).ok).toBe(true);
    await show.host.api.delete(`/live-shows/${show.id}/invitations/${helper.id}`);
    expect((await socket.request('chat:mute', { ...mute, muted: false })).error?.code).toBe('FORBIDDEN');
  });
});

describe('a flood', () => {
  it('closes the socket that it comes from, and no other', async () => {
    const show = await newShow();
    const [calm, wild] = [await show.inside(show.host), await show.inside(show.owner)];
    for (let n = 0; n < 60; n++) wild.socket.send({ id: n, event: 'chat:send', data: { text: 'x' } });
    expect(await wild.socket.closed).toMatchObject({ code: CLOSE_CODES.RATE_LIMITED });
    expect((await calm.socket.request('chat:send', { text: 'phew' })).ok).toBe(true);
    const heard = await toldSoFar(calm.socket, 'chat:message');
    expect(heard.length).toBeLessThanOrEqual(6);
  });
});

describe('the end of a show', () => {
  it('tells everyone, closes every socket, and leaves the record complete', async () => {
    const show = await newShow();
    await show.publish();
    const viewer = await show.inside(await member('creator'));
    const { socket: host } = await show.inside(show.host);
    await viewer.socket.request('chat:send', { text: 'bravo' });
    expect((await show.host.api.post(`/live-shows/${show.id}/start`)).status).toBe(200);
    const AFTER_MS = ATTENDANCE_CHECK_MS / 2;
    await show.later(AFTER_MS);
    const ended = await show.host.api.post<{ show: object }>(`/live-shows/${show.id}/end`);
    expect(ended.data.show).toMatchObject({ status: 'ended', viewers: 0, peakViewers: 1 });
    for (const socket of [viewer.socket, host]) {
      expect((await socket.next('show:ended')).data).toEqual({ by: show.host.id, because: 'asked' });
      expect(await socket.closed).toMatchObject({ code: CLOSE_CODES.GONE });
    }
    expect(await (await show.enter(show.host)).closed).toMatchObject({ code: CLOSE_CODES.GONE });

    const archive = await archiveOf(show.id);
    expect(archive.map(({ seq }) => seq)).toEqual(archive.map((_, index) => index + 1));
    const names = archive.map(({ name }) => name);
    expect(names.filter((name) => name === 'room:joined')).toHaveLength(2);
    // Who was there at the end was there until then.
    const left = archive.filter(({ name }) => name === 'room:left').map(({ data }) => data as Left);
    expect(left).toHaveLength(2);
    for (const { since, until } of left) {
      expect(Date.parse(until) - Date.parse(since)).toBeGreaterThanOrEqual(AFTER_MS);
    }
    expect(await findShow(db, show.id, null)).toMatchObject({ show: { status: 'ended' } });
  });

  it('holds though the record is away, which learns of it later', async () => {
    const show = await newShow();
    const away = await injectFault(env.DATABASE_FETCH_ENDPOINT ?? '', {
      kind: 'drop-before-commit',
      match: 'insert into "live_shows"',
      param: show.id,
      times: 2,
    });
    const { socket } = await show.inside(show.host);
    const started = await show.host.api.post<{ show: { status: string } }>(`/live-shows/${show.id}/start`);
    expect(started.data.show.status).toBe('live');
    await socket.next('show:started');
    expect(await findShow(db, show.id, null)).toMatchObject({ show: { status: 'scheduled' } });
    await away.remove();
    await show.later(60_000);
    expect(await findShow(db, show.id, null)).toMatchObject({ show: { status: 'live' } });
  });
});
