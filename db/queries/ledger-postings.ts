import type { LedgerPosting } from '#domain/payments/ledger.ts';
import type { Database } from '../client.ts';
import { databaseFailure } from './database-errors.ts';
import { POSTED_BEFORE, postingStatements } from './money.ts';

/** Posts what is no payment's to the ledger, unless its cause was posted before. */
export async function postOnce(
  db: Database,
  posting: LedgerPosting,
  at: Date,
  newTransactionId: () => string,
): Promise<void> {
  const [first, ...others] = postingStatements(db, null, [posting], at, newTransactionId);
  if (!first) return;
  try {
    await db.batch([first, ...others]);
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure?.kind === 'constraint' && failure.constraint === POSTED_BEFORE) return;
    throw error;
  }
}
