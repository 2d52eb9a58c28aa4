import { createRoute } from '@hono/zod-openapi';
import { type GeofenceBody, geofenceAnswer, geofenceBody } from '#contract/places.ts';
import { addGeofence } from '#db/queries/geofences.ts';
import type { Geofence } from '#domain/tracking/geofence.ts';
import { checkUserGeofence, USER_GEOFENCE_LIMITS } from '#domain/tracking/user-geofences.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';
import { geofenceView } from './geofence-view.ts';

const route = createRoute({
  method: 'post',
  path: '/geofences',
  operationId: 'createGeofence',
  tags: ['places'],
  summary: 'Draw a geofence: your socket tells when you enter and leave it',
  security: signedIn,
  middleware: requireUser,
  request: { body: body(geofenceBody) },
  responses: {
    201: answers(geofenceAnswer, 'The geofence'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerCreateGeofence(api: Api): void {
  api.openapi(route, async (c) => {
    const given = c.req.valid('json');
    const { userId } = c.get('user');
    const checked = checkUserGeofence(fenceOf(given));
    if (!checked.ok) return reject('VALIDATION_ERROR', 'The request is not valid.', checked.error);

    const { newId } = await idempotencyOf(c);
    const fence = { id: await newId(), name: given.name, fence: checked.value, createdAt: c.get('now') };
    if (!(await addGeofence(c.get('db'), userId, fence, USER_GEOFENCE_LIMITS.perUser))) {
      reject('CONFLICT', `You have ${USER_GEOFENCE_LIMITS.perUser} geofences already.`, {
        reason: 'too_many_geofences',
      });
    }
    await within(person(c.env, userId).geofencesChanged(userId));
    return answer(c, { geofence: geofenceView(fence) }, 201);
  });
}

function fenceOf(given: GeofenceBody): Geofence {
  return 'polygon' in given
    ? { kind: 'polygon', polygon: given.polygon }
    : { kind: 'circle', center: given.center, radius: given.radius };
}
