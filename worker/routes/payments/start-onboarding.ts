import { createRoute } from '@hono/zod-openapi';
import { onboardingBody, onboardingLink } from '#contract/payments.ts';
import { payoutAccountOf } from '#payments/payout-accounts.ts';
import { createAccountLink } from '#payments/stripe/accounts.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { StripeRefusal } from '#payments/stripe/failures.ts';
import { answer } from '../../answer.ts';
import type { Api, ApiContext } from '../../api.ts';
import { reject, rejectField } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, optionalBody, signedIn } from '../../openapi.ts';
import { isListedOrigin, isOwnOrigin } from '../../origins.ts';

const route = createRoute({
  method: 'post',
  path: '/payments/connect/onboarding',
  operationId: 'startOnboarding',
  tags: ['payments'],
  summary: 'Get a link to what Stripe must know before it can pay you',
  description:
    'The link is good once and for some minutes; a new one goes on where the last was left. You can work before, and are paid when ready.',
  security: signedIn,
  middleware: requirePermission('order:apply'),
  request: { body: optionalBody(onboardingBody) },
  responses: {
    200: answers(onboardingLink, 'Where to go'),
    ...failures(
      'VALIDATION_ERROR',
      'UNAUTHORIZED',
      'FORBIDDEN',
      'CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'IDEMPOTENCY_KEY_REUSED',
    ),
  },
});

export function registerStartOnboarding(api: Api): void {
  api.openapi(route, async (c) => {
    const given = c.req.valid('json');
    const returnUrl = ownUrl(c, 'returnUrl', given.returnUrl ?? '/?connect=returned');
    const refreshUrl = ownUrl(c, 'refreshUrl', given.refreshUrl ?? '/?connect=expired');
    // A link is good once, and lets whoever has it answer for the payee.
    (await idempotencyOf(c)).keepNoAnswer();
    const stripe = stripeClient(c.env);
    const payee = { environment: c.env.ENVIRONMENT, userId: c.get('user').userId };
    const { accountId } = await payoutAccountOf(c.get('db'), stripe, payee, c.get('now'));
    try {
      const { url, expiresAt } = await createAccountLink(stripe, accountId, { returnUrl, refreshUrl });
      return answer(c, { url, expiresAt: expiresAt.toISOString() });
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      return reject('CONFLICT', 'Your account at Stripe can no longer be reached from here.', {
        reason: 'account_gone',
      });
    }
  });
}

/** Stripe sends people there: nobody else may choose where they end up. */
function ownUrl(c: ApiContext, field: string, given: string): string {
  const url = new URL(given, c.req.url);
  const isOurs = isOwnOrigin(c.req.raw, url.origin) || isListedOrigin(c.env, url.origin);
  if (!isOurs || url.username || url.password) rejectField(field, 'must be an address of this app');
  return url.href;
}
