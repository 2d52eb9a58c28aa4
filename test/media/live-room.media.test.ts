import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInPeople } from '#bench/stack/people.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { type BrowserClient, Participants } from '#sfu-origin/test/browser/participants.ts';
import { eventually } from '#sfu-origin/test/eventually.ts';
import { report } from '#sfu-origin/test/report.ts';
import { type Caller, HttpClient } from '#test/chaos/http-client.ts';
import { acceptedOrder } from '#test/chaos/orders.ts';
import { type System, startSystem } from '#test/chaos/system.ts';
import { LiveSeat } from './live-seat.ts';
import { MEDIA_ORIGIN_SECRET, OriginProcess } from './origin-process.ts';

/**
 * The whole way of a picture: a browser's camera, a live room in a real Worker, media origins, other browsers. Times are reported,
 * not asserted: the machine may be busy.
 */

const LISBON = { latitude: 38.7139, longitude: -9.1394 };
const TOKYO = { latitude: 35.68, longitude: 139.69 };
const SYDNEY = { latitude: -33.87, longitude: 151.2 };
const NOTHING = { rooms: 0, participants: 0, producers: 0, consumers: 0 };

const cleanup = new AsyncDisposableStack();
afterAll(() => cleanup.disposeAsync());

let system: System;
let http: HttpClient;
let near: OriginProcess;
let far: OriginProcess;
let browsers: Participants;
let creator: Caller;
let provider: Caller;
let stranger: Caller;

beforeAll(async () => {
  system = await startSystem(cleanup, { MEDIA_BACKEND: 'sfu-origin', MEDIA_ORIGIN_SECRET });
  http = new HttpClient(system.url);
  const origin = (id: string, { latitude, longitude }: typeof LISBON) =>
    OriginProcess.start(cleanup, system.url, {
      ORIGIN_ID: id,
      ORIGIN_REGION: id,
      ORIGIN_LATITUDE: String(latitude),
      ORIGIN_LONGITUDE: String(longitude),
    });
  [near, far, browsers] = await Promise.all([
    origin('lisbon', LISBON),
    origin('sydney', SYDNEY),
    Participants.create(),
  ]);
  cleanup.defer(() => browsers.close());
  const signIn = async (role: 'creator' | 'provider') => {
    const [person] = await signInPeople(system.db, system.jwtSecret, role, 1);
    if (!person) throw new Error('somebody was signed in');
    return person;
  };
  [creator, provider, stranger] = [
    await signIn('creator'),
    await signIn('provider'),
    await signIn('creator'),
  ];
  const body = { paymentMethodId: 'pm_card_visa' };
  const card = await http.write(creator, { method: 'POST', path: '/payment-methods', body });
  expect(card.error).toBeNull();
  await originsAreKnown('lisbon', 'sydney');
}, 120_000);

const originsAreKnown = (...ids: string[]) =>
  eventually('the edge knows the origins', async () => {
    const { data } = (await (await fetch(`${system.url}/health`)).json()) as { data: { checks: object } };
    return ids.every((id) => `media:${id}` in data.checks);
  });

let showId: string;
let opened: BrowserClient[] = [];
let seats: LiveSeat[] = [];

beforeEach(async () => {
  showId = await acceptedOrder(http, creator, provider, LISBON);
  const show = `/live-shows/${showId}`;
  await eventually('it has a show', async () => (await http.send(creator, 'GET', show)).status === 200);
  const body = { visibility: 'public' };
  expect((await http.write(creator, { method: 'PUT', path: show, body })).status).toBe(200);
});

afterEach(async () => {
  // With the order goes its show, unless both are over already.
  await give(creator, `/orders/${showId}/cancel`);
  await Promise.all(opened.map((client) => client.close()));
  for (const seat of seats) seat.leave();
  [opened, seats] = [[], []];
  for (const origin of [near, far]) {
    await eventually('nothing is left at the origin', async () => {
      const { rooms, participants, producers, consumers } = await origin.health();
      return JSON.stringify({ rooms, participants, producers, consumers }) === JSON.stringify(NOTHING);
    });
  }
});

/** Somebody in the room with a browser. */
async function inside(person: Caller, place?: typeof LISBON) {
  const seat = await LiveSeat.take(system.url, showId, person.token);
  if (place) seat.near = { near: place };
  const browser = await browsers.open(seat, seat.participantId);
  seats.push(seat);
  opened.push(browser);
  return { seat, browser };
}

const frames = async (browser: BrowserClient) =>
  Math.max(0, ...(await browser.seen()).filter(({ kind }) => kind === 'video').map((seen) => seen.frames));

/** Waits until the picture moves. @returns after how many milliseconds it did */
async function sees(browser: BrowserClient): Promise<number> {
  const startedAt = performance.now();
  const before = await frames(browser);
  await eventually('the picture moves', async () => (await frames(browser)) > before + 5, 40_000);
  return Math.round(performance.now() - startedAt);
}

const give = <T>(person: Caller, path: string) =>
  http.send<T>(person, 'POST', path, { body: {}, key: crypto.randomUUID() });

describe('an order that is to be seen', () => {
  it('begins when the provider is there and their picture arrives, and not before', async () => {
    const start = () => give<{ order: OrderView }>(provider, `/orders/${showId}/start`);
    await http.write(provider, { method: 'PUT', path: '/providers/me/location', body: LISBON });
    await eventually('the position is known', async () => {
      const { details } = (await start()).error ?? {};
      return details && 'reason' in details && details.reason === 'media_not_flowing';
    });
    const host = await inside(provider);
    await host.browser.publish('video/vp8');
    const answer = await eventually('it begins', async () => {
      const tried = await start();
      return tried.status === 200 && tried;
    });
    expect(answer.data.order).toMatchObject({ status: 'active', liveShowId: showId });
    const log = await http.send<{ items: { event: string; data: object }[] }>(
      creator,
      'GET',
      `/orders/${showId}/events`,
    );
    const started = log.data.items.find(({ event }) => event === 'order:started');
    expect(started?.data).toMatchObject({ verification: 'verified' });
    await eventually('the show is live', () => host.seat.told('show:started').length > 0);

    await give(provider, `/orders/${showId}/complete`);
    await eventually('the show is over', async () => {
      const { data } = await http.send<{ show: ShowView }>(creator, 'GET', `/live-shows/${showId}`);
      return data.show.status === 'ended';
    });
  });

  it('is told, and has counted, that the picture was away for long', async () => {
    const host = await inside(provider);
    const [, camera] = await host.browser.publish('video/vp8');
    await give(provider, `/live-shows/${showId}/start`);
    await host.seat.request('media:close', { trackId: camera?.id });
    await eventually('it is told', () => host.seat.told('media:stalled').length > 0, 30_000);
    await host.browser.publish('video/vp8');
    const recovered = await eventually('it is back', () => host.seat.told('media:recovered')[0]);
    expect(recovered.data.afterMs).toBeGreaterThan(15_000);
    await give(creator, `/orders/${showId}/cancel`);
    const ended = await eventually('the show is over', async () => {
      const { data } = await http.send<{ show: ShowView }>(creator, 'GET', `/live-shows/${showId}`);
      return data.show.status === 'ended' && data.show;
    });
    expect(ended).toMatchObject({ interruptions: 1 });
    expect(ended.interruptedSeconds).toBeGreaterThanOrEqual(15);
  });
});

describe('watching', () => {
  it('shows the host to who was there before and to who comes later, near and far', async () => {
    const early = await inside(creator);
    const watching = early.browser.watch();
    await watching;
    const distant = await inside(stranger, SYDNEY);
    await distant.browser.watch();
    const host = await inside(provider);
    const published = await host.browser.publish('video/vp8');
    for (const { seat, browser } of [early, distant]) {
      await eventually('they are told what they receive', () => seat.consumers.at(-1)?.length === 2);
      await browser.take(seat.consumers.at(-1) ?? []);
    }
    const late = await inside(stranger, LISBON);
    const firstPictureMs = await late.browser.watch();
    for (const { browser } of [early, distant, late]) await sees(browser);
    expect((await near.health()).consumers).toBeGreaterThanOrEqual(4);
    expect(await far.health()).toMatchObject({ rooms: 1, participants: 1, producers: 2 });
    report('join to first picture', firstPictureMs);

    // Muting and ending reach everyone, through the pipe, too.
    const camera = published.find(({ source }) => source === 'camera');
    await host.seat.request('media:pause', { trackId: camera?.id });
    await eventually('all know that it is muted', () =>
      [early, distant, late].every(({ seat }) => seat.tracks.some(({ paused }) => paused)),
    );
    await host.seat.request('media:resume', { trackId: camera?.id });
    for (const { browser } of [early, distant, late]) await sees(browser);
    host.seat.leave();
    await eventually('nothing is published any more', () => late.seat.tracks.length === 0);
  });

  it('shows what was published while their socket was away to those who come back', async () => {
    const viewer = await inside(stranger);
    await viewer.browser.watch();
    viewer.seat.drop();
    const host = await inside(provider);
    await host.browser.publish('video/vp8');
    await eventually('it was made for them', async () => (await near.health()).consumers === 2);
    await viewer.seat.comeBack();
    await eventually('they are told what they receive', () => viewer.seat.consumers.at(-1)?.length === 2);
    await viewer.browser.take(viewer.seat.consumers.at(-1) ?? []);
    await sees(viewer.browser);
  });

  it('far away begins again after everybody there had left', async () => {
    const host = await inside(provider);
    await host.browser.publish('video/vp8');
    const watchFarAway = async (person: Caller) => {
      const viewer = await inside(person, SYDNEY);
      await viewer.browser.watch();
      await eventually('they receive it', () => viewer.seat.consumers.at(-1)?.length === 2);
      await viewer.browser.take(viewer.seat.consumers.at(-1) ?? []);
      await sees(viewer.browser);
      return viewer;
    };
    const first = await watchFarAway(stranger);
    first.seat.leave();
    await eventually('nothing is brought there any more', async () => (await far.health()).producers === 0);
    await watchFarAway(creator);
  });

  it('is from farther away where no pipe can be opened', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    const lonely = await OriginProcess.start(cleanup, system.url, {
      ORIGIN_ID: 'tokyo',
      ORIGIN_REGION: 'tokyo',
      ORIGIN_LATITUDE: String(TOKYO.latitude),
      ORIGIN_LONGITUDE: String(TOKYO.longitude),
      PIPE_PORT_MIN: String(port),
      PIPE_PORT_MAX: String(port),
    });
    try {
      await originsAreKnown('tokyo');
      const viewer = await inside(stranger, TOKYO);
      await viewer.browser.watch();
      expect(await lonely.health()).toMatchObject({ participants: 1 });
      const host = await inside(provider);
      await host.browser.publish('video/vp8');
      await eventually('they are asked to join again', () => viewer.seat.told('media:rejoin').length > 0);
      await viewer.browser.watch();
      await eventually('they receive it', () => viewer.seat.consumers.at(-1)?.length === 2);
      await viewer.browser.take(viewer.seat.consumers.at(-1) ?? []);
      await sees(viewer.browser);
      await eventually('the room is closed there', async () => (await lonely.health()).rooms === 0);
    } finally {
      taken.close();
      await lonely.stop();
    }
  });

  it('gives nobody what is not theirs', async () => {
    const host = await inside(provider);
    const published = await host.browser.publish('video/vp8');
    const [viewer, other] = [await inside(stranger), await inside(creator)];
    await viewer.browser.watch();
    await other.browser.watch();
    const { seat } = viewer;
    const refused = (event: string, data: unknown) =>
      seat.request(event, data).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    const trackId = published[0]?.id;
    for (const event of ['media:pause', 'media:resume', 'media:close']) {
      expect(await refused(event, { trackId })).toBe('NOT_FOUND');
    }
    expect(await refused('media:join', { publish: true })).toBe('FORBIDDEN');
    const asHost = await host.seat.request('media:join', { publish: true });
    const transportId = asHost.send.id;
    expect(await refused('media:restart_ice', { transportId })).toBe('NOT_FOUND');
    const fingerprints = [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }];
    expect(await refused('media:connect', { transportId, dtlsParameters: { fingerprints } })).toBe(
      'NOT_FOUND',
    );
    const others = other.seat.heard.find(({ data }) => data?.receive)?.data.consumers[0].id;
    const wish = (consumerId: string) => ({ wishes: [{ consumerId, paused: true }] });
    expect(await refused('media:layers', wish(others))).toBe('NOT_FOUND');
    expect(await refused('media:layers', wish(crypto.randomUUID()))).toBe('NOT_FOUND');
    // What ended with the host's first transport is nobody's any more.
    await host.browser.publish('video/vp8');
    await eventually('the viewer is told', () => seat.consumers.at(-1)?.length === 2);
    await viewer.browser.take(seat.consumers.at(-1) ?? []);
    const [gone] = seat.heard.find(({ data }) => data?.receive)?.data.consumers ?? [];
    expect(await refused('media:layers', wish(gone.id))).toBe('NOT_FOUND');
    const [own] = seat.consumers.at(-1) ?? [];
    expect(await refused('media:layers', wish(own?.id ?? ''))).toBe('done');
  });

  it('is of the host from one page only, until they go on from another', async () => {
    const [before, viewer] = [await inside(provider), await inside(creator)];
    await before.browser.publish('video/vp8');
    await viewer.browser.watch();
    const now = await inside(provider);
    await expect(now.browser.publish('video/vp8')).rejects.toThrow(/live from another page/);
    now.seat.takesOver = true;
    await now.browser.publish('video/vp8');
    await eventually('only the later is published', () => {
      const publishers = new Set(viewer.seat.tracks.map(({ participantId }) => participantId));
      return publishers.size === 1 && publishers.has(now.seat.participantId);
    });
    await eventually('they are told what they receive', () => viewer.seat.consumers.at(-1)?.length === 2);
    await viewer.browser.take(viewer.seat.consumers.at(-1) ?? []);
    await sees(viewer.browser);
  });

  it('ends at once for who is banned', async () => {
    const host = await inside(provider);
    await host.browser.publish('video/vp8');
    const troll = await inside(stranger);
    await troll.browser.watch();
    await host.seat.request('chat:ban', { userId: stranger.id, banned: true });
    await eventually('their media is gone', async () => (await near.health()).participants === 1);
  });
});

describe('when something breaks', () => {
  it('the Worker killed in the middle: the picture goes on, and everybody keeps their seat', async () => {
    const [host, viewer] = [await inside(provider), await inside(creator)];
    await host.browser.publish('video/vp8');
    await viewer.browser.watch();
    await sees(viewer.browser);
    const seatsBefore = [host, viewer].map(({ seat }) => seat.participantId);
    await system.worker.kill();
    await system.worker.start();
    for (const { seat } of [host, viewer]) await seat.comeBack();
    expect([host, viewer].map(({ seat }) => seat.participantId)).toEqual(seatsBefore);
    await sees(viewer.browser);
    expect(viewer.seat.told('media:rejoin')).toEqual([]);
    expect(viewer.seat.tracks).toHaveLength(2);
    const again = await inside(stranger);
    await again.browser.watch();
    await sees(again.browser);
    const joined = again.seat.heard.find(({ event }) => event === 'room:snapshot');
    expect(joined?.data.presence.viewers).toBe(2);
  });

  it('an origin killed in the middle: all are asked to join again, and see the picture again', async () => {
    const [host, viewer] = [await inside(provider), await inside(creator)];
    await host.browser.publish('video/vp8');
    await viewer.browser.watch();
    await sees(viewer.browser);
    const killedAt = performance.now();
    await near.kill();
    // A client that notices by itself, as browsers do within seconds, asks to join again before anyone tells it.
    await host.browser.publish('video/vp8');
    await eventually('the viewer is asked', () => viewer.seat.told('media:rejoin').length > 0);
    expect(viewer.seat.told('media:rejoin')[0]?.data).toMatchObject({ reason: 'origin_lost' });
    await viewer.browser.watch();
    await sees(viewer.browser);
    report('origin killed, picture again after', performance.now() - killedAt);
    expect(await far.health()).toMatchObject({ rooms: 1, participants: 2 });
    await near.start();
  });

  it('an origin killed while somebody was away: they are asked when they come back', async () => {
    const [host, viewer] = [await inside(provider), await inside(creator)];
    // There is nothing to see yet, so that nothing shows that it is lost.
    await viewer.browser.watch();
    viewer.seat.drop();
    await near.kill();
    await host.browser.publish('video/vp8');
    await viewer.seat.comeBack();
    await eventually('the viewer is asked', () => viewer.seat.told('media:rejoin').length > 0);
    await viewer.browser.watch();
    await sees(viewer.browser);
    await near.start();
  });

  it('an origin killed where nobody notices: the room finds out by itself', async () => {
    const [host, viewer] = [await inside(provider), await inside(creator)];
    await host.browser.publish('video/vp8');
    await viewer.browser.watch();
    const killedAt = performance.now();
    await near.kill();
    await eventually(
      'both are asked',
      () => [host, viewer].every(({ seat }) => seat.told('media:rejoin').length > 0),
      60_000,
    );
    report('origin killed, noticed after', performance.now() - killedAt);
    await near.start();
  });

  it('an origin that is stopped leaves when all have moved', async () => {
    const [host, viewer] = [await inside(provider), await inside(creator)];
    await host.browser.publish('video/vp8');
    await viewer.browser.watch();
    const stopping = near.stop();
    await eventually('both are asked', () =>
      [host, viewer].every(({ seat }) => seat.told('media:rejoin').length > 0),
    );
    expect(host.seat.told('media:rejoin')[0]?.data).toMatchObject({ reason: 'origin_moving' });
    await host.browser.publish('video/vp8');
    await viewer.browser.watch();
    await sees(viewer.browser);
    await stopping;
    await near.start();
  });
});
