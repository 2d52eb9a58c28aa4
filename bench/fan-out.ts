import { Crowd, type Delivered } from './clients/crowd.ts';
import { type OpenRoomSocket, openSocketIo, openTapLive } from './clients/room-socket.ts';
import { interleaved } from './measure/interleaved.ts';
import { cpuSeconds } from './measure/process-tree.ts';
import { medianOf, percentile } from './measure/statistics.ts';
import type { Aim, Line, PartResult } from './report.ts';
import { startSocketIo } from './rivals/socket-io.ts';
import { EVENTS, insertAcceptedOrder } from './stack/orders.ts';
import { type Person, signInPeople } from './stack/people.ts';
import type { Stack } from './stack/stack.ts';

const ROUNDS = 3;

/** `rooms` with one provider each, who sends so many fixes a second. */
const SCENARIOS = [
  { rooms: 1, subscribers: 100, perSecond: 20, seconds: 4 },
  { rooms: 1, subscribers: 500, perSecond: 20, seconds: 3 },
  { rooms: 1, subscribers: 1_000, perSecond: 20, seconds: 3 },
  { rooms: 10, subscribers: 100, perSecond: 20, seconds: 3 },
  { rooms: 1, subscribers: 1_000, perSecond: 1, seconds: 6 },
] as const;
type Scenario = (typeof SCENARIOS)[number];

type Contender = 'ours' | 'rival' | 'tunedRival';
type Server = { url: string; pid: number; open: OpenRoomSocket };
type Servers = Record<Contender, Server>;

type Measured = { updates: number; frames: number; p50: number; p99: number; load: number };

/** Positions of a provider on their way to everyone who watches, against socket.io. */
export async function fanOut(
  stack: Stack,
  cleanup: AsyncDisposableStack,
  log: (line: string) => void,
): Promise<PartResult> {
  const [tapLive, plain, coalesced] = await Promise.all([
    stack.startTapLive(),
    startSocketIo(stack, cleanup, { coalesced: false }),
    startSocketIo(stack, cleanup, { coalesced: true }),
  ]);
  const servers: Servers = {
    ours: { url: tapLive.url, pid: tapLive.pid, open: openTapLive },
    rival: { url: plain.url, pid: plain.pid, open: openSocketIo },
    tunedRival: { url: coalesced.url, pid: coalesced.pid, open: openSocketIo },
  };
  const [creators, providers] = await Promise.all([
    signInPeople(stack.db, stack.jwtSecret, 'creator', 10),
    signInPeople(stack.db, stack.jwtSecret, 'provider', 10),
  ]);

  const lines: Line[] = [];
  let busiest = 0;
  for (const scenario of SCENARIOS) {
    log(nameOf(scenario));
    const crowds = await gather(stack, servers, scenario, creators, providers);
    const rounds = await interleaved<Contender, Measured>(ROUNDS, {
      ours: () => measure(servers.ours, crowds.ours, scenario),
      rival: () => measure(servers.rival, crowds.rival, scenario),
      tunedRival: () => measure(servers.tunedRival, crowds.tunedRival, scenario),
    });
    for (const crowd of Object.values(crowds).flat()) crowd.leave();
    busiest = Math.max(busiest, ...Object.values(rounds).flatMap((each) => each.map(({ load }) => load)));
    const ours = medianOf(rounds.ours);
    const rival = medianOf(rounds.rival);
    const tunedRival = medianOf(rounds.tunedRival);
    const line = (
      measurement: string,
      unit: string,
      better: Line['better'],
      figure: keyof Measured,
    ): Line => ({
      part: 'fan-out',
      measurement: `${nameOf(scenario)}: ${measurement}`,
      unit,
      better,
      ours: ours[figure],
      rival: rival[figure],
      tunedRival: tunedRival[figure],
    });
    lines.push(
      line('updates delivered', '/CPU s', 'higher', 'updates'),
      line('frames sent', '/CPU s', 'higher', 'frames'),
      line('latency p50', 'ms', 'lower', 'p50'),
      line('latency p99', 'ms', 'lower', 'p99'),
    );
  }
  await tapLive.kill();
  const note = `Fan-out: the clients' process used at most ${busiest.toFixed(2)} of a core, so they were not what was measured.`;
  return { lines, aims: aimsOf(lines), notes: [note] };
}

function nameOf({ rooms, subscribers, perSecond }: Scenario): string {
  const audience = `${subscribers.toLocaleString('en-US')} subscribers`;
  return `${rooms === 1 ? audience : `${rooms} rooms of ${audience}`} × ${perSecond}/s`;
}

async function gather(
  stack: Stack,
  servers: Servers,
  { rooms, subscribers }: Scenario,
  creators: Person[],
  providers: Person[],
): Promise<Record<Contender, Crowd[]>> {
  const crowds: Record<Contender, Crowd[]> = { ours: [], rival: [], tunedRival: [] };
  for (let room = 0; room < rooms; room++) {
    const creator = creators[room];
    const provider = providers[room];
    if (!creator || !provider) throw new Error('there are people for every room');
    const orderId = await insertAcceptedOrder(stack.db, creator, provider);
    for (const contender of ['ours', 'rival', 'tunedRival'] as const) {
      const { open, url } = servers[contender];
      const crowd = await Crowd.gather(open, url, { orderId, creator, provider, since: EVENTS });
      await crowd.growTo(subscribers, EVENTS);
      crowds[contender].push(crowd);
    }
  }
  return crowds;
}

async function measure(server: Server, crowds: Crowd[], scenario: Scenario): Promise<Measured> {
  const before = { cpu: cpuSeconds(server.pid), own: process.cpuUsage(), time: performance.now() };
  const delivered = await Promise.all(
    crowds.map((crowd) => crowd.drive(scenario.perSecond, scenario.seconds)),
  );
  const cpu = cpuSeconds(server.pid) - before.cpu;
  const own = process.cpuUsage(before.own);
  const total = (figure: 'updates' | 'frames') =>
    delivered.reduce((sum: number, each: Delivered) => sum + each[figure], 0);
  const latencies = delivered.flatMap((each) => each.latencies);
  return {
    updates: total('updates') / cpu,
    frames: total('frames') / cpu,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    load: (own.user + own.system) / 1000 / (performance.now() - before.time),
  };
}

function aimsOf(lines: readonly Line[]): Aim[] {
  const find = (text: string): Line => {
    const line = lines.find(({ measurement }) => measurement === text);
    if (!line) throw new Error(`nothing measured ${text}`);
    return line;
  };
  const several = find('10 rooms of 100 subscribers × 20/s: updates delivered');
  const latency = find('100 subscribers × 20/s: latency p99');
  const [asWritten, coalesced] = [latency.rival, latency.tunedRival].map(
    (rival) => latency.ours / (rival ?? 0),
  );
  return [
    {
      aim: 'more updates per CPU second than socket.io, several sources at once',
      reached: `${Math.round(several.ours).toLocaleString('en-US')} against ${Math.round(several.rival ?? 0).toLocaleString('en-US')}`,
      met: several.ours > (several.rival ?? 0),
    },
    {
      aim: 'fan-out p99 ≤ 1.5 × that of socket.io with the same tick, 100 × 20/s',
      reached: `${(coalesced ?? 0).toFixed(2)} ×`,
      met: (coalesced ?? 0) <= 1.5,
    },
    {
      aim: 'fan-out p99 ≤ 1.5 × that of socket.io as people write it, 100 × 20/s',
      reached: `${(asWritten ?? 0).toFixed(2)} ×`,
      met: (asWritten ?? 0) <= 1.5,
    },
  ];
}
