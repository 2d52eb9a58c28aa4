import { createRoute } from '@hono/zod-openapi';
import { cardSaving, saveCardBody } from '#contract/payments.ts';
import { customerOf } from '#payments/customers.ts';
import { saveCard } from '#payments/stripe/cards.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, optionalBody, signedIn } from '../../openapi.ts';
import { viewCardSaving } from './card-saving-view.ts';

const route = createRoute({
  method: 'post',
  path: '/payment-methods',
  operationId: 'savePaymentMethod',
  tags: ['payments'],
  summary: 'Save a card, so that you can pay with it',
  description:
    'With a payment method that Stripe Elements made, the card is saved at once, unless its bank declines (402) or wants to hear ' +
    'you (`awaits_payer`). Without one a SetupIntent is begun, for Elements to confirm by its `clientSecret`.',
  security: signedIn,
  middleware: requireUser,
  request: { body: optionalBody(saveCardBody) },
  responses: {
    201: answers(cardSaving, 'The card, if it is saved, and what is left to do if not'),
    ...failures(
      'VALIDATION_ERROR',
      'UNAUTHORIZED',
      'PAYMENT_FAILED',
      'CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'IDEMPOTENCY_KEY_REUSED',
    ),
  },
});

export function registerSavePaymentMethod(api: Api): void {
  api.openapi(route, async (c) => {
    const { paymentMethodId = null } = c.req.valid('json');
    const { userId } = c.get('user');
    const { commandId, keepNoAnswer } = await idempotencyOf(c);
    // Stripe keeps the answer, by the same key.
    keepNoAnswer();
    const environment = c.env.ENVIRONMENT;
    const stripe = stripeClient(c.env);
    const customerId = await customerOf(c.get('db'), stripe, { environment, userId });
    const saving = await saveCard(stripe, {
      customerId,
      paymentMethodId,
      idempotencyKey: `${environment}:card:${commandId}`,
    });
    return answer(c, viewCardSaving(saving, c.env), 201);
  });
}
