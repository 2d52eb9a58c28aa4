import { createRoute } from '@hono/zod-openapi';
import { applicationAnswer } from '#contract/orders.ts';
import { id } from '#contract/primitives.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/applications/{id}/withdraw',
  operationId: 'withdrawApplication',
  tags: ['orders'],
  summary: 'Take your application back',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams.extend({ id }) },
  responses: { 200: answers(applicationAnswer, 'The application, withdrawn'), ...commandFailures },
});

export function registerWithdrawApplication(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId, id: applicationId } = c.req.valid('param');
    return answer(c, await giveCommand(c, orderId, { name: 'withdraw', applicationId }, applicationAnswer));
  });
}
