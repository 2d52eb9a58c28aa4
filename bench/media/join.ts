import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { freePort } from '#scripts/free-port.ts';
import { bundlePage, launchChromium } from '#sfu-origin/test/browser/chromium.ts';
import { Participants } from '#sfu-origin/test/browser/participants.ts';
import { TestEdge } from '#sfu-origin/test/edge.ts';
import { LiveRoom } from '#sfu-origin/test/live-room.ts';
import { NetworkPath } from '#sfu-origin/test/network-path.ts';
import { SECRET } from '#sfu-origin/test/origins.ts';
import type { Log } from '../benchmark.ts';
import { interleaved } from '../measure/interleaved.ts';
import { percentile } from '../measure/statistics.ts';
import type { Aim, Line, PartResult } from '../report.ts';
import { startForked } from '../stack/forked.ts';
import { serveLiveRoom } from './join/live-room-socket.ts';
import type { OriginMessage } from './join/origin-process.ts';
import type { Joined } from './join/page.ts';

const JOINS = 20;
/** The first joins of a page compile what the later ones run. */
const WARM_UP = 2;
/** Browsers give no two key frames within 300 ms: what came before a join is to leave it alone. */
const PAUSE_MS = 600;

/** `behind`: whoever is measured joins when somebody else has just got their first picture. */
const SCENARIOS = [
  { name: '0 ms away', roundTripMs: 0, behind: false },
  { name: '80 ms away', roundTripMs: 80, behind: false },
  { name: '0 ms away, right behind another viewer', roundTripMs: 0, behind: true },
] as const;
type ScenarioName = (typeof SCENARIOS)[number]['name'];

const SERVERS = '127.0.0.1';
/** Where browsers believe the servers to be: the network is in between. */
const NETWORK = '127.0.0.2';

type Contender = 'ours' | 'rival';
type Figures = { p50: number; p95: number; messages: number };
type Watch = (contender: Contender) => Promise<Joined>;

/** From a viewer's first message to their first picture, against the signalling of mediasoup's own demo. */
export async function join(cleanup: AsyncDisposableStack, log: Log): Promise<PartResult> {
  log('joining: an origin, a publisher and a viewer');
  const { watch, network } = await stage(cleanup);
  const figures = new Map<ScenarioName, Record<Contender, Figures>>();
  for (const { name, roundTripMs, behind } of SCENARIOS) {
    network.delayMs = roundTripMs / 2;
    const joinOnce = (contender: Contender) => async () => {
      await sleep(PAUSE_MS);
      if (behind) await watch(contender);
      return watch(contender);
    };
    const contenders = { ours: joinOnce('ours'), rival: joinOnce('rival') };
    await interleaved<Contender, Joined>(WARM_UP, contenders);
    log(`joining: ${JOINS} times each, ${name}`);
    const joined = await interleaved<Contender, Joined>(JOINS, contenders);
    figures.set(name, { ours: figuresOf(joined.ours), rival: figuresOf(joined.rival) });
  }
  const of = (name: ScenarioName) => {
    const found = figures.get(name);
    if (!found) throw new Error(`${name} was not measured`);
    return found;
  };
  const line = (measurement: string, unit: string, name: ScenarioName, figure: keyof Figures): Line => ({
    part: 'join',
    measurement,
    unit,
    better: 'lower',
    ours: of(name).ours[figure],
    rival: of(name).rival[figure],
    tunedRival: null,
  });
  return {
    lines: [
      ...SCENARIOS.flatMap(({ name }) =>
        (['p50', 'p95'] as const).map((figure) =>
          line(`first picture, ${name}: ${figure}`, 'ms', name, figure),
        ),
      ),
      line('messages until the first picture, both ways', '', '80 ms away', 'messages'),
    ],
    aims: aimsOf(of('80 ms away'), of('0 ms away, right behind another viewer')),
    notes: [
      `Joining: ${JOINS} joins of each signalling in turn, a new Device and a new PeerConnection each time, on one worker, router, port and publisher (720p, VP8, three layers). ` +
        'How far away it is, is the round trip of everything between browsers and servers: sockets, ICE, DTLS, RTP, and the publisher’s. ' +
        'TapLive’s exchanges pass through a second process, as they do through the edge, at no distance from the origin.',
    ],
  };
}

function aimsOf(far: Record<Contender, Figures>, behind: Record<Contender, Figures>): Aim[] {
  const ratio = far.rival.p50 / far.ours.p50;
  return [
    {
      aim: 'a viewer is playing after two exchanges',
      reached: `${far.ours.messages} messages`,
      met: far.ours.messages === 4,
    },
    {
      aim: 'first picture ≥ 1.3 × sooner than by the usual signalling, 80 ms away, p50',
      reached: `${ratio.toFixed(2)} ×`,
      met: ratio >= 1.3,
    },
    {
      aim: 'who joins right behind another waits < 1 s, p95',
      reached: `${Math.round(behind.ours.p95)} ms`,
      met: behind.ours.p95 < 1_000,
    },
  ];
}

function figuresOf(joined: Joined[]): Figures {
  const times = joined.map(({ milliseconds }) => milliseconds);
  const messages = joined.map((each) => each.messages);
  return {
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    messages: percentile(messages, 0.5),
  };
}

/** Sets up all that joins need: an origin with a publisher, the rival beside it, a viewer's page, and the network between. */
async function stage(cleanup: AsyncDisposableStack): Promise<{ watch: Watch; network: NetworkPath }> {
  const edge = await TestEdge.create();
  cleanup.defer(() => edge.close());
  const rtcPort = await freePort();
  const origin = await startForked<OriginMessage>(new URL('./join/origin-process.ts', import.meta.url), {
    ORIGIN_ID: 'test',
    EDGE_URL: edge.url,
    MEDIA_SECRET: SECRET,
    CONTROL_PORT: '0',
    MEDIA_WORKERS: '1',
    RTC_LISTEN_IP: SERVERS,
    RTC_ANNOUNCED_ADDRESS: NETWORK,
    RTC_PORT: String(rtcPort),
  });
  cleanup.defer(() => origin.kill());
  const { address, demoPort } = origin.ready;
  const room = new LiveRoom({ address });
  await room.command('openRoom', {}, {});
  const roomPort = await serveLiveRoom(room, cleanup);
  const network = await NetworkPath.create({
    at: NETWORK,
    to: SERVERS,
    ports: [rtcPort, demoPort, roomPort],
  });
  cleanup.defer(() => network.close());

  const participants = await Participants.create();
  cleanup.defer(() => participants.close());
  await (await participants.open(room, 'host')).publish('video/vp8');

  const page = await openViewerPage(cleanup);
  const urls = { ours: `ws://${NETWORK}:${roomPort}`, rival: `ws://${NETWORK}:${demoPort}` };
  const watch: Watch = (contender) =>
    page.evaluate(([name, url]) => window.viewers[name](url), [contender, urls[contender]] as const);
  return { watch, network };
}

async function openViewerPage(cleanup: AsyncDisposableStack): Promise<Page> {
  // A real server: from a page that comes from nowhere, browsers do not connect to their own machine.
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<body>'),
  );
  server.listen(0, SERVERS);
  await once(server, 'listening');
  cleanup.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const chromium = await launchChromium();
  cleanup.defer(() => chromium.close());
  const page = await chromium.newPage();
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await page.goto(`http://${SERVERS}:${port}/`);
  await page.addScriptTag({ content: await bundlePage(new URL('./join/page.ts', import.meta.url)) });
  return page;
}
