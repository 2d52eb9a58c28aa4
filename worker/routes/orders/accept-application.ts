import { createRoute } from '@hono/zod-openapi';
import { acceptBody, cardAnswer } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { cardFailures, chargeCard } from './charge-card.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/accept',
  operationId: 'acceptApplication',
  tags: ['orders'],
  summary: 'Choose an application and pay for it; by the creator',
  description:
    'The money is held on the card, and the order is accepted when it is; the others are rejected. Where the bank wants to ask ' +
    'the creator, `payment.requiresAction` is true and `payment.clientSecret` is for Stripe.js; call `/payments/{id}/sync` afterwards. ' +
    'Of an order that is more than 72 hours ahead the card is only saved now.',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: body(acceptBody) },
  responses: {
    200: answers(cardAnswer, 'The order, accepted, or with its payment under way'),
    ...cardFailures,
  },
});

export function registerAcceptApplication(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { applicationId, paymentMethodId = null } = c.req.valid('json');
    return answer(c, await chargeCard(c, orderId, { name: 'accept', applicationId, paymentMethodId }));
  });
}
