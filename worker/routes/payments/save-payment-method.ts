import { createRoute } from '@hono/zod-openapi';
import { type CardSavingAnswer, cardSaving, saveCardBody } from '#contract/payments.ts';
import { sentenceFor } from '#domain/payments/declines.ts';
import type { Env } from '#durable-objects/env.ts';
import { customerOf } from '#payments/customers.ts';
import { type CardSaving, saveCard } from '#payments/stripe/cards.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject, rejectField } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, optionalBody, signedIn } from '../../openapi.ts';
import { viewCard } from './saved-card-view.ts';

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
    return answer(c, answerOf(saving, c.env), 201);
  });
}

function answerOf(saving: CardSaving, env: Env): CardSavingAnswer {
  switch (saving.state) {
    case 'saved': {
      const setup = {
        id: saving.setupIntentId,
        status: 'saved',
        clientSecret: null,
        actionUrl: null,
      } as const;
      return { paymentMethod: viewCard(saving.card), setup };
    }
    case 'awaits_method':
    case 'awaits_payer': {
      const { state, setupIntentId: id, clientSecret } = saving;
      const simulated = state === 'awaits_payer' && env.STRIPE_API_URL;
      const actionUrl = simulated ? `${env.STRIPE_API_URL}/authenticate/${id}` : null;
      return { paymentMethod: null, setup: { id, status: state, clientSecret, actionUrl } };
    }
    case 'declined': {
      const { code, declineCode } = saving.error;
      return reject('PAYMENT_FAILED', sentenceFor(saving.error), { reason: code, declineCode });
    }
    case 'unusable':
      return rejectField('paymentMethodId', 'is no card that can be saved');
  }
}
