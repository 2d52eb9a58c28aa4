import type Stripe from 'stripe';
import { roundedFromStripe } from '#payments/stripe/amounts.ts';
import type { StripeClient } from '#payments/stripe/client.ts';

/** What moved Stripe's balance in one way, in one currency: together, and the last of it. `net`: minor units, negative: it was taken. */
type Movement = {
  type: string;
  category: string;
  currency: string;
  net: bigint;
  count: number;
  latest: { id: string; at: Date };
};

export type UnpostedMovements = {
  movements: Movement[];
  /** How many of all movements were looked at, the newest first, and whether there were others before them. */
  lookedAt: number;
  wereMore: boolean;
};

/**
 * The ways in which payments and the platform's payouts move the balance, all of which are posted
 * (https://docs.stripe.com/reports/reporting-categories).
 */
const POSTED = new Set([
  'charge',
  'refund',
  'refund_failure',
  'dispute',
  'dispute_reversal',
  'transfer',
  'transfer_reversal',
  'payout',
  'payout_reversal',
]);

const PAGE = 100;
const MOST_PAGES = 100;

/**
 * What moved Stripe's balance since, and is posted nowhere, as it is no payment's: Stripe's fees for connected accounts, top-ups,
 * adjustments, reserves.
 * @param since null: ever
 */
export async function unpostedMovements(
  stripe: StripeClient,
  since: Date | null,
): Promise<UnpostedMovements> {
  const created = since && { gte: Math.floor(since.getTime() / 1000) };
  const found = new Map<string, Movement>();
  let after: string | null = null;
  let lookedAt = 0;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { data, has_more }: Stripe.ApiList<Stripe.BalanceTransaction> =
      await stripe.balanceTransactions.list({
        limit: PAGE,
        ...(created ? { created } : {}),
        ...(after ? { starting_after: after } : {}),
      });
    lookedAt += data.length;
    for (const transaction of data) {
      if (!POSTED.has(transaction.reporting_category)) add(found, transaction);
    }
    after = data.at(-1)?.id ?? null;
    if (!has_more) return { movements: [...found.values()], lookedAt, wereMore: false };
  }
  return { movements: [...found.values()], lookedAt, wereMore: true };
}

function add(found: Map<string, Movement>, transaction: Stripe.BalanceTransaction): void {
  const { id, type, reporting_category: category, currency, net, created } = transaction;
  const key = [type, category, currency].join();
  const amount = roundedFromStripe(net, currency);
  const known = found.get(key);
  // They come newest first.
  const latest = known?.latest ?? { id, at: new Date(created * 1000) };
  const sum = { net: (known?.net ?? 0n) + amount, count: (known?.count ?? 0) + 1, latest };
  found.set(key, { type, category, currency: currency.toUpperCase(), ...sum });
}
