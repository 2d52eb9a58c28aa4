import { createRoute } from '@hono/zod-openapi';
import { geofenceList } from '#contract/places.ts';
import { geofencesOf } from '#db/queries/geofences.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { geofenceView } from './geofence-view.ts';

const route = createRoute({
  method: 'get',
  path: '/geofences',
  operationId: 'listGeofences',
  tags: ['places'],
  summary: 'Your own geofences, oldest first',
  security: signedIn,
  middleware: requireUser,
  responses: { 200: answers(geofenceList, 'All of them'), ...failures('UNAUTHORIZED') },
});

export function registerListGeofences(api: Api): void {
  api.openapi(route, async (c) => {
    const fences = await geofencesOf(c.get('db'), c.get('user').userId);
    return answer(c, { items: fences.map(geofenceView) });
  });
}
