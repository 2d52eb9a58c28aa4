import { createRoute } from '@hono/zod-openapi';
import { orderAnswer } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'delete',
  path: '/orders/{orderId}',
  operationId: 'deleteOrder',
  tags: ['orders'],
  summary: 'Take a pending order back: it is cancelled, and stays readable for you',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams },
  responses: {
    200: answers(orderAnswer, 'The cancelled order'),
    ...commandFailures,
  },
});

export function registerDeleteOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    return answer(c, await giveCommand(c, orderId, { name: 'delete' }, orderAnswer));
  });
}
