import { createRoute } from '@hono/zod-openapi';
import { type ConnectStatus, connectStatus } from '#contract/payments.ts';
import { findPayoutAccount, type PayoutAccount } from '#db/queries/payout-accounts.ts';
import { toMajorUnits } from '#domain/money/money.ts';
import { requirementInWords } from '#domain/payments/requirements.ts';
import { logFailure } from '#durable-objects/log.ts';
import { wakeRoomsOfPayee } from '#durable-objects/payee-accounts.ts';
import { observeAccount } from '#payments/payout-accounts.ts';
import { listPayouts, type Payout } from '#payments/stripe/accounts.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { StripeRefusal } from '#payments/stripe/failures.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

const LATEST_PAYOUTS = 10;

const route = createRoute({
  method: 'get',
  path: '/payments/connect/status',
  operationId: 'getConnectStatus',
  tags: ['payments'],
  summary: 'Whether you can be paid, what Stripe still wants to know, and your latest payouts',
  description: 'Stripe is asked at once: what it says counts from now on.',
  security: signedIn,
  middleware: requirePermission('order:apply'),
  responses: {
    200: answers(connectStatus, 'Where your account stands'),
    ...failures('UNAUTHORIZED', 'FORBIDDEN'),
  },
});

export function registerGetConnectStatus(api: Api): void {
  api.openapi(route, async (c) => {
    const db = c.get('db');
    const known = await findPayoutAccount(db, c.get('user').userId);
    if (!known) return answer(c, NONE);
    const stripe = stripeClient(c.env);
    const [account, payouts] = await Promise.all([
      observeAccount(db, stripe, known, c.get('now')),
      listPayouts(stripe, known.accountId, LATEST_PAYOUTS).catch(noneIfRefused),
    ]);
    // There may be a hundred of them, and nothing of theirs is answered.
    c.executionCtx.waitUntil(
      wakeRoomsOfPayee(c.env, db, account).catch((error) =>
        // The sweeper finds what waits for nothing.
        logFailure('rooms_not_woken_for_payee', { userId: account.userId }, error),
      ),
    );
    return answer(c, statusOf(account, payouts));
  });
}

const NONE: ConnectStatus = {
  state: 'none',
  accountId: null,
  detailsSubmitted: false,
  transfersEnabled: false,
  payoutsEnabled: false,
  requirementsDue: [],
  disabledReason: null,
  payouts: [],
};

/** An account that left us shows nothing any more. */
function noneIfRefused(error: unknown): Payout[] {
  if (error instanceof StripeRefusal) return [];
  throw error;
}

function statusOf(account: PayoutAccount, payouts: readonly Payout[]): ConnectStatus {
  const { accountId, detailsSubmitted, transfersEnabled, payoutsEnabled, disabledReason } = account;
  return {
    state: stateOf(account),
    accountId,
    detailsSubmitted,
    transfersEnabled,
    payoutsEnabled,
    requirementsDue: account.requirementsDue.map((code) => ({
      code,
      description: requirementInWords(code),
    })),
    disabledReason,
    payouts: payouts.map(({ amount, arrivesAt, createdAt, ...payout }) => ({
      ...payout,
      amount: toMajorUnits(amount, payout.currency),
      arrivesAt: arrivesAt.toISOString(),
      createdAt: createdAt.toISOString(),
    })),
  };
}

function stateOf({ detailsSubmitted, transfersEnabled }: PayoutAccount): ConnectStatus['state'] {
  if (transfersEnabled) return 'ready';
  return detailsSubmitted ? 'restricted' : 'onboarding';
}
