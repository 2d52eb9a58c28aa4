import { and, eq } from 'drizzle-orm';
import type { PayeeFacts } from '#domain/payments/payment.ts';
import type { Database } from '../client.ts';
import { payeeReceivables, payoutAccounts } from '../schema/index.ts';

/** The statements that read what is known of a payee, for a batch; `payeeFactsFrom` puts their results together. */
export function selectPayeeFacts(db: Database, payeeId: string, currency: string) {
  return [
    db
      .select({
        accountId: payoutAccounts.accountId,
        transfersEnabled: payoutAccounts.transfersEnabled,
        observedAt: payoutAccounts.observedAt,
      })
      .from(payoutAccounts)
      .where(eq(payoutAccounts.userId, payeeId)),
    db
      .select({ amount: payeeReceivables.amount })
      .from(payeeReceivables)
      .where(and(eq(payeeReceivables.payeeId, payeeId), eq(payeeReceivables.currency, currency))),
  ] as const;
}

/** A payee of whom nothing is on record has no account and owes nothing. */
export function payeeFactsFrom(
  [account]: { accountId: string; transfersEnabled: boolean; observedAt: Date }[],
  [receivable]: { amount: bigint }[],
): PayeeFacts {
  return {
    accountId: account?.transfersEnabled ? account.accountId : null,
    observedAt: account?.observedAt ?? null,
    receivable: receivable?.amount ?? 0n,
  };
}

/** Where a payee's share may be sent now, and what they owe in a currency. */
export async function readPayeeFacts(db: Database, payeeId: string, currency: string): Promise<PayeeFacts> {
  return payeeFactsFrom(...(await db.batch(selectPayeeFacts(db, payeeId, currency))));
}
