import { v7 as uuidv7 } from 'uuid';
import { expect, inject, it } from 'vitest';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { ratings } from '../schema/index.ts';
import { decodeCursor } from './cursors.ts';
import { ratingsOf } from './ratings.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('ratings come newest first, a page at a time both ways, and only those that the person was given', async () => {
  const [rater, ratee] = [
    await recordPerson(db, 'creator', RECORDED_AT),
    await recordPerson(db, 'provider', RECORDED_AT),
  ];
  const given: string[] = [];
  for (const stars of [1, 3, 5]) {
    const order = await recordOrder(db, rater, { providerId: ratee, status: 'completed' });
    const rating = { orderId: order.id, rating: stars, comment: null, createdAt: RECORDED_AT };
    const [theirs, back] = [uuidv7(), uuidv7()];
    await db.insert(ratings).values([
      { ...rating, id: theirs, raterId: rater, rateeId: ratee },
      { ...rating, id: back, raterId: ratee, rateeId: rater },
    ]);
    given.unshift(theirs);
  }
  const page = async (cursor: string | null) => {
    const { items, pagination } = await ratingsOf(db, ratee, {
      cursor: cursor === null ? null : decodeCursor(cursor),
      limit: 2,
    });
    expect(pagination.totalCount).toBe(3);
    return { ...pagination, ids: items.map(({ id }) => id) };
  };
  const first = await page(null);
  expect(first).toMatchObject({ ids: given.slice(0, 2), hasNextPage: true, hasPreviousPage: false });
  const second = await page(first.nextCursor);
  expect(second).toMatchObject({ ids: given.slice(2), hasNextPage: false, hasPreviousPage: true });
  expect((await page(second.previousCursor)).ids).toEqual(first.ids);
});
