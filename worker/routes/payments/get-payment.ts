import { createRoute } from '@hono/zod-openapi';
import { paymentAnswer } from '#contract/payments.ts';
import { viewPayment } from '#domain/payments/payment-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { paymentOfParty, paymentParams } from './payment-of-party.ts';

const route = createRoute({
  method: 'get',
  path: '/payments/{id}',
  operationId: 'getPayment',
  tags: ['payments'],
  summary: 'A payment; for its payer and payee',
  security: signedIn,
  middleware: requireUser,
  request: { params: paymentParams },
  responses: {
    200: answers(paymentAnswer, 'The payment'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND'),
  },
});

export function registerGetPayment(api: Api): void {
  api.openapi(route, async (c) => {
    const { money, relation } = await paymentOfParty(c, c.req.valid('param').id);
    return answer(c, { payment: viewPayment(money, { forPayer: relation === 'creator' }) });
  });
}
