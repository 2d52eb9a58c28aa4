import { createRoute } from '@hono/zod-openapi';
import { nearbyProviders as nearbyProvidersAnswer, nearbyProvidersQuery } from '#contract/places.ts';
import { nearbyProviders } from '#db/queries/nearby-providers.ts';
import { standingsOf } from '#db/queries/standings.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'get',
  path: '/providers/nearby',
  operationId: 'listNearbyProviders',
  tags: ['places'],
  summary: 'The available providers around a place, nearest first',
  description: 'Places are blurred to their cells, and distances are measured to the centres of those.',
  security: signedIn,
  middleware: requireUser,
  request: { query: nearbyProvidersQuery },
  responses: {
    200: answers(nearbyProvidersAnswer, 'The nearest providers'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED'),
  },
});

export function registerListNearbyProviders(api: Api): void {
  api.openapi(route, async (c) => {
    const { latitude, longitude, radius, limit } = c.req.valid('query');
    const db = c.get('db');
    const around = { center: { latitude, longitude }, radius, limit };
    const found = await nearbyProviders(db, around, c.get('now'));
    const standings = await standingsOf(
      db,
      found.map(({ userId }) => userId),
    );
    const items = found.flatMap(({ userId, location, distanceMeters }) => {
      const standing = standings.get(userId);
      if (!standing) return []; // gone between the two reads
      const { username, ratingAverage: rating, ratingCount } = standing;
      return {
        id: userId,
        username,
        location: { ...location, precision: 'cell' as const },
        distanceMeters: Math.round(distanceMeters),
        rating,
        ratingCount,
      };
    });
    return answer(c, { items });
  });
}
