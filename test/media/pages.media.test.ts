import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShowView } from '#domain/live/show-view.ts';
import type { Credentials } from '#scripts/demo/api.ts';
import { freePort } from '#scripts/free-port.ts';
import { eventually } from '#sfu-origin/test/eventually.ts';
import { NetworkPath } from '#sfu-origin/test/network-path.ts';
import { report } from '#sfu-origin/test/report.ts';
import { type Caller, HttpClient } from '#test/chaos/http-client.ts';
import { acceptedOrder } from '#test/chaos/orders.ts';
import { saveCard } from '#test/chaos/people.ts';
import { type System, startSystem } from '#test/chaos/system.ts';
import { busiestMediaWorkerOf, mediaSocketsOf } from './media-sockets.ts';
import { MEDIA_ORIGIN_SECRET, OriginProcess } from './origin-process.ts';
import { type LivePage, Pages } from './pages.ts';

/**
 * A show as people have it: the studio and five viewers in the web app's own pages, over a network that can go away, with a
 * real Worker and a real origin that are killed. Times are reported, not asserted: the machine may be busy.
 */

const PLACE = { latitude: 38.7139, longitude: -9.1394 };
/** Browsers reach everything here; what they send is passed on to the other. */
const NETWORK = '127.0.0.2';
/** The same for one viewer alone. */
const OWN_NETWORK = '127.0.0.3';
const LOOPBACK = '127.0.0.1';
const VIEWERS = 5;
/** Longer than a transport takes to notice. */
const AWAY_MS = 8_000;
/** The fake camera has twenty pictures a second. */
const STANDS_STILL_MS = 200;
const NOTHING = { routers: 0, transports: 0, producers: 0, consumers: 0 };

type Person = Caller & Credentials & { readonly username: string };

const cleanup = new AsyncDisposableStack();
afterAll(() => cleanup.disposeAsync());

let system: System;
let http: HttpClient;
let origin: OriginProcess;
let network: NetworkPath;
let ownNetwork: NetworkPath;
/** Open at the origin before anybody was there. */
let socketsBefore: number;
let pages: Pages;
let showId: string;
let creator: Person;
let provider: Person;
let studio: LivePage;
/** One of the viewers, on a network of its own. */
let phone: LivePage;
const viewers: LivePage[] = [];

beforeAll(async () => {
  const webApp = await mkdtemp(join(tmpdir(), 'taplive-web-'));
  cleanup.defer(() => rm(webApp, { recursive: true, force: true }));
  const root = fileURLToPath(new URL('../../web', import.meta.url));
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: webApp },
  });
  system = await startSystem(cleanup, { MEDIA_BACKEND: 'sfu-origin', MEDIA_ORIGIN_SECRET }, webApp);
  http = new HttpClient(system.url);
  const rtcPort = await freePort();
  const edgePort = Number(new URL(system.url).port);
  const way = { to: LOOPBACK, ports: [edgePort, rtcPort, rtcPort + 1] };
  [origin, network, ownNetwork] = await Promise.all([
    OriginProcess.start(cleanup, system.url, {
      MEDIA_WORKERS: '2',
      RTC_LISTEN_IP: LOOPBACK,
      RTC_ANNOUNCED_ADDRESS: NETWORK,
      RTC_PORT: String(rtcPort),
    }),
    NetworkPath.create({ at: NETWORK, ...way }),
    NetworkPath.create({ at: OWN_NETWORK, ...way }),
  ]);
  cleanup.defer(() => network.close());
  cleanup.defer(() => ownNetwork.close());
  socketsBefore = await mediaSocketsOf(origin);
  pages = await Pages.open(`http://${NETWORK}:${edgePort}`);
  cleanup.defer(() => pages.close());

  [creator, provider] = [await register('creator'), await register('provider')];
  await saveCard(http, creator);
  showId = await acceptedOrderWithShow();
}, 180_000);

async function acceptedOrderWithShow(): Promise<string> {
  const orderId = await acceptedOrder(http, creator, provider, PLACE);
  await eventually('the order has its show', async () => (await show(orderId)) !== null);
  return orderId;
}

async function register(role: 'creator' | 'provider'): Promise<Person> {
  const username = `${role}-${crypto.randomUUID().slice(0, 8)}`;
  const account = { username, email: `${username}@example.com`, password: 'a password for tests' };
  const response = await fetch(`${system.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...account, role }),
  });
  const { data } = (await response.json()) as { data: { user: { id: string }; accessToken: string } };
  return { ...account, id: data.user.id, token: data.accessToken };
}

async function show(id = showId): Promise<ShowView | null> {
  const { data } = await http.send<{ show: ShowView } | null>(creator, 'GET', `/live-shows/${id}`);
  return data?.show ?? null;
}

/** What the origin's media workers hold, as its metrics say. */
async function census(): Promise<typeof NOTHING> {
  const text = await (await fetch(`${origin.address}/metrics`)).text();
  const of = (kind: string) =>
    Number(text.match(new RegExp(`^taplive_origin_${kind}{[^}]*} (\\d+)$`, 'm'))?.[1]);
  return {
    routers: of('routers'),
    transports: of('transports'),
    producers: of('producers'),
    consumers: of('consumers'),
  };
}

/** Everybody's picture moves and their sound comes. */
async function allSeeAndHear(): Promise<void> {
  for (const viewer of viewers) await seesAndHears(viewer);
}

async function seesAndHears(viewer: LivePage): Promise<void> {
  await viewer.isIn('playing');
  await eventually(
    'the picture moves and the sound comes',
    async () => {
      const { width, frames, soundBytes } = await viewer.playing();
      return width > 0 && frames > 0 && soundBytes > 0;
    },
    30_000,
  );
}

/** What was set up for media so far, by page: it stays the same where nothing has to be set up anew. */
function connectionsMade(of: readonly LivePage[]): Promise<number[]> {
  return Promise.all(of.map((one) => one.connectionsMade()));
}

/** How long each viewer was without a new picture at most since then, and at what time that was over. */
async function gapsSince(since: number, of = viewers): Promise<{ lengths: number[]; ends: number[] }> {
  const gaps = await Promise.all(of.map((viewer) => viewer.longestGap(since)));
  const ended = gaps.map(({ from, to }) => ({ from, to: to ?? Number.POSITIVE_INFINITY }));
  return { lengths: ended.map(({ from, to }) => to - from), ends: ended.map(({ to }) => to) };
}

/**
 * Waits until the picture of each of them has stood still and moves again. Nobody touches a page meanwhile.
 * @returns when it did, for each, in milliseconds since the epoch
 */
async function picturesAgain(since: number, of = viewers): Promise<number[]> {
  await eventually(
    'every picture was away and is back',
    async () =>
      (await gapsSince(since, of)).lengths.every((length) => length > STANDS_STILL_MS && length < Infinity),
    60_000,
  );
  await allSeeAndHear();
  return (await gapsSince(since, of)).ends;
}

describe('a show in the web app', () => {
  it('goes live, and five people see and hear it', { timeout: 120_000 }, async () => {
    const path = `/live/${showId}`;
    const invited = [await register('creator'), await register('provider')];
    for (const { username } of invited) {
      const body = { username };
      const answer = await http.write(creator, {
        method: 'POST',
        path: `/live-shows/${showId}/invitations`,
        body,
      });
      expect(answer.error).toBeNull();
    }
    studio = await pages.enter(provider, `${path}/studio`);
    const first = await pages.enter(creator, path);
    viewers.push(first);
    await first.isIn('not_live_yet');
    await http.write(provider, { method: 'PUT', path: '/providers/me/location', body: PLACE });
    await goLive(studio);
    await seesAndHears(first);
    await eventually(
      'the top layer is found to fit',
      async () => {
        const { width, height } = await first.playing();
        return width === 1280 && height === 720;
      },
      30_000,
    );

    for (const someone of invited) viewers.push(await pages.enter(someone, path));
    const passerBy = await pages.enter(await register('creator'), path);
    await passerBy.page.getByRole('heading', { name: 'This show is not open to you' }).waitFor();
    const opened = await http.write(creator, {
      method: 'PUT',
      path: `/live-shows/${showId}`,
      body: { visibility: 'public' },
    });
    expect(opened.error).toBeNull();
    await passerBy.page.reload();
    viewers.push(passerBy);
    phone = await pages.enter(await register('creator'), path, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      network: { announced: NETWORK, at: OWN_NETWORK },
    });
    viewers.push(phone);
    await allSeeAndHear();
    // The fake microphone beeps once a second.
    await eventually('it is no silence', async () => {
      const heard = await Promise.all(viewers.map((viewer) => viewer.playing()));
      return heard.every(({ soundEnergy }) => soundEnergy > 0);
    });
    expect(await show()).toMatchObject({ status: 'live' });
    const { data } = await http.send<{ order: { status: string } }>(creator, 'GET', `/orders/${showId}`);
    expect(data.order.status).toBe('active');
  });

  it('counts them, and carries what they say and feel', async () => {
    for (const { page } of [studio, ...viewers]) {
      const count = page.getByTestId('viewers').first();
      await eventually('five are counted', async () => /^\s*5\b/.test(await count.innerText()));
    }
    await studio.say('The tide is coming in.');
    await viewers[3]?.say('Lovely! Closer, please.');
    for (const one of [studio, ...viewers]) {
      await one.hears('The tide is coming in.');
      await one.hears('Lovely! Closer, please.');
    }
    const risen = studio.page.getByTestId('floating').locator('span').first().waitFor({ state: 'attached' });
    await viewers[1]?.page.getByRole('button', { name: 'Heart' }).click();
    await risen;
  });
});

describe('while it is live', { timeout: 120_000 }, () => {
  it('a media worker is killed: all see the picture again by themselves', async () => {
    const killedAt = Date.now();
    process.kill(await busiestMediaWorkerOf(origin), 'SIGKILL');
    const again = await picturesAgain(killedAt);
    report(
      'media worker killed, picture again after',
      again.map((at) => at - killedAt),
    );
  });

  it('the origin is killed, and started again: all see the picture again', async () => {
    const killedAt = Date.now();
    await origin.kill();
    await origin.start();
    const startedAt = Date.now();
    const again = await picturesAgain(killedAt);
    report(
      'origin killed, picture again after',
      again.map((at) => at - killedAt),
    );
    report(
      '  since it was there again',
      again.map((at) => at - startedAt),
    );
  });

  it('the Worker is killed, and started again: the picture goes on, and so does the chat', async () => {
    const before = await connectionsMade([studio, ...viewers]);
    const killedAt = Date.now();
    await system.worker.kill();
    await system.worker.start();
    await viewers[0]?.say('Still here?');
    for (const one of [studio, ...viewers]) await one.hears('Still here?');
    await allSeeAndHear();
    expect(await connectionsMade([studio, ...viewers])).toEqual(before);
    const { lengths } = await gapsSince(killedAt);
    report('edge Worker killed, longest without a new picture', lengths);
  });

  it('one viewer’s network goes away and comes back: so does their picture, and nobody else notices', async () => {
    const others = [studio, ...viewers.filter((viewer) => viewer !== phone)];
    const before = await connectionsMade(others);
    const wentAt = Date.now();
    ownNetwork.goAway();
    await phone.isIn('reconnecting');
    for (const viewer of viewers) if (viewer !== phone) await seesAndHears(viewer);
    ownNetwork.comeBack();
    const backAt = Date.now();
    const again = await picturesAgain(wentAt, [phone]);
    expect(await connectionsMade(others)).toEqual(before);
    report(
      `one network away for ${backAt - wentAt} ms, picture again after its return`,
      again.map((at) => at - backAt),
    );
  });

  it('everybody’s network goes away and comes back: so does the picture', async () => {
    const wentAt = Date.now();
    for (const each of [network, ownNetwork]) each.goAway();
    for (const viewer of viewers) await viewer.isIn('reconnecting');
    await sleep(AWAY_MS);
    for (const each of [network, ownNetwork]) each.comeBack();
    const backAt = Date.now();
    const again = await picturesAgain(wentAt);
    report(
      `network away for ${backAt - wentAt} ms, picture again after its return`,
      again.map((at) => at - backAt),
    );
  });
});

describe('its end', () => {
  it('is told to everybody, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const end = studio.page.getByRole('button', { name: 'End the show' });
    await end.click();
    await studio.page.getByText('End it for everyone?').waitFor();
    await end.click();
    for (const one of [studio, ...viewers]) await one.saysThatItIsOver();

    await eventually(
      'nothing is left at the origin',
      async () => JSON.stringify(await census()) === JSON.stringify(NOTHING),
    );
    expect(await origin.health()).toMatchObject({ rooms: 0, participants: 0, producers: 0, consumers: 0 });
    await eventually('no socket is left at the origin', async () => {
      return (await mediaSocketsOf(origin)) === socketsBefore;
    });
    expect(await studio.captured()).toBe(0);
    for (const one of [studio, ...viewers]) {
      await eventually('no socket and no connection is left in a page', async () => {
        return one.roomSockets === 0 && (await one.connections()) === 0;
      });
      expect(one.errors).toEqual([]);
    }
    expect(await show()).toMatchObject({ status: 'ended', peakViewers: VIEWERS });
  });

  it('comes to the studio from others too, which lets go of camera and microphone', {
    timeout: 60_000,
  }, async () => {
    const orderId = await acceptedOrderWithShow();
    await http.write(provider, { method: 'PUT', path: '/providers/me/location', body: PLACE });
    await studio.page.goto(`/live/${orderId}/studio`);
    await goLive(studio);
    expect(await studio.captured()).toBe(2);
    const path = `/orders/${orderId}/complete`;
    const completed = await http.write(creator, { method: 'POST', path, body: {} });
    expect(completed.error).toBeNull();
    await studio.saysThatItIsOver();
    await eventually('nothing is captured or connected any more', async () => {
      const open = await Promise.all([studio.captured(), studio.connections()]);
      return open.every((count) => count === 0) && studio.roomSockets === 0;
    });
  });
});

/** Presses the studio's button, and waits until it says that the show is live. */
async function goLive({ page }: LivePage): Promise<void> {
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.locator('[data-testid="studio"] .stage-tag-live').waitFor();
}
