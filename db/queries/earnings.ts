import { and, eq, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Payment, PaymentSplit } from '#domain/payments/payment.ts';
import type { Database } from '../client.ts';
import { ledgerEntries, liveStreamOrders, paymentSplits, payments } from '../schema/index.ts';
import { type Cursor, MOST_COUNTED, type Page, pageConditions, pageOf } from './cursors.ts';

/** What somebody has earned in one currency. Amounts are its minor units. */
export type EarningsTotal = {
  currency: string;
  gross: bigint;
  platformFee: bigint;
  processingFee: bigint;
  net: bigint;
  /** Sent to their account, and of that taken back. */
  transferred: bigint;
  reversed: bigint;
  /** Theirs, and not sent yet. */
  pending: bigint;
  /** What they owe: it is taken back, or off what they earn later. */
  receivable: bigint;
};

/** One payment that somebody has a share in: that share, how much of it was sent, and what it is for. */
export type EarningsEntry = Pick<
  PaymentSplit,
  'currency' | 'gross' | 'platformFee' | 'processingFee' | 'net'
> &
  Pick<Payment, 'id' | 'status' | 'processedAt' | 'settledAt'> & {
    orderId: string;
    title: string | null;
    transferred: bigint;
    reversed: bigint;
    releasedAt: Date;
  };

/**
 * What a payee has earned in all, by currency, and a page of what it comes from, newest order first. There is no share,
 * and nothing counts, before its release.
 */
export async function earningsOf(
  db: Database,
  payeeId: string,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<{ totals: EarningsTotal[]; entries: Page<EarningsEntry> }> {
  const theirs = eq(paymentSplits.payeeId, payeeId);
  const page = pageConditions(paymentSplits.paymentId, cursor);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(paymentSplits)
    .where(theirs)
    .limit(MOST_COUNTED)
    .as('counted');
  const [shares, balances, rows, [total], behind] = await db.batch([
    db
      .select({
        currency: paymentSplits.currency,
        gross: sumOf(paymentSplits.gross),
        platformFee: sumOf(paymentSplits.platformFee),
        processingFee: sumOf(paymentSplits.processingFee),
        net: sumOf(paymentSplits.net),
        transferred: sumOf(payments.amountTransferred),
        reversed: sumOf(payments.amountReversed),
      })
      .from(paymentSplits)
      .innerJoin(payments, eq(payments.id, paymentSplits.paymentId))
      .where(theirs)
      .groupBy(paymentSplits.currency),
    db
      .select({
        currency: ledgerEntries.currency,
        // Debit is positive: what is owed to them is a credit.
        pending:
          sql`-coalesce(sum(${ledgerEntries.amount}) filter (where ${ledgerEntries.account} = 'payable'), 0)`.mapWith(
            BigInt,
          ),
        receivable:
          sql`coalesce(sum(${ledgerEntries.amount}) filter (where ${ledgerEntries.account} = 'receivable'), 0)`.mapWith(
            BigInt,
          ),
      })
      .from(ledgerEntries)
      .where(eq(ledgerEntries.partyId, payeeId))
      .groupBy(ledgerEntries.currency),
    db
      .select({
        id: payments.id,
        orderId: payments.subjectId,
        title: liveStreamOrders.title,
        currency: paymentSplits.currency,
        gross: paymentSplits.gross,
        platformFee: paymentSplits.platformFee,
        processingFee: paymentSplits.processingFee,
        net: paymentSplits.net,
        status: payments.status,
        transferred: payments.amountTransferred,
        reversed: payments.amountReversed,
        releasedAt: paymentSplits.createdAt,
        processedAt: payments.processedAt,
        settledAt: payments.settledAt,
      })
      .from(paymentSplits)
      .innerJoin(payments, eq(payments.id, paymentSplits.paymentId))
      .leftJoin(
        liveStreamOrders,
        and(eq(payments.subjectType, 'order'), eq(liveStreamOrders.id, payments.subjectId)),
      )
      .where(and(theirs, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: paymentSplits.paymentId })
      .from(paymentSplits)
      .where(page.behind ? and(theirs, page.behind) : sql`false`)
      .limit(1),
  ]);
  const currencies = [...new Set([...shares, ...balances].map(({ currency }) => currency))].sort();
  return {
    totals: currencies.map((currency) => ({
      ...NOTHING,
      ...shares.find((share) => share.currency === currency),
      ...balances.find((balance) => balance.currency === currency),
      currency,
    })),
    entries: pageOf(rows, { limit, cursor, behind: behind.length > 0, totalCount: total?.count ?? 0 }),
  };
}

const NOTHING = {
  gross: 0n,
  platformFee: 0n,
  processingFee: 0n,
  net: 0n,
  transferred: 0n,
  reversed: 0n,
  pending: 0n,
  receivable: 0n,
};

/** A sum of a group, which is never empty. Sums of bigints are numerics: they arrive as whole decimals. */
function sumOf(column: PgColumn) {
  return sql`sum(${column})`.mapWith(BigInt);
}
