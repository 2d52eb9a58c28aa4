import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { idempotencyKeys, orderEffects } from '../schema/index.ts';
import { forgetIdempotencyKeys, ordersOwing } from './owed.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const before = new Date('2020-01-01T00:00:00.000Z');
const earlier = new Date(before.getTime() - 1);

async function owe(orderId: string, createdAt: Date, doneAt: Date | null, position = 0) {
  await db
    .insert(orderEffects)
    .values({ orderId, seq: 1, position, effect: { kind: 'publish' }, createdAt, doneAt });
}

/** Everything owing, however many calls it takes. */
async function all(limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const batch = await ordersOwing(db, { before, after, limit });
    found.push(...batch);
    if (batch.length < limit) return found;
    after = batch.at(-1) ?? null;
  }
}

describe('orders that owe something old', () => {
  it('are those with an effect not carried out or a deadline passed, each once, in steps of any size', async () => {
    const creator = await recordPerson(db, 'creator', RECORDED_AT);
    const owing: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { id } = await recordOrder(db, creator, { deadlineAt: i === 0 ? null : earlier });
      if (i !== 1) {
        await owe(id, earlier, null);
        await owe(id, earlier, null, 1);
      }
      owing.push(id);
    }
    const { id: young } = await recordOrder(db, creator, { deadlineAt: before });
    await owe(young, before, null);
    const { id: paid } = await recordOrder(db, creator, { deadlineAt: null });
    await owe(paid, earlier, before);

    for (const limit of [1, 2, 50]) {
      const mine = (await all(limit)).filter((id) => [...owing, young, paid].includes(id));
      expect(mine).toEqual(owing);
    }
  });
});

describe('Idempotency-Keys', () => {
  it('are forgotten when they are old, and not before', async () => {
    const userId = uuidv7();
    const key = (name: string, createdAt: Date) => ({
      userId,
      method: 'POST',
      path: '/',
      key: name,
      bodyHash: '',
      lockedUntil: createdAt,
      createdAt,
    });
    await db.insert(idempotencyKeys).values([key('old', earlier), key('new', before)]);
    await forgetIdempotencyKeys(db, before);
    const left = await db.query.idempotencyKeys.findMany({ where: (row, { eq }) => eq(row.userId, userId) });
    expect(left.map((row) => row.key)).toEqual(['new']);
  });
});
