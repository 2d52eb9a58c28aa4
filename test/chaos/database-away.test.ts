import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderTracks } from '#db/schema/index.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { eventually } from './eventually.ts';
import { type Answer, type Caller, HttpClient, type Write } from './http-client.ts';
import { acceptedOrder, draftAt } from './orders.ts';
import { type Population, settle, type Town } from './people.ts';
import { commanded, contradictions, effectsOwed, readRecords, stepsOwed } from './record.ts';
import { ResumingClient } from './resuming-client.ts';
import { type System, startSystem } from './system.ts';

/** How long the database is away. */
const AWAY_MS = Number(process.env.AWAY_SECONDS ?? 10) * 1_000;

/** A little more than a write may take: two tries of a statement, each given its ten seconds, after reserving its key. */
const ANSWERED_WITHIN_MS = 30_000;

/** The gateway's own timeouts, an alarm's growing pauses, and a sweep. */
const RECOVERED_WITHIN_MS = 120_000;

const cleanup = new AsyncDisposableStack();
afterAll(() => cleanup.disposeAsync());

let system: System;
let http: HttpClient;
let people: Population;

beforeAll(async () => {
  system = await startSystem(cleanup);
  http = new HttpClient(system.url);
  people = await settle(system, http, { creators: 2, towns: 2, providersEach: 2 });
}, 90_000);

const outages = [
  {
    what: 'Postgres hangs',
    town: 0,
    begin: async () => system.postgres.hang(),
    end: () => system.postgres.resume(),
  },
  {
    what: 'the gateway is killed',
    town: 1,
    begin: () => system.gateway.kill(),
    end: () => system.gateway.start(),
  },
];

describe.each(outages)(`$what for ${AWAY_MS / 1_000} s, under way`, ({ town: at, begin, end }) => {
  const attempts: { caller: Caller; write: Write; key: string }[] = [];
  const answers: Answer<unknown>[] = [];
  let creator: Caller;
  let provider: Caller;
  let orderId: string;
  let watching: ResumingClient;
  let offers: ResumingClient;
  let driving: Drive;
  /** When the creator was first seen to see the provider. */
  let watchedFrom: number;
  let positionsMeanwhile: number;
  let dropsMeanwhile: number;

  beforeAll(async () => {
    const town = people.towns[at] ?? people.towns[0];
    creator = people.creators[0];
    provider = town.providers[0];
    driving = drive(provider, town);
    await eventually('the provider is on the way', 30_000, async () => driving.accepted.length > 0);
    orderId = await acceptedOrder(http, creator, provider, town.place);
    watching = new ResumingClient(system.url, `/orders/${orderId}/room`, creator);
    offers = new ResumingClient(system.url, '/users/me/socket', provider);
    cleanup.defer(() => {
      watching.leave();
      offers.leave();
    });
    await eventually('the creator sees the provider', 20_000, async () => positions(watching) > 2);

    watchedFrom = Date.now();

    await begin();
    const before = positions(watching);
    const over = performance.now() + AWAY_MS;
    const asked: Promise<unknown>[] = [];
    try {
      while (performance.now() < over) {
        asked.push(tryWrite(creator, { method: 'POST', path: '/orders', body: draftAt(town.place) }));
        asked.push(tryWrite(provider, { method: 'POST', path: `/orders/${orderId}/start`, body: {} }));
        asked.push(tryOnce(provider, 'POST', `/orders/${orderId}/start`), tryOnce(creator, 'GET', '/orders'));
        await sleep(1_000);
        // They arrive while nobody can write it down.
        driving.arrived = true;
      }
      positionsMeanwhile = positions(watching) - before;
    } finally {
      await end();
    }
    await Promise.all(asked);
    dropsMeanwhile = watching.drops + offers.drops;
  }, AWAY_MS + 90_000);

  it('everything is answered in time, and what could not be done says when to try again', () => {
    const unavailable = answers.filter(({ status }) => status === 503);
    expect(unavailable.length).toBeGreaterThan(AWAY_MS / 1_000);
    for (const { status, error, headers, ms } of answers) {
      expect(ms).toBeLessThan(ANSWERED_WITHIN_MS);
      expect(status, JSON.stringify(error)).not.toBe(500);
      if (status !== 503) continue;
      expect(error?.code).toBe('UPSTREAM_UNAVAILABLE');
      expect(Number(headers.get('Retry-After')), error?.message).toBeGreaterThan(0);
    }
  });

  it('sockets stay, and positions go on to flow', () => {
    expect(dropsMeanwhile).toBe(0);
    expect(positionsMeanwhile).toBeGreaterThan(AWAY_MS / 1_000);
  });

  it('the same writes succeed afterwards, each once', async () => {
    const done = await Promise.all(
      attempts.map(({ caller, write, key }) => http.write<{ order: OrderView }>(caller, write, key)),
    );
    const placed = done.filter((_, index) => attempts[index]?.write.path === '/orders');
    expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
    const records = await readRecords(system.db);
    const placedIds = placed.map(({ data }) => data.order.id);
    expect(new Set(placedIds).size).toBe(placed.length);
    const since = placedIds.map((id) => records.get(id)?.row.createdAt.getTime() ?? 0);
    const first = Math.min(...since);
    const made = [...records.values()].filter(({ row }) => row.createdAt.getTime() >= first);
    expect(made.map(({ row }) => row.id).sort()).toEqual(placedIds.sort());

    // Of all the starts, one did it; the others were too early or too late.
    const started = done.filter((_, index) => attempts[index]?.write.path !== '/orders');
    expect(started.map(({ status }) => status).filter((status) => status !== 409 && status !== 200)).toEqual(
      [],
    );
  }, 150_000);

  it(
    'all that was owed is done, told once, and the arrival is not forgotten',
    async () => {
      await driving.stop();
      const completed = await http.write(provider, {
        method: 'POST',
        path: `/orders/${orderId}/complete`,
        body: {},
      });
      expect(completed.error).toBeNull();
      const took = await eventually(
        'nothing is owed',
        RECOVERED_WITHIN_MS,
        async () => (await effectsOwed(system.db)) + (await stepsOwed(system.db)) === 0,
      );
      const records = await readRecords(system.db);
      const record = records.get(orderId);
      if (!record) throw new Error('the order is in the record');
      expect([...records.values()].flatMap(contradictions)).toEqual([]);
      expect(commanded(record)).toEqual([
        'order:created',
        'order:applied',
        'order:accepted',
        'order:started',
        'order:completed',
      ]);
      const crossings = record.events.filter(({ name }) => name.startsWith('location:'));
      expect(crossings.map(({ name }) => name)).toEqual(['location:geofence_entered']);
      await eventually('told', 20_000, async () => watching.through === record.row.version);
      expect(watching.seqs).toEqual(record.events.map(({ seq }) => seq));

      const trail = await system.db.select().from(orderTracks).where(eq(orderTracks.orderId, orderId));
      const kept = new Set(trail.map(({ at }) => at.getTime()));
      const followed = driving.accepted.filter((at) => at >= watchedFrom);
      expect(followed.filter((at) => !kept.has(at))).toEqual([]);
      const slowest = Math.max(...answers.map(({ ms }) => ms));
      console.log(
        JSON.stringify({
          awayMs: AWAY_MS,
          answers: answers.length,
          unavailable: answers.filter(({ status }) => status === 503).length,
          slowestMs: Math.round(slowest),
          positionsMeanwhile,
          trail: trail.length,
          settledMs: Math.round(took),
        }),
      );
    },
    RECOVERED_WITHIN_MS + 60_000,
  );

  async function tryOnce(caller: Caller, method: 'GET' | 'POST', path: string): Promise<void> {
    answers.push(await http.send(caller, method, path, method === 'GET' ? {} : { body: {} }));
  }

  /** One try of a write, to be repeated later under the same key. */
  async function tryWrite(caller: Caller, write: Write): Promise<void> {
    const key = crypto.randomUUID();
    attempts.push({ caller, write, key });
    answers.push(await http.send(caller, write.method, write.path, { body: write.body, key }));
  }
});

/** A provider who keeps telling where they are, 300 m away from the place until they have `arrived`. */
type Drive = { arrived: boolean; accepted: number[]; stop(): Promise<void> };

function drive(provider: Caller, { place }: Town): Drive {
  const state = { arrived: false, accepted: [] as number[] };
  let stopped = false;
  const driving = (async () => {
    // Nobody stands still: a trail leaves out whoever does.
    for (let sway = 0; !stopped; sway = 0.0001 - sway) {
      const at = new Date();
      const latitude = place.latitude + (state.arrived ? 0.0005 : 0.0027);
      const body = { latitude, longitude: place.longitude + sway, at: at.toISOString() };
      const answer = await http.send<{ accepted: boolean }>(provider, 'PUT', '/providers/me/location', {
        body,
      });
      if (answer.status === 200 && answer.data.accepted) state.accepted.push(at.getTime());
      await sleep(400);
    }
  })();
  return Object.assign(state, {
    stop: async () => {
      stopped = true;
      await driving;
    },
  });
}

function positions({ heard }: ResumingClient): number {
  return heard.filter(({ event }) => event === 'location:updated').length;
}
