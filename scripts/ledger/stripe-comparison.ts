import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { stripeBalances } from '#db/queries/ledger-check.ts';
import { fromStripe } from '#payments/stripe/amounts.ts';
import type { StripeClient } from '#payments/stripe/client.ts';

/** What the ledger says that Stripe holds of a currency, and what Stripe says; minor units. */
export type StripeComparison = { currency: string; ofLedger: bigint; ofStripe: bigint };

/** Money that just moved at Stripe is in the ledger a moment later. */
const LOOKS = 3;
const PAUSE_MS = 2_000;

/** Compares the ledger with Stripe's balance, pending and available together, by currency; looks again where they differ. */
export async function compareWithStripe(
  db: Database,
  stripe: StripeClient,
  pauseMs = PAUSE_MS,
): Promise<StripeComparison[]> {
  for (let look = 1; ; look++) {
    const [ledger, held] = await Promise.all([stripeBalances(db), balanceOf(stripe)]);
    const currencies = [...new Set([...ledger.keys(), ...held.keys()])].sort();
    const compared = currencies.map((currency) => ({
      currency,
      ofLedger: ledger.get(currency) ?? 0n,
      ofStripe: held.get(currency) ?? 0n,
    }));
    if (look === LOOKS || compared.every(({ ofLedger, ofStripe }) => ofLedger === ofStripe)) return compared;
    await sleep(pauseMs);
  }
}

async function balanceOf(stripe: StripeClient): Promise<Map<string, bigint>> {
  const { available, pending } = await stripe.balance.retrieve();
  const held = new Map<string, bigint>();
  for (const { amount, currency } of [...available, ...pending]) {
    const code = currency.toUpperCase();
    held.set(code, (held.get(code) ?? 0n) + fromStripe(amount, code));
  }
  return held;
}
