import type { CardSavingAnswer } from '#contract/payments.ts';
import { sentenceFor } from '#domain/payments/declines.ts';
import type { Env } from '#durable-objects/env.ts';
import type { CardSaving } from '#payments/stripe/cards.ts';
import { reject, rejectField } from '../../errors.ts';
import { viewCard } from './saved-card-view.ts';

/**
 * What became of saving a card, for its owner. One that cannot be saved ends the request. Only a simulator has a page where the
 * bank's question is answered: what Stripe itself has begun, its own script goes on with.
 */
export function viewCardSaving(
  saving: CardSaving,
  { STRIPE_API_URL }: Pick<Env, 'STRIPE_API_URL'>,
): CardSavingAnswer {
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
      const isAsked = state === 'awaits_payer';
      const actionUrl = isAsked && STRIPE_API_URL ? `${STRIPE_API_URL}/authenticate/${id}` : null;
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
