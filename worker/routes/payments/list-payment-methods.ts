import { createRoute } from '@hono/zod-openapi';
import { savedCards } from '#contract/payments.ts';
import { findCustomer } from '#db/queries/payment-customers.ts';
import { listCards } from '#payments/stripe/cards.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { viewCard } from './saved-card-view.ts';

const route = createRoute({
  method: 'get',
  path: '/payment-methods',
  operationId: 'listPaymentMethods',
  tags: ['payments'],
  summary: 'Your saved cards, the newest first',
  security: signedIn,
  middleware: requireUser,
  responses: { 200: answers(savedCards, 'Your cards'), ...failures('UNAUTHORIZED') },
});

export function registerListPaymentMethods(api: Api): void {
  api.openapi(route, async (c) => {
    const customerId = await findCustomer(c.get('db'), c.get('user').userId);
    const cards = customerId ? await listCards(stripeClient(c.env), customerId) : [];
    return answer(c, { items: cards.map(viewCard) });
  });
}
