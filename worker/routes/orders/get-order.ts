import { createRoute } from '@hono/zod-openapi';
import { orderAnswer } from '#contract/orders.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { orderParams } from './params.ts';
import { readableOrder } from './readable-order.ts';

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}',
  operationId: 'getOrder',
  tags: ['orders'],
  summary: 'An order: exact for its parties, blurred for everyone else while it is pending',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams },
  responses: {
    200: answers(orderAnswer, 'The order'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND'),
  },
});

export function registerGetOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { order, relation } = await readableOrder(c.get('db'), c.get('user'), orderId);
    return answer(c, { order: viewOrder(order, relation) });
  });
}
