import { createRoute } from '@hono/zod-openapi';
import { nearbyOrders as nearbyOrdersAnswer, nearbyOrdersQuery } from '#contract/orders.ts';
import { nearbyOrders } from '#db/queries/nearby-orders.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'get',
  path: '/orders/nearby',
  operationId: 'listNearbyOrders',
  tags: ['orders'],
  summary: 'The pending orders around a place, nearest first',
  description: 'Places are blurred to their cells, and distances are measured to the centres of those.',
  security: signedIn,
  middleware: requireUser,
  request: { query: nearbyOrdersQuery },
  responses: {
    200: answers(nearbyOrdersAnswer, 'The nearest orders'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED'),
  },
});

export function registerListNearbyOrders(api: Api): void {
  api.openapi(route, async (c) => {
    const { latitude, longitude, radius, limit } = c.req.valid('query');
    const found = await nearbyOrders(c.get('db'), { center: { latitude, longitude }, radius, limit });
    const items = found.map(({ order, creatorName, distanceMeters }) => ({
      // Blurred for everyone, its creator included: this list is what the public sees.
      ...viewOrder(order, 'stranger'),
      distanceMeters: Math.round(distanceMeters),
      creatorName,
    }));
    return answer(c, { items });
  });
}
