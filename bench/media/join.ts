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

const ROUND_TRIPS_MS = [0, 80] as const;

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
  const joinAlone = (contender: Contender) => async () => {
    await sleep(PAUSE_MS);
    return watch(contender);
  };
  const joinBehind = async () => {
    await joinAlone('ours')();
    return watch('ours');
  };
  const alone = { ours: joinAlone('ours'), rival: joinAlone('rival') };
  await interleaved<Contender, Joined>(WARM_UP, alone);
  const figures = new Map<number, Record<Contender, Figures>>();
  for (const roundTripMs of ROUND_TRIPS_MS) {
    log(`joining: ${JOINS} times each, ${roundTripMs} ms away`);
    network.delayMs = roundTripMs / 2;
    const { ours, rival } = await interleaved<Contender, Joined>(JOINS, alone);
    figures.set(roundTripMs, { ours: figuresOf(ours), rival: figuresOf(rival) });
  }
  log(`joining: ${JOINS} times right behind another viewer`);
  network.delayMs = 0;
  const behind = figuresOf((await interleaved(JOINS, { ours: joinBehind })).ours);

  const far = figures.get(80);
  if (!far) throw new Error('80 ms was measured');
  const line = { part: 'join', better: 'lower', tunedRival: null } as const;
  const percentiles = ['p50', 'p95'] as const;
  return {
    lines: [
      ...[...figures].flatMap(([roundTripMs, { ours, rival }]) =>
        percentiles.map((figure): Line => {
          const measurement = `first picture, ${roundTripMs} ms away: ${figure}`;
          return { ...line, measurement, unit: 'ms', ours: ours[figure], rival: rival[figure] };
        }),
      ),
      ...percentiles.map((figure): Line => {
        const measurement = `first picture, right behind another viewer: ${figure}`;
        return { ...line, measurement, unit: 'ms', ours: behind[figure], rival: null };
      }),
      {
        ...line,
        measurement: 'messages until the first picture, both ways',
        unit: '',
        ours: far.ours.messages,
        rival: far.rival.messages,
      },
    ],
    aims: aimsOf(far, behind),
    notes: [
      `Joining: ${JOINS} joins of each signalling in turn, on one worker, router, port and publisher (720p, VP8, three layers). ` +
        'TapLive’s exchanges pass through a second process, as they do through the edge, at no distance from the origin.',
    ],
  };
}

function aimsOf(far: Record<Contender, Figures>, behind: Figures): Aim[] {
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
      reached: `${Math.round(behind.p95)} ms`,
      met: behind.p95 < 1_000,
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
