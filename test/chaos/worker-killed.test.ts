import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personEvents } from '#contract/events.ts';
import { checkLedger } from '#db/queries/ledger-check.ts';
import { orderEffects } from '#db/schema/index.ts';
import { compareWithStripe } from '#scripts/ledger/stripe-comparison.ts';
import { eventually } from './eventually.ts';
import { HttpClient } from './http-client.ts';
import { type PlayedOrder, playOrder } from './order-script.ts';
import { type Population, settle } from './people.ts';
import {
  commanded,
  contradictions,
  effectsOwed,
  keysWithoutAnswer,
  type OrderRecord,
  paid,
  readRecords,
  seenByCreator,
  stepsOwed,
} from './record.ts';
import { type Heard, ResumingClient } from './resuming-client.ts';
import { Seeded } from './seeded.ts';
import { type System, startSystem } from './system.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ORDERS = Number(process.env.ORDERS ?? 200);
const KILLS = 12;

/**
 * Orders come at this pace, whatever becomes of those before: a write that a kill interrupts holds its Idempotency-Key for
 * half a minute, and nothing would be left to kill if new orders waited for it.
 */
const NEW_ORDER_EVERY_MS = 250;

/** So many clients look at the outcome at a time. */
const LOOKING_AT_ONCE = 16;

/** About so many writes one order takes; the kills are spread over them. */
const WRITES_PER_ORDER = 7;

/** Beyond the owed alarm's 10 s, its first retries, a sweep's 30 s, and the minute that a call to Stripe may take. */
const SETTLED_WITHIN_MS = 150_000;

const cleanup = new AsyncDisposableStack();
afterAll(() => cleanup.disposeAsync());

describe(`the Worker is killed ${KILLS} times during ${ORDERS} orders (SEED=${SEED})`, () => {
  const seeded = new Seeded(SEED);
  const played: PlayedOrder[] = [];
  const watchers = new Map<string, ResumingClient>();
  let system: System;
  let http: HttpClient;
  let people: Population;
  let records: Map<string, OrderRecord>;

  beforeAll(async () => {
    system = await startSystem(cleanup);
    cleanup.defer(() => {
      for (const watcher of watchers.values()) watcher.leave();
    });
    http = new HttpClient(system.url);
    people = await settle(system, http, { creators: 20, towns: 12, providersEach: 3 });
    await play();
    await eventually('nothing is owed', SETTLED_WITHIN_MS, async () => {
      return (await effectsOwed(system.db)) + (await stepsOwed(system.db)) === 0;
    });
    records = await readRecords(system.db);
    await eventually('everyone has caught up', 30_000, async () =>
      played.every(({ id }) => watchers.get(id)?.through === seen(id).at(-1)?.seq),
    );
  }, 600_000);

  it('no order is lost, doubled or in two states', () => {
    expect([...records.keys()].sort()).toEqual(played.map(({ id }) => id).sort());
    const problems = [...records.values()].flatMap((record) =>
      contradictions(record).map((problem) => `${record.row.id}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it('each command has happened exactly once', async () => {
    for (const { id, intended } of played) {
      const record = records.get(id);
      expect(record && commanded(record), id).toEqual(intended);
      const arrivals = record?.events.filter(({ name }) => name === 'location:geofence_entered');
      expect(arrivals?.length, id).toBeLessThanOrEqual(1);
    }
    // The answer of an onboarding is for one person, once: it is never kept.
    const kept = (key: string) => key !== 'POST /api/v1/payments/connect/onboarding';
    expect((await keysWithoutAnswer(system.db)).filter(kept)).toEqual([]);
  });

  it('the money of every order went where it belongs, once, and the books agree with Stripe', async () => {
    for (const { id, money } of played) {
      const record = records.get(id);
      expect(record && paid(record), id).toEqual(money);
    }
    const { unbalanced, escrowLeft, disagreements, receivables } = await checkLedger(system.database);
    expect([unbalanced, escrowLeft, disagreements, receivables]).toEqual([[], [], [], []]);
    const { balances } = await compareWithStripe(system.database, system.stripe);
    expect(balances.map(({ ofStripe }) => ofStripe)).toEqual(balances.map(({ ofLedger }) => ofLedger));
    expect(balances).not.toEqual([]);
    // One hold at most was ever made for an order.
    const intents = await system.stripe.paymentIntents
      .list({ limit: 100 })
      .autoPagingToArray({ limit: 10_000 });
    const holds = intents
      .filter(({ status }) => status === 'succeeded')
      .map(({ metadata }) => metadata.order_id);
    expect(new Set(holds).size).toBe(holds.length);
    const open = intents.filter(({ status }) => status !== 'succeeded' && status !== 'canceled');
    expect(open.map(({ id, status }) => [id, status])).toEqual([]);
  }, 60_000);

  it('every event has reached the creator exactly once and in order', () => {
    for (const { id } of played) {
      const watcher = watchers.get(id);
      const events = seen(id);
      expect(watcher?.refused, id).toBeNull();
      expect(watcher?.snapshots, id).toBe(0);
      expect(watcher?.seqs, id).toEqual(events.map(({ seq }) => seq));
      const told = watcher?.heard.filter(({ seq }) => seq !== undefined);
      expect(
        told?.map(({ event, data }) => ({ name: event, data })),
        id,
      ).toEqual(events.map(({ name, data }) => ({ name, data })));
    }
  });

  it('who resumes later gets exactly the rest', async () => {
    const late = seeded.fork();
    await pMap(
      played,
      async ({ id, creator }) => {
        const version = records.get(id)?.row.version ?? 0;
        const client = new ResumingClient(
          system.url,
          `/orders/${id}/room`,
          creator,
          late.whole(0, version + 1),
        );
        const since = client.through;
        await eventually('resumed', 30_000, async () => client.resumed > 0).finally(() => client.leave());
        const rest = seen(id).flatMap(({ seq }) => (seq > since ? seq : []));
        expect(client.seqs, id).toEqual(rest);
      },
      { concurrency: LOOKING_AT_ONCE },
    );
  }, 60_000);

  it('everyone has exactly the notices that they were owed, and no offer that is over', async () => {
    const everyone = [...people.creators, ...people.towns.flatMap(({ providers }) => providers)];
    const effects = await system.db.select().from(orderEffects);
    const owed = effects.flatMap(({ orderId, seq, effect }) =>
      effect.kind === 'notify'
        ? [{ personId: effect.personId, text: `${effect.about} ${orderId} ${seq}` }]
        : [],
    );
    let offered = 0;
    for (const person of everyone) {
      const client = new ResumingClient(system.url, '/users/me/socket', person);
      await eventually('resumed', 30_000, async () => client.resumed > 0).finally(() => client.leave());
      const notices = client.heard.filter(({ event }) => event === 'notice');
      const texts = notices.map(({ data }) => `${data.about} ${data.orderId} ${data.orderSeq}`);
      expect(texts.sort()).toEqual(
        owed
          .filter(({ personId }) => personId === person.id)
          .map(({ text }) => text)
          .sort(),
      );
      expect(openOffers(client.heard)).toEqual([]);
      offered += client.heard.filter(({ event }) => event === 'offer:created').length;
    }
    expect(offered).toBeGreaterThan(ORDERS);
  }, 60_000);

  it('the Worker has failed at nothing else', () => {
    const ownFaults = system.takeLog().filter((line) => line.includes('INTERNAL_ERROR'));
    expect(ownFaults).toEqual([]);
    const all = [...watchers.values()];
    const events = [...records.values()].flatMap((record) => record.events);
    const started = [...records.values()].filter(({ row }) => row.startedAt !== null);
    const crossed = started.filter(({ events }) =>
      events.some(({ name }) => name === 'location:geofence_entered'),
    );
    console.log(
      `SEED=${SEED}:`,
      JSON.stringify({
        orders: records.size,
        kills: KILLS,
        events: events.length,
        ...http.tally,
        reconnects: all.reduce((sum, { drops }) => sum + drops, 0),
        started: started.length,
        crossed: crossed.length,
      }),
    );
  });

  function seen(orderId: string) {
    const record = records.get(orderId);
    return record ? seenByCreator(record) : [];
  }

  /** Every write is answered in the end. */
  async function play(): Promise<void> {
    const playing = new AbortController();
    const killing = killNowAndThen(system, http, seeded.fork(), playing.signal);
    const scripts = Array.from({ length: ORDERS }, () => seeded.fork());
    await Promise.all(
      scripts.map(async (script, index) => {
        await sleep(index * NEW_ORDER_EVERY_MS, undefined, { signal: playing.signal });
        await playOrder(http, people, script, watch);
      }),
    );
    playing.abort();
    await killing;
  }

  function watch(order: PlayedOrder): void {
    played.push(order);
    watchers.set(order.id, new ResumingClient(system.url, `/orders/${order.id}/room`, order.creator));
  }
});

/** The orders whose offer a person has heard of, and nothing of its end. */
function openOffers(heard: readonly Heard[]): unknown[] {
  const open = new Set<unknown>();
  for (const { event, data } of heard) {
    if (event === 'offer:created') open.add(personEvents['offer:created'].parse(data).order.id);
    if (event === 'offer:withdrawn') open.delete(data.orderId);
  }
  return [...open];
}

/** Kills the Worker after seeded numbers of writes, a seeded moment later. */
async function killNowAndThen(
  { worker }: System,
  { tally }: HttpClient,
  seeded: Seeded,
  over: AbortSignal,
): Promise<void> {
  const begin = tally.done;
  const share = (ORDERS * WRITES_PER_ORDER * 0.8) / KILLS;
  for (let kills = 0; kills < KILLS; kills++) {
    const at = begin + (kills + seeded.fraction()) * share;
    while (tally.done < at && !over.aborted) await sleep(2);
    // Also when the scripts took fewer writes than expected: what they left to be settled is interrupted, too.
    await sleep(seeded.whole(0, 60));
    await worker.kill();
    await sleep(seeded.whole(0, 300));
    await worker.start();
  }
}
