import type { Database } from '#db/client.ts';
import { findPayoutAccount, keepPayoutAccount, type PayoutAccount } from '#db/queries/payout-accounts.ts';
import { type AccountStatus, createAccount, readAccount } from './stripe/accounts.ts';
import type { StripeClient } from './stripe/client.ts';
import { StripeRefusal } from './stripe/failures.ts';

/**
 * The payee's connected account, which is made when first needed. Needed twice at once, both get the same.
 * @throws StripeRefusal, StripeUnavailable
 */
export async function payoutAccountOf(
  db: Database,
  stripe: StripeClient,
  payee: { environment: string; userId: string },
  now: Date,
): Promise<PayoutAccount> {
  const known = await findPayoutAccount(db, payee.userId);
  if (known) return known;
  const accountId = await createAccount(stripe, payee);
  return observeAccount(db, stripe, { userId: payee.userId, accountId }, now);
}

/**
 * Asks Stripe how an account stands, and keeps that. One that Stripe does not let us see any more can take nothing.
 * @param now before it is asked: of two who look at once, the later knows better
 * @throws StripeUnavailable
 */
export async function observeAccount(
  db: Database,
  stripe: StripeClient,
  { userId, accountId }: { userId: string; accountId: string },
  now: Date,
): Promise<PayoutAccount> {
  const { transfersActive, ...status } = await readOrGone(stripe, accountId);
  return keepPayoutAccount(db, {
    userId,
    accountId,
    ...status,
    transfersEnabled: transfersActive,
    observedAt: now,
  });
}

async function readOrGone(stripe: StripeClient, accountId: string): Promise<AccountStatus> {
  try {
    return await readAccount(stripe, accountId);
  } catch (error) {
    if (error instanceof StripeRefusal) return GONE;
    throw error;
  }
}

const GONE: AccountStatus = {
  detailsSubmitted: false,
  transfersActive: false,
  payoutsEnabled: false,
  requirementsDue: [],
  disabledReason: 'account_gone',
};
