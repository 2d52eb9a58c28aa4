import { createRoute } from '@hono/zod-openapi';
import { orderAnswer } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';
import { readableOrder } from './readable-order.ts';

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
    const { order } = await readableOrder(c.get('db'), c.get('user'), orderId);
    // The one state in which the same command would do more than this route says. The room refuses the others, and
    // knows its own answer when this very request comes again.
    if (order.status === 'accepted') {
      reject('INVALID_TRANSITION', 'This order is accepted; it can be cancelled, but no longer taken back.', {
        reason: 'wrong_status',
        status: order.status,
        command: 'cancel',
      });
    }
    return answer(c, await giveCommand(c, orderId, { name: 'cancel', reason: null }, orderAnswer));
  });
}
