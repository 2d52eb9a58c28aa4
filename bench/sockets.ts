import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { type Entry, type OpenRoomSocket, openSocketIo, openTapLive } from './clients/room-socket.ts';
import { residentBytes } from './measure/process-tree.ts';
import type { Aim, Line, PartResult } from './report.ts';
import { startSocketIo } from './rivals/socket-io.ts';
import { EVENTS, insertAcceptedOrder } from './stack/orders.ts';
import { type Person, signInPeople } from './stack/people.ts';
import type { Stack } from './stack/stack.ts';

const ROOMS = 20;
const SOCKETS_PER_ROOM = 100;

/** So many of each room's are opened before memory is first read, so that what a server needs once does not count. */
const WARM_UP_PER_ROOM = 5;

/** An idle room hibernates after some 10 s; what it then holds is what an idle socket costs. */
const IDLE_MS = 15_000;

const RESUMING = 1_000;

/** Everybody who resumes has missed so many events. */
const MISSED = 3;

const MOST_RETRIES = 20;
const RETRY_MS = 200;

const GIB = 2 ** 30;

type Server = {
  url: string;
  pid(): number;
  open: OpenRoomSocket;
  restart(): Promise<void>;
  /** How often Postgres was asked so far. */
  requests(): Promise<number>;
};
type Order = { orderId: string; creator: Person };

/** What sockets cost that only wait, and what happens when all of a room are dropped at once. */
export async function sockets(
  stack: Stack,
  cleanup: AsyncDisposableStack,
  log: (line: string) => void,
): Promise<PartResult> {
  const [tapLive, socketIo] = await Promise.all([
    stack.startTapLive(),
    startSocketIo(stack, cleanup, { coalesced: false }),
  ]);
  const servers = {
    ours: { ...methodsOf(tapLive), requests: stack.gatewayRequests, open: openTapLive },
    rival: { ...methodsOf(socketIo), requests: socketIo.requests, open: openSocketIo },
  };
  const orders = await makeOrders(stack);

  log(`${ROOMS * SOCKETS_PER_ROOM} idle sockets`);
  const [ours, rival] = await Promise.all([idle(servers.ours, orders), idle(servers.rival, orders)]);
  log(`a drop of ${RESUMING} sockets`);
  const [order] = orders;
  if (!order) throw new Error('there are orders');
  // One after the other: each takes all the CPU that there is.
  const resumed = { ours: await resume(servers.ours, order), rival: await resume(servers.rival, order) };
  await tapLive.kill();

  const line = (figures: Pick<Line, 'measurement' | 'unit' | 'better' | 'ours' | 'rival'>): Line => ({
    part: 'sockets',
    tunedRival: null,
    ...figures,
  });
  const drop = `resume after a drop of ${RESUMING.toLocaleString('en-US')}`;
  return {
    lines: [
      line({
        measurement: 'idle sockets',
        unit: '/GiB',
        better: 'higher',
        ours: GIB / ours,
        rival: GIB / rival,
      }),
      line({
        measurement: `${drop}: until the last has all it missed`,
        unit: 'ms',
        better: 'lower',
        ours: resumed.ours.milliseconds,
        rival: resumed.rival.milliseconds,
      }),
      line({
        measurement: `${drop}: requests to Postgres`,
        unit: '',
        better: 'lower',
        ours: resumed.ours.requests,
        rival: resumed.rival.requests,
      }),
    ],
    aims: [resumeAim(resumed.ours.requests)],
    notes: [
      'Sockets: the drop is the server killed and started again; the time begins when it listens. What a server keeps only ' +
        'in memory is gone then, as after a deploy. For TapLive the requests are counted at the gateway, its sweeper ' +
        `and health included. Clients that were turned away came back after 0.2–0.4 s: ${resumed.ours.retries} times to ` +
        `TapLive, ${resumed.rival.retries} times to socket.io.`,
    ],
  };
}

function methodsOf(server: { url: string; readonly pid: number; restart(): Promise<void> }) {
  return { url: server.url, pid: () => server.pid, restart: () => server.restart() };
}

function resumeAim(requests: number): Aim {
  return {
    aim: `${RESUMING.toLocaleString('en-US')} sockets resume without a query each`,
    reached: `${requests} requests to Postgres`,
    met: requests < RESUMING / 100,
  };
}

async function makeOrders(stack: Stack): Promise<Order[]> {
  const [creators, [provider]] = await Promise.all([
    signInPeople(stack.db, stack.jwtSecret, 'creator', ROOMS),
    signInPeople(stack.db, stack.jwtSecret, 'provider', 1),
  ]);
  if (!provider) throw new Error('there is a provider');
  return pMap(creators, async (creator) => ({
    creator,
    orderId: await insertAcceptedOrder(stack.db, creator, provider),
  }));
}

/** @returns bytes of resident memory for each idle socket */
async function idle(server: Server, orders: Order[]): Promise<number> {
  const open = (perRoom: number) => {
    const entries = orders.flatMap((order) => Array.from({ length: perRoom }, () => entryTo(server, order)));
    return pMap(entries, (entry) => server.open(entry), { concurrency: 20 });
  };
  const warmUp = await open(WARM_UP_PER_ROOM);
  await sleep(IDLE_MS);
  const before = residentBytes(server.pid());
  const opened = await open(SOCKETS_PER_ROOM);
  await sleep(IDLE_MS);
  const after = residentBytes(server.pid());
  for (const socket of [...warmUp, ...opened]) socket.cut();
  return (after - before) / opened.length;
}

/** What the drop of a room's sockets took. */
type Resumed = { milliseconds: number; requests: number; retries: number };

/** Fills a room, drops everybody by ending the server, and lets them all come back at once. */
async function resume(server: Server, order: Order): Promise<Resumed> {
  const entry = entryTo(server, order);
  await pMap(Array.from({ length: RESUMING }), () => server.open(entry), { concurrency: 50 });
  await server.restart();
  const before = await server.requests();
  const start = performance.now();
  const behind = { ...entry, since: EVENTS - MISSED };
  const retries = await Promise.all(Array.from({ length: RESUMING }, () => comeBack(server, behind)));
  return {
    milliseconds: performance.now() - start,
    requests: (await server.requests()) - before,
    retries: retries.reduce((sum, each) => sum + each, 0),
  };
}

/** Tries until it is let in, as clients do. @returns how often it was not */
async function comeBack(server: Server, entry: Entry): Promise<number> {
  for (let retries = 0; ; retries++) {
    try {
      await server.open(entry);
      return retries;
    } catch (error) {
      if (retries === MOST_RETRIES) throw error;
      await sleep(RETRY_MS * (1 + Math.random()));
    }
  }
}

function entryTo({ url }: Server, { orderId, creator }: Order): Entry {
  return { url, orderId, token: creator.token, since: EVENTS };
}
