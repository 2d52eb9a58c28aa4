import { createRoute } from '@hono/zod-openapi';
import { disputePage } from '#contract/disputes.ts';
import { listQuery } from '#contract/payments.ts';
import { openDisputes } from '#db/queries/payment-lists.ts';
import { toMajorUnits } from '#domain/money/money.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import type { Payment } from '#domain/payments/payment.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';

const route = createRoute({
  method: 'get',
  path: '/admin/disputes',
  operationId: 'listDisputes',
  tags: ['admin'],
  summary: "Orders that are disputed now, by one of their sides or at the payer's bank",
  security: signedIn,
  middleware: requirePermission('payment:administer'),
  request: { query: listQuery },
  responses: {
    200: answers(disputePage, 'A page, the newest order first'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN'),
  },
});

export function registerListDisputes(api: Api): void {
  api.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = await openDisputes(c.get('db'), { cursor: pageCursor(cursor), limit });
    return answer(c, {
      items: page.items.map(({ order, payment }) => ({
        order: viewOrder(order, 'admin'),
        payment: payment && viewDisputed(payment),
      })),
      pagination: page.pagination,
    });
  });
}

function viewDisputed(payment: Payment) {
  const { id, currency, status } = payment;
  const major = (amount: bigint) => toMajorUnits(amount, currency);
  return {
    id,
    currency,
    status,
    grossAmount: major(payment.amount),
    amountCaptured: major(payment.amountCaptured),
    amountRefunded: major(payment.amountRefunded),
    amountTransferred: major(payment.amountTransferred),
    chargebacks: payment.chargebacks.map(({ id, amount, state }) => ({ id, amount: major(amount), state })),
  };
}
