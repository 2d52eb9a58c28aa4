import { createRoute } from '@hono/zod-openapi';
import { cardAnswer } from '#contract/orders.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { paymentOfParty, paymentParams } from './payment-of-party.ts';

const route = createRoute({
  method: 'post',
  path: '/payments/{id}/sync',
  operationId: 'syncPayment',
  tags: ['payments'],
  summary: 'Ask Stripe now what became of a payment; for its payer and payee',
  description:
    'After the payer has answered their bank (3-D Secure): whatever Stripe says is taken in at once, webhook or not. While the bank ' +
    'still wants the payer, they get the `clientSecret` again.',
  security: signedIn,
  middleware: requireUser,
  request: { params: paymentParams },
  responses: {
    200: answers(cardAnswer, 'The order and its payment, as Stripe has it now'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerSyncPayment(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId, relation } = await paymentOfParty(c, c.req.valid('param').id);
    // What Stripe has is asked each time, and the secret is not kept.
    (await idempotencyOf(c)).keepNoAnswer();
    const synced = await orderRoom(c.env, orderId).syncFor(orderId, relation);
    return answer(c, cardAnswer.parse(valueOrReject(synced)));
  });
}
