import { and, eq, lte, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { paymentSteps, payments, payoutAccounts } from '../schema/index.ts';

/** A payee's connected account, as Stripe described it at `observedAt`. */
export type PayoutAccount = typeof payoutAccounts.$inferSelect;

export async function findPayoutAccount(db: Database, userId: string): Promise<PayoutAccount | null> {
  const [row] = await db.select().from(payoutAccounts).where(eq(payoutAccounts.userId, userId));
  return row ?? null;
}

/** Whose account this is; null: nobody's here. */
export async function payeeOfAccount(db: Database, accountId: string): Promise<string | null> {
  const [row] = await db
    .select({ userId: payoutAccounts.userId })
    .from(payoutAccounts)
    .where(eq(payoutAccounts.accountId, accountId));
  return row?.userId ?? null;
}

/**
 * Makes this account the person's unless they have one, or keeps what was seen of it, unless something later was.
 * @returns theirs as it stands now
 */
export async function keepPayoutAccount(db: Database, seen: PayoutAccount): Promise<PayoutAccount> {
  const { userId, accountId, ...standing } = seen;
  await db
    .insert(payoutAccounts)
    .values(seen)
    .onConflictDoUpdate({
      target: payoutAccounts.userId,
      set: standing,
      setWhere: and(
        eq(payoutAccounts.accountId, accountId),
        lte(payoutAccounts.observedAt, sql`excluded.observed_at`),
      ),
    });
  return (await findPayoutAccount(db, userId)) ?? seen;
}

/**
 * Puts another account in the place of one that is gone, unless somebody has done so already.
 * @returns theirs as it stands now
 */
export async function replacePayoutAccount(
  db: Database,
  formerId: string,
  seen: PayoutAccount,
): Promise<PayoutAccount> {
  const { userId, ...account } = seen;
  await db
    .update(payoutAccounts)
    .set(account)
    .where(and(eq(payoutAccounts.userId, userId), eq(payoutAccounts.accountId, formerId)));
  return (await findPayoutAccount(db, userId)) ?? seen;
}

/** Ids of orders whose transfer waits until this payee's account can take it, at most `limit`. */
export async function ordersBlockedOnPayee(db: Database, payeeId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ orderId: payments.subjectId })
    .from(paymentSteps)
    .innerJoin(payments, eq(payments.id, paymentSteps.paymentId))
    .where(and(eq(paymentSteps.payeeId, payeeId), eq(paymentSteps.state, 'blocked')))
    .limit(limit);
  return rows.map(({ orderId }) => orderId);
}
