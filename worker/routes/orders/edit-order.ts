import { createRoute } from '@hono/zod-openapi';
import { editOrderBody, orderAnswer } from '#contract/orders.ts';
import { settlementCurrencies } from '#durable-objects/settlement-currencies.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { changesFrom } from './order-draft.ts';
import { orderParams } from './params.ts';
import { readableOrder } from './readable-order.ts';

const route = createRoute({
  method: 'put',
  path: '/orders/{orderId}',
  operationId: 'editOrder',
  tags: ['orders'],
  summary: 'Change an order while it is pending; what the body leaves out stays',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: body(editOrderBody) },
  responses: {
    200: answers(orderAnswer, 'The order as it is now'),
    ...commandFailures,
  },
});

export function registerEditOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    // An amount can only be read in its currency.
    const { order } = await readableOrder(c.get('db'), c.get('user'), orderId);
    const changes = changesFrom(c.req.valid('json'), order, settlementCurrencies(c.env));
    return answer(c, await giveCommand(c, orderId, { name: 'edit', changes }, orderAnswer));
  });
}
