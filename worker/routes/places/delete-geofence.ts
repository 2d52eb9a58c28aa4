import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { deleteGeofence } from '#db/queries/geofences.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'delete',
  path: '/geofences/{id}',
  operationId: 'deleteGeofence',
  tags: ['places'],
  summary: 'Take one of your geofences away',
  security: signedIn,
  middleware: requireUser,
  request: { params: z.object({ id }) },
  responses: {
    200: answers(z.object({}), 'It is gone'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerDeleteGeofence(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const { id } = c.req.valid('param');
    if (!(await deleteGeofence(c.get('db'), userId, id))) reject('NOT_FOUND', 'There is no such geofence.');
    await within(person(c.env, userId).geofencesChanged(userId));
    return answer(c, {});
  });
}
