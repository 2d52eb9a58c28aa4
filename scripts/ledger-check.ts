import { checkLedger } from '#db/queries/ledger-check.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { UsageError } from './dev/options.ts';
import { reportOf } from './ledger/report.ts';
import { compareWithStripe } from './ledger/stripe-comparison.ts';
import { withOperatorDatabase } from './operator-database.ts';

/**
 * `npm run ledger:check`: proves the books on a live database, and against Stripe where `STRIPE_SECRET_KEY` (and
 * `STRIPE_API_URL`, for a simulator) says how to ask it. Exits 1 when something is not as it must be.
 */
async function main({ DATABASE_URL, STRIPE_SECRET_KEY, STRIPE_API_URL }: NodeJS.ProcessEnv): Promise<void> {
  const stripe = STRIPE_SECRET_KEY
    ? stripeClient({ STRIPE_SECRET_KEY, ...(STRIPE_API_URL ? { STRIPE_API_URL } : {}) })
    : null;
  const { lines, allWell } = await withOperatorDatabase(DATABASE_URL, async (db) =>
    reportOf(await checkLedger(db), stripe && (await compareWithStripe(db, stripe))),
  );
  console.log(`\n${lines.join('\n')}\n`);
  if (!allWell) process.exitCode = 1;
}

try {
  await main(process.env);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
