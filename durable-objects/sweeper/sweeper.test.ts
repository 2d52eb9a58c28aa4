import { env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { eq, inArray } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { database } from '#db/client.ts';
import { idempotencyKeys, orderEffects, orderEvents, stripeEvents } from '#db/schema/index.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import type { Env } from '../env.ts';
import type { Sweeper } from './sweeper.ts';

const db = database(env);

/** Long before anything that other tests put into the same record. */
const NOW = Date.UTC(2019, 5, 1);
const OLD = new Date(NOW - 15_001);
const YOUNG = new Date(NOW - 15_000);

/** A sweeper of its own, whose rooms are played by `wake` unless it is left out. */
async function sweeperWith(wake?: (orderId: string) => Promise<void>, settings: Partial<Env> = {}) {
  const sweeper = env.SWEEPER.get(env.SWEEPER.idFromName(crypto.randomUUID()));
  await runInDurableObject(sweeper, (instance: Sweeper) => {
    instance.now = () => new Date(NOW);
    const rooms = { idFromName: (name: string) => name, get: () => ({ wake }) };
    // What an object is given at its start cannot be chosen from outside.
    Object.assign(instance, { env: { ...env, ...(wake && { ORDER_ROOM: rooms }), ...settings } });
  });
  return sweeper;
}

async function orderOwing(createdAt: Date): Promise<string> {
  const creator = await recordPerson(db, 'creator', RECORDED_AT);
  const { id } = await recordOrder(db, creator);
  const event = {
    name: 'order:created',
    data: { by: creator, status: 'pending', title: 'A stream' },
  } as const;
  await db.batch([
    db.insert(orderEvents).values({ ...event, orderId: id, seq: 1, commandId: uuidv7(), at: createdAt }),
    db
      .insert(orderEffects)
      .values({ orderId: id, seq: 1, position: 0, effect: { kind: 'publish' }, createdAt }),
  ]);
  return id;
}

async function owes(orderId: string): Promise<boolean> {
  const effects = await db.select().from(orderEffects).where(eq(orderEffects.orderId, orderId));
  return effects.some(({ doneAt }) => doneAt === null);
}

// Failing rooms are logged, one line each.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('a sweep', () => {
  it('makes rooms carry out what they owe for long, and leaves the others in peace', async () => {
    const [old, young] = [await orderOwing(OLD), await orderOwing(YOUNG)];
    const sweeper = await sweeperWith();
    expect((await sweeper.sweep()).woken).toBeGreaterThanOrEqual(1);
    expect(await owes(old)).toBe(false);
    expect(await owes(young)).toBe(true);
  });

  it('wakes all others when rooms fail, and never more than six at once', async () => {
    const owing = await Promise.all(Array.from({ length: 14 }, () => orderOwing(OLD)));
    const failing = new Set(owing.filter((_, i) => i % 3 === 0));
    const woken: string[] = [];
    let [atOnce, most] = [0, 0];
    const sweeper = await sweeperWith(async (orderId) => {
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce -= 1;
      if (failing.has(orderId)) throw new Error('this room is broken');
      woken.push(orderId);
    });
    const answer = await sweeper.sweep();
    expect(woken.filter((id) => owing.includes(id)).sort()).toEqual(
      owing.filter((id) => !failing.has(id)).sort(),
    );
    expect(answer.woken).toBe(woken.length);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('goes on behind a hundred rooms that keep failing', async () => {
    await db.insert(orderEffects).values(
      Array.from({ length: 100 }, (_, i) => ({
        // Nil-like ids come before those of every real order.
        orderId: `00000000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`,
        seq: 1,
        position: 0,
        effect: { kind: 'publish' } as const,
        createdAt: OLD,
      })),
    );
    const last = await orderOwing(OLD);
    const tried: string[] = [];
    const sweeper = await sweeperWith(async (orderId) => {
      tried.push(orderId);
      throw new Error('nobody wakes today');
    });
    await sweeper.sweep();
    expect(tried).toHaveLength(100);
    expect(tried).not.toContain(last);
    await sweeper.sweep();
    expect(tried).toContain(last);
    const first = tried[0];
    await sweeper.sweep();
    expect(tried.filter((id) => id === first)).toHaveLength(2);
    await db.delete(orderEffects).where(eq(orderEffects.createdAt, OLD));
  });

  it('forgets Idempotency-Keys of the day before', async () => {
    const createdAt = new Date(NOW - 24 * 3_600_000 - 1);
    const userId = uuidv7();
    const row = {
      userId,
      method: 'POST',
      path: '/',
      key: 'k',
      bodyHash: '',
      lockedUntil: createdAt,
      createdAt,
    };
    await db.insert(idempotencyKeys).values(row);
    await (await sweeperWith(async () => {})).sweep();
    expect(await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.userId, userId))).toEqual([]);
  });
});

it('forgets what Stripe told ninety days before, once that is taken in', async () => {
  const event = (age: number) => ({
    id: `evt_${uuidv7()}`,
    type: 'charge.captured',
    account: null,
    objectId: null,
    payload: { objectType: 'charge', intentId: null, chargeId: null, stepId: null },
    receivedAt: new Date(NOW - age),
    appliedAt: new Date(NOW),
    attempts: 0,
  });
  const kept = 90 * 24 * 3_600_000;
  const [old, young] = [event(kept + 1), event(kept)];
  await db.insert(stripeEvents).values([old, young]);
  await (await sweeperWith(async () => {})).sweep();
  const left = await db
    .select({ id: stripeEvents.id })
    .from(stripeEvents)
    .where(inArray(stripeEvents.id, [old.id, young.id]));
  expect(left).toEqual([{ id: young.id }]);
});

describe('the sweeper', () => {
  it('keeps itself going once it was started, also while the database does not answer', async () => {
    const nowhere = 'postgresql://nobody:nothing@nowhere.invalid/none';
    const sweeper = await sweeperWith(async () => {}, { DATABASE_URL: nowhere });
    // The platform runs alarms of the past by itself.
    const later = Date.UTC(2100, 0, 1);
    await runInDurableObject(sweeper, (instance) => {
      instance.now = () => new Date(later);
    });
    const nextAlarm = () => runInDurableObject(sweeper, (_, { storage }) => storage.getAlarm());

    expect(await nextAlarm()).toBeNull();
    await sweeper.ensureRunning();
    expect(await nextAlarm()).toBe(later);
    expect(await runDurableObjectAlarm(sweeper)).toBe(true);
    expect(await nextAlarm()).toBe(later + 30_000);
    await sweeper.ensureRunning();
    expect(await nextAlarm()).toBe(later + 30_000);
  });
});
