import { createRoute } from '@hono/zod-openapi';
import { paymentStepPage, paymentStepQuery } from '#contract/payments.ts';
import { paymentStepsIn } from '#db/queries/payment-lists.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';
import { viewPaymentStep } from './payment-step-view.ts';

const route = createRoute({
  method: 'get',
  path: '/admin/payment-steps',
  operationId: 'listPaymentSteps',
  tags: ['admin'],
  summary: 'The calls to Stripe that payments owe or owed; `state=parked` are those that wait for you',
  security: signedIn,
  middleware: requirePermission('payment:administer'),
  request: { query: paymentStepQuery },
  responses: {
    200: answers(paymentStepPage, 'A page, the newest payment first, the last of its steps first'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN'),
  },
});

export function registerListPaymentSteps(api: Api): void {
  api.openapi(route, async (c) => {
    const { state = null, cursor, limit } = c.req.valid('query');
    const { items, pagination } = await paymentStepsIn(c.get('db'), state, {
      cursor: pageCursor(cursor),
      limit,
    });
    return answer(c, {
      items: items.map(({ step, orderId }) => viewPaymentStep(step, orderId)),
      pagination,
    });
  });
}
