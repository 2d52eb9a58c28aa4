import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ORDER_STATUSES, type Order } from '#domain/orders/order.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { liveStreamOrders } from '../schema/index.ts';
import { type Cursor, decodeCursor } from './cursors.ts';
import { rowFromOrder } from './order-rows.ts';
import { findOrder, type OwnOrdersFilter, ownOrders } from './orders.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

const someone = () => recordPerson(db, 'both', RECORDED_AT);

function cursorIn(text: string | null): Cursor {
  const cursor = text === null ? null : decodeCursor(text);
  if (!cursor) throw new Error('no cursor');
  return cursor;
}

describe('an order', () => {
  it('comes back as it was recorded, exact place and all', async () => {
    const order = await recordOrder(db, await someone(), {
      at: { latitude: -33.856_784, longitude: 151.215_297 },
      description: 'Fireworks',
      scheduledFor: new Date('2026-12-31T23:00:00.000Z'),
      requirements: ['tripod', 'wide lens'],
      tags: ['harbour'],
      baseAmount: 99_999_999n,
    });
    expect(await findOrder(db, order.id)).toEqual(order);
    expect(await findOrder(db, uuidv7())).toBeNull();
  });
});

describe("somebody's own orders", () => {
  let me: string;
  /** Newest first: seven that I created and two that I carry out. */
  let mine: Order[];

  beforeAll(async () => {
    me = await someone();
    const other = await someone();
    const made: Order[] = [];
    for (const status of [...ORDER_STATUSES, 'pending'] as const) {
      made.push(
        await recordOrder(db, me, { status, tags: status === 'pending' ? ['night', 'sea'] : ['sea'] }),
      );
      await recordOrder(db, other, { status });
    }
    for (const status of ['accepted', 'completed'] as const) {
      made.push(await recordOrder(db, other, { providerId: me, status, tags: ['night'] }));
    }
    mine = made.reverse();
  });

  const ids = (orders: readonly Order[]) => orders.map(({ id }) => id);
  const list = (filter: OwnOrdersFilter, limit = 100, cursor: Cursor | null = null) =>
    ownOrders(db, me, filter, { cursor, limit });

  it('come newest first, those of others not among them', async () => {
    const page = await list({});
    expect(ids(page.items)).toEqual(ids(mine));
    expect(page.pagination).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      nextCursor: null,
      previousCursor: null,
      totalCount: 9,
    });
  });

  it('can be narrowed to a role, a status, a tag, and all of them at once', async () => {
    const narrowed = async (filter: OwnOrdersFilter) => {
      const page = await list(filter);
      expect(page.pagination.totalCount).toBe(page.items.length);
      return ids(page.items);
    };
    expect(await narrowed({ role: 'creator' })).toEqual(ids(mine.filter((o) => o.creatorId === me)));
    expect(await narrowed({ role: 'provider' })).toEqual(ids(mine.filter((o) => o.providerId === me)));
    expect(await narrowed({ status: 'pending' })).toEqual(ids(mine.filter((o) => o.status === 'pending')));
    expect(await narrowed({ tag: 'night' })).toEqual(ids(mine.filter((o) => o.tags.includes('night'))));
    expect(await narrowed({ tag: 'nigh' })).toEqual([]);
    expect(await narrowed({ role: 'provider', status: 'completed', tag: 'night' })).toEqual([mine[0]?.id]);
  });

  it('can be paged to the end and back again, each seen once each way', async () => {
    for (const limit of [1, 2, 4, 8]) {
      const forth: Order[][] = [];
      const back: Order[][] = [];
      let page = await list({}, limit);
      expect(page.pagination.hasPreviousPage).toBe(false);
      for (;;) {
        forth.push(page.items);
        expect(page.pagination.totalCount).toBe(9);
        if (!page.pagination.hasNextPage) break;
        page = await list({}, limit, cursorIn(page.pagination.nextCursor));
        expect(page.pagination.hasPreviousPage).toBe(true);
      }
      expect(page.pagination.nextCursor).toBeNull();
      expect(ids(forth.flat())).toEqual(ids(mine));
      while (page.pagination.hasPreviousPage) {
        page = await list({}, limit, cursorIn(page.pagination.previousCursor));
        expect(page.pagination.hasNextPage).toBe(true);
        back.unshift(page.items);
      }
      expect(page.pagination.previousCursor).toBeNull();
      expect(ids(back.flat())).toEqual(ids(forth.slice(0, -1).flat()));
    }
  });

  it('keep their place while new orders come and the filter holds', async () => {
    const person = await someone();
    const [first, second] = [await recordOrder(db, person), await recordOrder(db, person)];
    const top = await ownOrders(db, person, {}, { cursor: null, limit: 1 });
    expect(ids(top.items)).toEqual([second.id]);
    const newer = await recordOrder(db, person);
    const next = await ownOrders(db, person, {}, { cursor: cursorIn(top.pagination.nextCursor), limit: 1 });
    expect(ids(next.items)).toEqual([first.id]);
    const previous = cursorIn(next.pagination.previousCursor);
    const back = await ownOrders(db, person, {}, { cursor: previous, limit: 5 });
    expect(ids(back.items)).toEqual([newer.id, second.id]);
  });

  it('are counted to ten thousand and no further', async () => {
    const person = await someone();
    const template = await recordOrder(db, person);
    const batch = () =>
      db
        .insert(liveStreamOrders)
        .values(
          Array.from({ length: 1_000 }, () =>
            rowFromOrder({ ...template, id: uuidv7(), status: 'cancelled' }, null),
          ),
        );
    for (let thousands = 0; thousands < 10; thousands++) await batch();
    const page = await ownOrders(db, person, {}, { cursor: null, limit: 1 });
    expect(page.pagination.totalCount).toBe(10_000);
  });
});
