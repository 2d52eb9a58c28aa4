import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import * as z from 'zod';
import { httpLoad, type LoadRequest, send } from './clients/http-load.ts';
import { interleaved } from './measure/interleaved.ts';
import { cpuSeconds } from './measure/process-tree.ts';
import { medianOf, percentile } from './measure/statistics.ts';
import type { Line, PartResult } from './report.ts';
import type { ExpressMessage } from './rivals/express-server.ts';
import { startForked } from './stack/forked.ts';
import { PLACE } from './stack/orders.ts';
import { type Person, signInPeople } from './stack/people.ts';
import type { Stack } from './stack/stack.ts';

const ROUNDS = 3;
const LOAD = { seconds: 2.5, concurrency: 16 };

/** Many, because each may send 5,000 requests in 15 minutes and no more. */
const PEOPLE = 40;

/** What everybody has placed before anything is measured. */
const ORDERS_EACH = 5;

type Server = { url: string; pid: number };
type Measured = { perCpu: number; perCpuWithGateway: number; p50: number; p99: number };
type Placed = { person: Person; orderId: string };

/** Placing, reading and listing orders, against a plain Express server on the same tables. */
export async function api(
  stack: Stack,
  cleanup: AsyncDisposableStack,
  log: (line: string) => void,
): Promise<PartResult> {
  const tapLive = await stack.startTapLive();
  const express = await startForked<ExpressMessage>(new URL('./rivals/express-server.ts', import.meta.url), {
    DATABASE_URL: stack.databaseUrl,
    JWT_SECRET: stack.jwtSecret,
    NODE_ENV: 'production',
  });
  cleanup.defer(() => express.kill());
  const people = await signInPeople(stack.db, stack.jwtSecret, 'creator', PEOPLE);
  const placed = await placeOrders(tapLive.url, people);

  const lines: Line[] = [];
  for (const [name, makeRequest] of Object.entries(requestsOf(people, placed))) {
    log(name);
    const rounds = await interleaved<'ours' | 'rival', Measured>(ROUNDS, {
      ours: () => measure(tapLive, stack.gatewayPid, makeRequest),
      rival: () => measure({ url: express.ready.url, pid: express.pid }, null, makeRequest),
    });
    const ours = medianOf(rounds.ours);
    const rival = medianOf(rounds.rival);
    const line = (
      measurement: string,
      unit: string,
      better: Line['better'],
      figure: keyof Measured,
    ): Line => ({
      part: 'api',
      measurement: `${name}: ${measurement}`,
      unit,
      better,
      ours: ours[figure],
      rival: rival[figure],
      tunedRival: null,
    });
    lines.push(
      line('requests', '/CPU s', 'higher', 'perCpu'),
      line('requests, the gateway counted', '/CPU s', 'higher', 'perCpuWithGateway'),
      line('latency p50', 'ms', 'lower', 'p50'),
      line('latency p99', 'ms', 'lower', 'p99'),
    );
  }
  await tapLive.kill();
  await express.kill();
  return {
    lines,
    aims: [],
    notes: [
      'API: beyond the same statements, TapLive checks in every request that the session still lives and counts it ' +
        'against an exact limit (in the person object), validates against the published schemas, answers with rate-limit ' +
        'and security headers, and logs a line. Placing an order also makes its room, sets its deadline, and tells the ' +
        'cells around it; with an Idempotency-Key it reserves the key and keeps the answer. Express does none of this.',
    ],
  };
}

/** The requests of each kind, made anew for each sending. */
function requestsOf(people: Person[], placed: Placed[]): Record<string, () => LoadRequest> {
  const person = taking(people);
  const order = taking(placed);
  return {
    'place an order': () => placing(person()),
    'place an order with an Idempotency-Key': () => {
      const request = placing(person());
      return { ...request, headers: { ...request.headers, 'Idempotency-Key': randomUUID() } };
    },
    'read an order': () => {
      const { person, orderId } = order();
      return { method: 'GET', path: `/api/v1/orders/${orderId}`, headers: signedIn(person), expect: 200 };
    },
    'list own orders (20 a page)': () => ({
      method: 'GET',
      path: '/api/v1/orders',
      headers: signedIn(person()),
      expect: 200,
    }),
  };
}

const placedAnswer = z.object({ data: z.object({ order: z.object({ id: z.string() }) }) });

async function placeOrders(url: string, people: Person[]): Promise<Placed[]> {
  const creators = people.flatMap((person) => Array.from({ length: ORDERS_EACH }, () => person));
  const place = async (person: Person): Promise<Placed> => {
    const { status, text } = await send(url, placing(person));
    if (status !== 201) throw new Error(`placing an order: ${status} ${text}`);
    return { person, orderId: placedAnswer.parse(JSON.parse(text)).data.order.id };
  };
  return pMap(creators, place, { concurrency: LOAD.concurrency });
}

function placing(person: Person): LoadRequest {
  const body = JSON.stringify({
    title: 'Show me the market square',
    description: 'Is the fountain running, and how long is the line at the ice cream parlour?',
    location: {
      latitude: PLACE.latitude + (Math.random() - 0.5) / 10,
      longitude: PLACE.longitude + (Math.random() - 0.5) / 10,
      address: 'Stephansplatz 1',
      locality: 'Vienna',
    },
    baseAmount: 25,
    currency: 'EUR',
    tags: ['market'],
  });
  return {
    method: 'POST',
    path: '/api/v1/orders',
    headers: {
      ...signedIn(person),
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    },
    body,
    expect: 201,
  };
}

function signedIn({ token }: Person): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

function taking<T>(items: readonly T[]): () => T {
  let index = 0;
  return () => {
    const item = items[index++ % items.length];
    if (item === undefined) throw new Error('there is nothing to take from');
    return item;
  };
}

async function measure(
  { url, pid }: Server,
  gatewayPid: number | null,
  makeRequest: () => LoadRequest,
): Promise<Measured> {
  const used = () => ({ server: cpuSeconds(pid), gateway: gatewayPid === null ? 0 : cpuSeconds(gatewayPid) });
  const before = used();
  const { answered, latencies } = await httpLoad(url, makeRequest, LOAD);
  const after = used();
  const server = after.server - before.server;
  return {
    perCpu: answered / server,
    perCpuWithGateway: answered / (server + after.gateway - before.gateway),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
