import { checkLedger } from '#db/queries/ledger-check.ts';
import { type StripeSettings, stripeClient } from '#payments/stripe/client.ts';
import { readRunning } from './dev/checkout.ts';
import { STATE_FOLDER } from './dev/local-state.ts';
import { UsageError } from './dev/options.ts';
import { reportOf } from './ledger/report.ts';
import { compareWithStripe } from './ledger/stripe-comparison.ts';
import { withOperatorDatabase } from './operator-database.ts';

/**
 * `npm run ledger:check`: proves the books of `DATABASE_URL`, or without one of the system that runs from this checkout.
 * They are compared with Stripe where `STRIPE_SECRET_KEY` says how to ask it, or that system has a simulator.
 * Exits 1 when something is not as it must be.
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const settings = await stripeSettings(env);
  const stripe = settings && stripeClient(settings);
  const { lines, allWell } = await withOperatorDatabase(env.DATABASE_URL, async (db) =>
    reportOf(await checkLedger(db), stripe && (await compareWithStripe(db, stripe))),
  );
  console.log(`\n${lines.join('\n')}\n`);
  if (!allWell) process.exitCode = 1;
}

async function stripeSettings(env: NodeJS.ProcessEnv): Promise<StripeSettings | null> {
  const { DATABASE_URL, STRIPE_SECRET_KEY, STRIPE_API_URL } = env;
  if (STRIPE_SECRET_KEY) return { STRIPE_SECRET_KEY, ...(STRIPE_API_URL ? { STRIPE_API_URL } : {}) };
  return DATABASE_URL ? null : ((await readRunning(STATE_FOLDER))?.stripe ?? null);
}

try {
  await main(process.env);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
