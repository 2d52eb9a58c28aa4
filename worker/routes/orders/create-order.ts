import { createRoute } from '@hono/zod-openapi';
import { createOrderBody, orderAnswer } from '#contract/orders.ts';
import { settlementCurrencies } from '#durable-objects/settlement-currencies.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';
import { giveCommand } from './give-command.ts';
import { draftFrom } from './order-draft.ts';

const route = createRoute({
  method: 'post',
  path: '/orders',
  operationId: 'createOrder',
  tags: ['orders'],
  summary: 'Order a stream from a place',
  security: signedIn,
  middleware: requirePermission('order:create'),
  request: { body: body(createOrderBody) },
  responses: {
    201: answers(orderAnswer, 'The order, open for applications'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerCreateOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const draft = draftFrom(c.req.valid('json'), settlementCurrencies(c.env));
    const { newId } = await idempotencyOf(c);
    const orderId = await newId();
    const created = await giveCommand(c, orderId, { name: 'create', orderId, draft }, orderAnswer);
    return answer(c, created, 201);
  });
}
