import { createRoute } from '@hono/zod-openapi';
import { cardAnswer, payBody } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, optionalBody, signedIn } from '../../openapi.ts';
import { cardFailures, chargeCard } from './charge-card.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'put',
  path: '/orders/{orderId}/payment',
  operationId: 'payOrder',
  tags: ['payments'],
  summary: 'Pay with another card, after the one before would not do; by the creator',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: optionalBody(payBody) },
  responses: { 200: answers(cardAnswer, 'The order and its payment'), ...cardFailures },
});

export function registerPayOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { paymentMethodId = null } = c.req.valid('json');
    return answer(c, await chargeCard(c, orderId, { name: 'pay', paymentMethodId }));
  });
}
