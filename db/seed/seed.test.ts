import { type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { asc, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedTestDatabase } from '#test/setup/databases.ts';
import { type Database, database } from '../client.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { liveStreamOrders, orderEffects, orderEvents, users } from '../schema/index.ts';
import { DEMO_ORDERS } from './demo-orders.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from './demo-people.ts';
import { seed } from './seed.ts';

const hashOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const MORNING = new Date('2026-11-23T08:00:00Z');
const EVENING = new Date('2026-11-23T20:00:00Z');
const NEXT_DAY = new Date('2026-11-24T08:30:00Z');

/** A database of its own: the demo people's names are for one only. */
const { backend, databaseUrl } = embeddedTestDatabase();
let gateway: Gateway;
let db: Database;

beforeAll(async () => {
  await backend.check(); // Opens the database, which takes longer than a statement may.
  gateway = await startGateway({ backend });
  db = database({ DATABASE_URL: databaseUrl, DATABASE_FETCH_ENDPOINT: `${gateway.url}/sql` });
  await seed(db, 'development', MORNING);
}, 120_000);
afterAll(async () => {
  await gateway.close();
  await backend.close();
});

const orders = () => db.select().from(liveStreamOrders).orderBy(asc(liveStreamOrders.id));

describe('seeding', () => {
  it('is refused in production', async () => {
    await expect(seed(db, 'production', MORNING)).rejects.toThrow('production');
  });

  it('makes the demo people, who can sign in', async () => {
    const people = await db.select().from(users).orderBy(asc(users.id));
    expect(people.map(({ username, role }) => `${username} ${role}`)).toEqual(
      DEMO_PEOPLE.map(({ username, role }) => `${username} ${role}`),
    );
    const [passwordHash = '', ...others] = new Set(people.map((person) => person.passwordHash));
    expect(others).toEqual([]);
    const [, algorithm, cost, salt = '', hash = ''] = passwordHash.split('$');
    expect([algorithm, cost]).toEqual(['scrypt', 'ln=14,r=8,p=5']);
    const options = { N: 2 ** 14, r: 8, p: 5, maxmem: 64 * 2 ** 20 };
    const expected = await hashOf(DEMO_PASSWORD, Buffer.from(salt, 'base64'), 32, options);
    expect(Buffer.from(hash, 'base64')).toEqual(expected);
  });

  it('makes open orders as their creators would: with their event, owing their announcement', async () => {
    const placed = await orders();
    expect(placed.map(({ title }) => title).sort()).toEqual(
      DEMO_ORDERS.map(({ draft }) => draft.title).sort(),
    );
    for (const order of placed) {
      expect(order).toMatchObject({ status: 'pending', version: 1, createdAt: MORNING });
      expect(order.deadlineAt).toEqual(new Date('2026-11-24T08:00:00Z'));
      const events = await db.select().from(orderEvents).where(eq(orderEvents.orderId, order.id));
      expect(events).toMatchObject([{ seq: 1, name: 'order:created', data: { by: order.creatorId } }]);
      const effects = await db.select().from(orderEffects).where(eq(orderEffects.orderId, order.id));
      expect(effects.map(({ effect, doneAt }) => [effect.kind, doneAt])).toEqual([
        ['publish', null],
        ['announce', null],
      ]);
    }
  });

  it('changes nothing when it is done again, whatever became of its orders that day', async () => {
    const [first] = await orders();
    await db
      .update(liveStreamOrders)
      .set({ status: 'cancelled', deadlineAt: null })
      .where(eq(liveStreamOrders.id, first?.id ?? ''));
    await db
      .update(users)
      .set({ displayName: 'Changed' })
      .where(inArray(users.username, ['mara']));
    const before = await orders();
    await seed(db, 'development', EVENING);
    expect(await orders()).toEqual(before);
    const [mara] = await db.select().from(users).where(eq(users.username, 'mara'));
    expect(mara?.displayName).toBe('Changed');
  });

  it('places again the next day what is open no more or not for long', async () => {
    const before = await orders();
    await seed(db, 'development', NEXT_DAY);
    expect(await orders()).toHaveLength(before.length + DEMO_ORDERS.length);
    await seed(db, 'development', NEXT_DAY);
    expect(await orders()).toHaveLength(before.length + DEMO_ORDERS.length);
  });
});
