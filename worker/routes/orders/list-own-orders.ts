import { createRoute } from '@hono/zod-openapi';
import { orderListQuery, orderPage } from '#contract/orders.ts';
import { ownOrders } from '#db/queries/orders.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';

const route = createRoute({
  method: 'get',
  path: '/orders',
  operationId: 'listOwnOrders',
  tags: ['orders'],
  summary: 'The orders that you created or carry out, newest first',
  security: signedIn,
  middleware: requireUser,
  request: { query: orderListQuery },
  responses: {
    200: answers(orderPage, 'A page of orders'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED'),
  },
});

export function registerListOwnOrders(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId, role } = c.get('user');
    const { cursor: given, limit, ...filter } = c.req.valid('query');
    const cursor = pageCursor(given);
    const { items, pagination } = await ownOrders(c.get('db'), userId, filter, { cursor, limit });
    const views = items.map((order) => viewOrder(order, relationTo(order, { kind: 'person', userId, role })));
    return answer(c, { items: views, pagination });
  });
}
