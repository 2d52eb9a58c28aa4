import { index, pgTable, primaryKey, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { LedgerAccount, PostingKind } from '#domain/payments/ledger.ts';
import { amount, currency } from './amounts.ts';
import { moment } from './dates.ts';
import { payments } from './payments.ts';

/**
 * The journal: what moved money, each cause once. Append-only, and zero in sum whenever a transaction commits; triggers
 * hold both (`ledger_append_only`, `ledger_balanced`).
 */
export const ledgerTransactions = pgTable(
  'ledger_transactions',
  {
    id: uuid('id').primaryKey(),
    cause: text('cause').notNull(),
    kind: text('kind').$type<PostingKind>().notNull(),
    /** Null for what is no payment's, such as a payout to the platform's bank. */
    paymentId: uuid('payment_id').references(() => payments.id),
    currency: currency('currency').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [
    unique('ledger_transactions_cause').on(table.cause),
    index('ledger_transactions_payment').on(table.paymentId),
  ],
);

/** What a transaction moved, debit positive. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    transactionId: uuid('transaction_id')
      .notNull()
      .references(() => ledgerTransactions.id),
    position: smallint('position').notNull(),
    account: text('account').$type<LedgerAccount>().notNull(),
    partyId: uuid('party_id'),
    amount: amount('amount').notNull(),
    currency: currency('currency').notNull(),
  },
  (table) => [
    primaryKey({ name: 'ledger_entries_pkey', columns: [table.transactionId, table.position] }),
    index('ledger_entries_party').on(table.partyId, table.account, table.currency),
  ],
);
