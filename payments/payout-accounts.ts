import type { Database } from '#db/client.ts';
import {
  findPayoutAccount,
  keepPayoutAccount,
  type PayoutAccount,
  replacePayoutAccount,
} from '#db/queries/payout-accounts.ts';
import { type AccountStatus, createAccount, createAccountLink, readAccount } from './stripe/accounts.ts';
import type { StripeClient } from './stripe/client.ts';
import { StripeRefusal } from './stripe/failures.ts';

type Payee = { environment: string; userId: string };

/**
 * The payee's connected account, which is made when first needed, and anew when the one that they had is gone. Needed twice at once, both
 * get the same.
 * @throws StripeRefusal, StripeUnavailable
 */
export async function payoutAccountOf(
  db: Database,
  stripe: StripeClient,
  payee: Payee,
  now: Date,
): Promise<PayoutAccount> {
  const known = await findPayoutAccount(db, payee.userId);
  if (known && !isGone(known)) return known;
  const former = known?.accountId ?? null;
  const accountId = await createAccount(stripe, payee, former);
  const seen = await lookAt(stripe, { userId: payee.userId, accountId }, now);
  return former === null ? keepPayoutAccount(db, seen) : replacePayoutAccount(db, former, seen);
}

/**
 * A link to Stripe's questions for a payee, about the account that is theirs then.
 * @throws StripeRefusal: it asks nothing about an account that is there; StripeUnavailable
 */
export async function onboardingLinkOf(
  db: Database,
  stripe: StripeClient,
  payee: Payee,
  urls: { returnUrl: string; refreshUrl: string },
  now: Date,
): Promise<{ url: string; expiresAt: Date }> {
  const account = await payoutAccountOf(db, stripe, payee, now);
  try {
    return await createAccountLink(stripe, account.accountId, urls);
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    // Its owner may have left it, and nobody has told us.
    if (!isGone(await observeAccount(db, stripe, account, now))) throw error;
    const { accountId } = await payoutAccountOf(db, stripe, payee, now);
    return createAccountLink(stripe, accountId, urls);
  }
}

/**
 * Asks Stripe how an account stands, and keeps that. One that Stripe does not let us see any more can take nothing.
 * @param now before it is asked: of two who look at once, the later knows better
 * @throws StripeUnavailable
 */
export async function observeAccount(
  db: Database,
  stripe: StripeClient,
  { userId, accountId }: Pick<PayoutAccount, 'userId' | 'accountId'>,
  now: Date,
): Promise<PayoutAccount> {
  return keepPayoutAccount(db, await lookAt(stripe, { userId, accountId }, now));
}

async function lookAt(
  stripe: StripeClient,
  { userId, accountId }: Pick<PayoutAccount, 'userId' | 'accountId'>,
  now: Date,
): Promise<PayoutAccount> {
  const { transfersActive, ...status } = await readOrGone(stripe, accountId);
  return { userId, accountId, ...status, transfersEnabled: transfersActive, observedAt: now };
}

async function readOrGone(stripe: StripeClient, accountId: string): Promise<AccountStatus> {
  try {
    return await readAccount(stripe, accountId);
  } catch (error) {
    if (error instanceof StripeRefusal) return GONE;
    throw error;
  }
}

function isGone({ disabledReason }: PayoutAccount): boolean {
  return disabledReason === GONE.disabledReason;
}

const GONE: AccountStatus = {
  detailsSubmitted: false,
  transfersActive: false,
  payoutsEnabled: false,
  requirementsDue: [],
  disabledReason: 'account_gone',
};
