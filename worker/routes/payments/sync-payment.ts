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
    const { orderId } = await paymentOfParty(c, c.req.valid('param').id);
    const synced = await orderRoom(c.env, orderId).syncFor(orderId, { userId: c.get('user').userId });
    const given = cardAnswer.parse(valueOrReject(synced));
    // Asked again, Stripe is asked again.
    if (given.payment.clientSecret !== undefined) (await idempotencyOf(c)).keepNoAnswer();
    return answer(c, given);
  });
}
