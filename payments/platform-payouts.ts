import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { postOnce } from '#db/queries/ledger-postings.ts';
import { paidOut } from '#domain/payments/ledger.ts';
import type { StripeClient } from './stripe/client.ts';
import { readPlatformPayout } from './stripe/platform-payouts.ts';

/**
 * Posts that money went from the platform's balance to its bank, and that it came back if it did. Each is posted once, whichever
 * event tells of it first.
 * @throws StripeRefusal, StripeUnavailable
 */
export async function postPlatformPayout(
  db: Database,
  stripe: StripeClient,
  payoutId: string,
  at: Date,
): Promise<void> {
  const { id, amount, currency, returned } = await readPlatformPayout(stripe, payoutId);
  const newId = () => uuidv7({ msecs: at.getTime() });
  await postOnce(db, paidOut(id, currency, amount), at, newId);
  if (returned) await postOnce(db, paidOut(id, currency, -amount), at, newId);
}
