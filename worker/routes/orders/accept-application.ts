import { createRoute } from '@hono/zod-openapi';
import { acceptBody, orderAnswer } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/accept',
  operationId: 'acceptApplication',
  tags: ['orders'],
  summary: 'Choose an application; by the creator. The others are rejected',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: body(acceptBody) },
  responses: { 200: answers(orderAnswer, 'The order, accepted'), ...commandFailures },
});

export function registerAcceptApplication(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { applicationId } = c.req.valid('json');
    return answer(c, await giveCommand(c, orderId, { name: 'accept', applicationId }, orderAnswer));
  });
}
