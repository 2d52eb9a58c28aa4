import type Stripe from 'stripe';
import { currencyRules } from '#domain/money/currencies.ts';
import { fromStripe } from './amounts.ts';
import type { StripeClient } from './client.ts';
import { asked } from './failures.ts';

/** Where a payee's connected account stands. */
export type AccountStatus = {
  /** Whether its owner went through Stripe's questions once. */
  detailsSubmitted: boolean;
  /** Whether their share can be sent to it now. */
  transfersActive: boolean;
  /** Whether it can send money on to their bank. */
  payoutsEnabled: boolean;
  /** What Stripe wants to know of its owner now, in its words: `individual.verification.document`. */
  requirementsDue: string[];
  /** Why it may not do something; null while it may do all. */
  disabledReason: string | null;
};

/**
 * Makes a payee's connected account, once: asked again within a day it is the same one. Stripe asks its owner for all
 * that it must know, and has a dashboard for them; fees and losses are ours.
 * @param former the account that this one takes the place of, as it is gone: asked for that, it is another one
 * @returns the account's id
 * @throws StripeRefusal, StripeUnavailable
 */
export async function createAccount(
  stripe: StripeClient,
  { environment, userId }: { environment: string; userId: string },
  former: string | null = null,
): Promise<string> {
  const key = `${environment}:account:${userId}`;
  const { id } = await asked(
    stripe.accounts.create(
      {
        controller: {
          fees: { payer: 'application' },
          losses: { payments: 'application' },
          stripe_dashboard: { type: 'express' },
        },
        capabilities: { transfers: { requested: true } },
        metadata: { user_id: userId },
      },
      { idempotencyKey: former === null ? key : `${key}:after:${former}` },
    ),
  );
  return id;
}

/**
 * A link to Stripe's questions, for the account's owner, once, within minutes.
 * @param returnUrl where they come back to, whether they have answered or not
 * @param refreshUrl where a link that is used or too old leads
 * @throws StripeRefusal, StripeUnavailable
 */
export async function createAccountLink(
  stripe: StripeClient,
  accountId: string,
  { returnUrl, refreshUrl }: { returnUrl: string; refreshUrl: string },
): Promise<{ url: string; expiresAt: Date }> {
  const { url, expires_at } = await asked(
    stripe.accountLinks.create({
      account: accountId,
      type: 'account_onboarding',
      return_url: returnUrl,
      refresh_url: refreshUrl,
      collection_options: { fields: 'eventually_due' },
    }),
  );
  return { url, expiresAt: new Date(expires_at * 1000) };
}

/** @throws StripeRefusal (also for an account whose owner has left), StripeUnavailable */
export async function readAccount(stripe: StripeClient, accountId: string): Promise<AccountStatus> {
  const { details_submitted, payouts_enabled, capabilities, requirements } = await asked(
    stripe.accounts.retrieve(accountId),
  );
  return {
    detailsSubmitted: details_submitted,
    transfersActive: capabilities?.transfers === 'active',
    payoutsEnabled: payouts_enabled,
    requirementsDue: requirements?.currently_due ?? [],
    disabledReason: requirements?.disabled_reason ?? null,
  };
}

/** Money on its way from a connected account to its owner's bank. Amounts are minor units. */
export type Payout = {
  id: string;
  amount: bigint;
  currency: string;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'cancelled';
  /** Why it failed, in Stripe's word: `account_closed`. */
  failureCode: string | null;
  /** When the bank has it, or is expected to. */
  arrivesAt: Date;
  createdAt: Date;
};

/**
 * The latest payouts of a connected account, newest first. Its bank may take a currency that no order has: those are
 * left out, as their amounts are in units that we do not know.
 * @throws StripeRefusal, StripeUnavailable
 */
export async function listPayouts(stripe: StripeClient, accountId: string, limit: number): Promise<Payout[]> {
  const { data } = await asked(stripe.payouts.list({ limit }, { stripeAccount: accountId }));
  return data.filter(({ currency }) => currencyRules(currency.toUpperCase()) !== null).map(payoutFrom);
}

function payoutFrom(payout: Stripe.Payout): Payout {
  const { id, amount, currency, status, failure_code, arrival_date, created } = payout;
  return {
    id,
    amount: fromStripe(amount, currency),
    currency: currency.toUpperCase(),
    status: payoutStatus(status),
    failureCode: failure_code,
    arrivesAt: new Date(arrival_date * 1000),
    createdAt: new Date(created * 1000),
  };
}

function payoutStatus(status: string): Payout['status'] {
  switch (status) {
    case 'pending':
    case 'in_transit':
    case 'paid':
    case 'failed':
      return status;
    case 'canceled':
      return 'cancelled';
    default:
      throw new RangeError(`Unknown status of a payout: ${status}`);
  }
}
