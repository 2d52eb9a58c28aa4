import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { paymentMethodId } from '#contract/payments.ts';
import { findCustomer, orderDependingOnCard } from '#db/queries/payment-customers.ts';
import { detachCard } from '#payments/stripe/cards.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'delete',
  path: '/payment-methods/{id}',
  operationId: 'removePaymentMethod',
  tags: ['payments'],
  summary: 'Forget one of your saved cards',
  description:
    'Refused (409, `card_in_use`) while an order of yours may still have to be paid with it: give that order another card first.',
  security: signedIn,
  middleware: requireUser,
  request: { params: z.object({ id: paymentMethodId }) },
  responses: {
    200: answers(z.object({}), 'It is gone'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerRemovePaymentMethod(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const { id } = c.req.valid('param');
    const db = c.get('db');
    const orderId = await orderDependingOnCard(db, userId, id);
    if (orderId) {
      reject('CONFLICT', 'One of your orders may still have to be paid with this card.', {
        reason: 'card_in_use',
        orderId,
      });
    }
    const customerId = await findCustomer(db, userId);
    if (!customerId || !(await detachCard(stripeClient(c.env), customerId, id)))
      reject('NOT_FOUND', 'You have no such card.');
    return answer(c, {});
  });
}
