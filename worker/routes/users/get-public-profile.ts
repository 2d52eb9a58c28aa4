import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { publicProfile } from '#contract/users.ts';
import { findPublicUser } from '#db/queries/users.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, failures } from '../../openapi.ts';
import { profileOf } from './profile.ts';

const route = createRoute({
  method: 'get',
  path: '/users/{id}',
  operationId: 'getPublicProfile',
  tags: ['users'],
  summary: 'What everyone may know of a person',
  security: anyone,
  request: { params: z.object({ id }) },
  responses: {
    200: answers(publicProfile, 'Profile, rating and the number of orders that they saw completed'),
    ...failures('VALIDATION_ERROR', 'NOT_FOUND'),
  },
});

export function registerGetPublicProfile(api: Api): void {
  api.openapi(route, async (c) => {
    const found = await findPublicUser(c.get('db'), c.req.valid('param').id);
    if (!found) return reject('NOT_FOUND', 'There is no such person.');
    const { user, rating, completedOrders } = found;
    return answer(c, { ...profileOf(user), rating, completedOrders });
  });
}
