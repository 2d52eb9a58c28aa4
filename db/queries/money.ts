import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { LedgerPosting } from '#domain/payments/ledger.ts';
import type { MoneyChange } from '#domain/payments/money-draft.ts';
import type { Money, PaymentStep } from '#domain/payments/payment.ts';
import type { Database } from '../client.ts';
import {
  ledgerEntries,
  ledgerTransactions,
  payeeReceivables,
  paymentAttempts,
  paymentSplits,
  paymentSteps,
  payments,
} from '../schema/index.ts';
import { moneyFromRows, rowFromPayment, rowFromStep } from './payment-rows.ts';

/** Constraints whose violation says why a batch with money in it did not happen. */
export const STEP_MOVED = 'payment_steps_version';
export const RECEIVABLE_TAKEN = 'payee_receivables_not_negative';
export const POSTED_BEFORE = 'ledger_transactions_cause';
export const LEDGER_UNBALANCED = 'ledger_balanced';

/** The statements that read all of an order's money, for a batch; `moneyFromRows` puts their results together. */
export function selectMoney(db: Database, orderId: string) {
  const ofOrder = and(eq(payments.subjectType, 'order'), eq(payments.subjectId, orderId));
  return [
    db.select().from(payments).where(ofOrder),
    db
      .select(getTableColumns(paymentAttempts))
      .from(paymentAttempts)
      .innerJoin(payments, eq(payments.id, paymentAttempts.paymentId))
      .where(ofOrder)
      .orderBy(asc(paymentAttempts.position)),
    db
      .select(getTableColumns(paymentSteps))
      .from(paymentSteps)
      .innerJoin(payments, eq(payments.id, paymentSteps.paymentId))
      .where(ofOrder)
      .orderBy(asc(paymentSteps.position)),
    db
      .select(getTableColumns(paymentSplits))
      .from(paymentSplits)
      .innerJoin(payments, eq(payments.id, paymentSplits.paymentId))
      .where(ofOrder),
  ] as const;
}

/** All of an order's money, in one round trip and one snapshot; null when it has no payment. */
export async function readMoney(db: Database, orderId: string): Promise<Money | null> {
  return moneyFromRows(...(await db.batch(selectMoney(db, orderId))));
}

/**
 * The statements that write a change of money, for the batch of the decision that made it. Only what is another object
 * than before is written. Any of the constraints above aborts that batch.
 */
export function moneyStatements(
  db: Database,
  {
    before,
    after,
    postings,
    receivable,
    at,
    newTransactionId,
  }: MoneyChange & { at: Date; newTransactionId: () => string },
): BatchItem<'pg'>[] {
  return [
    ...paymentStatements(db, before, after),
    ...attemptStatements(db, before, after),
    ...stepStatements(db, before, after),
    ...splitStatements(db, before, after),
    ...postingStatements(db, after.payment.id, postings, at, newTransactionId),
    ...receivableStatements(db, after.payment, receivable),
  ];
}

/**
 * Writes a step alone, if the record still has it as it was before.
 * @returns whether it had, so that this is what stands there now
 */
export async function keepStep(db: Database, before: PaymentStep, after: PaymentStep): Promise<boolean> {
  const { id: _, ...columns } = rowFromStep(after);
  const kept = await db
    .update(paymentSteps)
    .set(columns)
    .where(and(eq(paymentSteps.id, before.id), eq(paymentSteps.version, before.version)))
    .returning({ id: paymentSteps.id });
  return kept.length > 0;
}

function paymentStatements(db: Database, before: Money | null, { payment }: Money): BatchItem<'pg'>[] {
  if (payment === before?.payment) return [];
  const { id, ...columns } = rowFromPayment(payment);
  return [
    before
      ? db.update(payments).set(columns).where(eq(payments.id, id))
      : db.insert(payments).values({ id, ...columns }),
  ];
}

function attemptStatements(db: Database, before: Money | null, after: Money): BatchItem<'pg'>[] {
  const { changed, added } = changes(before?.attempts ?? [], after.attempts);
  const statements: BatchItem<'pg'>[] = changed.map(([, { id, ...columns }]) =>
    db.update(paymentAttempts).set(columns).where(eq(paymentAttempts.id, id)),
  );
  // After the others: one of them may have been the open one until now.
  if (added.length > 0) statements.push(db.insert(paymentAttempts).values(added));
  return statements;
}

function stepStatements(db: Database, before: Money | null, after: Money): BatchItem<'pg'>[] {
  const { changed, added } = changes(before?.steps ?? [], after.steps);
  const statements: BatchItem<'pg'>[] = changed.map(([old, step]) => {
    const { id, version, ...columns } = rowFromStep(step);
    // A condition would leave out a step that moved meanwhile; this makes it abort the batch.
    const next = sql`case when ${paymentSteps.version} = ${old.version} then ${version}::integer else -1 end`;
    return db
      .update(paymentSteps)
      .set({ ...columns, version: next })
      .where(eq(paymentSteps.id, id));
  });
  if (added.length > 0) statements.push(db.insert(paymentSteps).values(added.map(rowFromStep)));
  return statements;
}

function splitStatements(db: Database, before: Money | null, { split }: Money): BatchItem<'pg'>[] {
  const old = before?.split ?? null;
  if (split === old) return [];
  if (split === null) throw new TypeError('a split that was made does not go away');
  const { paymentId, ...columns } = split;
  return [
    old
      ? db.update(paymentSplits).set(columns).where(eq(paymentSplits.paymentId, paymentId))
      : db.insert(paymentSplits).values(split),
  ];
}

/** The statements that post to the ledger. `paymentId` null: for what is no payment's. */
export function postingStatements(
  db: Database,
  paymentId: string | null,
  postings: LedgerPosting[],
  at: Date,
  newTransactionId: () => string,
): BatchItem<'pg'>[] {
  if (postings.length === 0) return [];
  const posted = postings.map((posting) => ({ id: newTransactionId(), ...posting }));
  return [
    db
      .insert(ledgerTransactions)
      .values(posted.map(({ entries: _, ...transaction }) => ({ ...transaction, paymentId, at }))),
    db
      .insert(ledgerEntries)
      .values(
        posted.flatMap(({ id, currency, entries }) =>
          entries.map((entry, position) => ({ transactionId: id, position, currency, ...entry })),
        ),
      ),
  ];
}

/** Changes what a payee owes; taking off more than that aborts the batch. */
function receivableStatements(
  db: Database,
  { payeeId, currency }: Money['payment'],
  delta: bigint,
): BatchItem<'pg'>[] {
  if (delta === 0n) return [];
  if (payeeId === null) throw new TypeError('nobody owes what nobody was paid');
  return [
    // A row to change: one statement could not do both, because a negative row to insert is refused even if there is one.
    db.insert(payeeReceivables).values({ payeeId, currency, amount: 0n }).onConflictDoNothing(),
    db
      .update(payeeReceivables)
      .set({ amount: sql`${payeeReceivables.amount} + ${delta}::bigint` })
      .where(and(eq(payeeReceivables.payeeId, payeeId), eq(payeeReceivables.currency, currency))),
  ];
}

/** What stands in `after` and not in `before`: things that were there and are others now, beside their old selves, and new ones. */
function changes<T extends { id: string }>(before: T[], after: T[]): { changed: [T, T][]; added: T[] } {
  const old = new Map(before.map((thing) => [thing.id, thing]));
  const changed: [T, T][] = [];
  const added: T[] = [];
  for (const thing of after) {
    const was = old.get(thing.id);
    if (was === undefined) added.push(thing);
    else if (was !== thing) changed.push([was, thing]);
  }
  return { changed, added };
}
