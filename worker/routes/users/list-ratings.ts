import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { cursor as cursorText, id, queryInteger } from '#contract/primitives.ts';
import { ratingPage } from '#contract/users.ts';
import { ratingsOf } from '#db/queries/ratings.ts';
import { findUser } from '#db/queries/users.ts';
import { viewRating } from '#domain/orders/order-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, failures } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';

const route = createRoute({
  method: 'get',
  path: '/users/{id}/ratings',
  operationId: 'listRatings',
  tags: ['users'],
  summary: 'The ratings that a person was given',
  security: anyone,
  request: {
    params: z.object({ id }),
    query: z.object({ cursor: cursorText.optional(), limit: queryInteger(1, 100, 20) }),
  },
  responses: {
    200: answers(ratingPage, 'A page, the newest first'),
    ...failures('VALIDATION_ERROR', 'NOT_FOUND'),
  },
});

export function registerListRatings(api: Api): void {
  api.openapi(route, async (c) => {
    const userId = c.req.valid('param').id;
    const { cursor: given, limit } = c.req.valid('query');
    const cursor = pageCursor(given);
    const db = c.get('db');
    if (!(await findUser(db, userId))) return reject('NOT_FOUND', 'There is no such person.');
    const { items, pagination } = await ratingsOf(db, userId, { cursor, limit });
    return answer(c, { items: items.map(viewRating), pagination });
  });
}
