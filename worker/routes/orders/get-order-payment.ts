import { createRoute } from '@hono/zod-openapi';
import { paymentAnswer } from '#contract/payments.ts';
import { readMoney } from '#db/queries/money.ts';
import { viewPayment } from '#domain/payments/payment-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { orderParams } from './params.ts';
import { orderOfParty } from './readable-order.ts';

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}/payment',
  operationId: 'getOrderPayment',
  tags: ['payments'],
  summary: 'What an order costs and what became of it; for its parties',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams },
  responses: {
    200: answers(paymentAnswer, 'The payment'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'),
  },
});

export function registerGetOrderPayment(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { relation } = await orderOfParty(c.get('db'), c.get('user'), orderId);
    const money = await readMoney(c.get('db'), orderId);
    if (!money) return reject('NOT_FOUND', 'This order has no payment.');
    return answer(c, { payment: viewPayment(money, { forPayer: relation === 'creator' }) });
  });
}
