import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { firstPostedAt, stripeBalances } from '#db/queries/ledger-check.ts';
import { roundedFromStripe } from '#payments/stripe/amounts.ts';
import type { StripeClient } from '#payments/stripe/client.ts';
import { type UnpostedMovements, unpostedMovements } from './unposted-movements.ts';

/**
 * What the ledger says that Stripe holds of each currency, and what Stripe says; minor units. Where they differ, also what moved
 * Stripe's balance in ways that are posted nowhere.
 */
export type StripeComparison = {
  balances: { currency: string; ofLedger: bigint; ofStripe: bigint }[];
  unposted: UnpostedMovements | null;
};

/** Money that just moved at Stripe is in the ledger a moment later. */
const LOOKS = 3;
const PAUSE_MS = 2_000;

/** Compares the ledger with Stripe's balance, pending and available together, by currency; looks again where they differ. */
export async function compareWithStripe(
  db: Database,
  stripe: StripeClient,
  pauseMs = PAUSE_MS,
): Promise<StripeComparison> {
  for (let look = 1; ; look++) {
    const [ledger, held] = await Promise.all([stripeBalances(db), balanceOf(stripe)]);
    const currencies = [...new Set([...ledger.keys(), ...held.keys()])].sort();
    const balances = currencies.map((currency) => ({
      currency,
      ofLedger: ledger.get(currency) ?? 0n,
      ofStripe: held.get(currency) ?? 0n,
    }));
    if (balances.every(({ ofLedger, ofStripe }) => ofLedger === ofStripe))
      return { balances, unposted: null };
    if (look === LOOKS)
      return { balances, unposted: await unpostedMovements(stripe, await firstPostedAt(db)) };
    await sleep(pauseMs);
  }
}

async function balanceOf(stripe: StripeClient): Promise<Map<string, bigint>> {
  const { available, pending } = await stripe.balance.retrieve();
  const held = new Map<string, number>();
  for (const { amount, currency } of [...available, ...pending]) {
    held.set(currency, (held.get(currency) ?? 0) + amount);
  }
  return new Map(
    [...held].map(([currency, amount]) => [currency.toUpperCase(), roundedFromStripe(amount, currency)]),
  );
}
