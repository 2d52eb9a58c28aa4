import { createRoute } from '@hono/zod-openapi';
import { orderAnswer, reasonBody } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, optionalBody, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/start',
  operationId: 'startOrder',
  tags: ['orders'],
  summary: 'Begin the stream; by its provider, who is at the place',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: optionalBody(reasonBody) },
  responses: { 200: answers(orderAnswer, 'The order, active'), ...commandFailures },
});

export function registerStartOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    return answer(c, await giveCommand(c, orderId, { name: 'start' }, orderAnswer));
  });
}
