import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { amount, currency } from './amounts.ts';
import { users } from './users.ts';

/**
 * What payees owe from earlier pay; netted from later. Orders of one payee change it side by side: what is taken off it
 * twice would make it negative, and aborts.
 */
export const payeeReceivables = pgTable(
  'payee_receivables',
  {
    payeeId: uuid('payee_id')
      .notNull()
      .references(() => users.id),
    currency: currency('currency').notNull(),
    amount: amount('amount').notNull(),
  },
  (table) => [
    primaryKey({ name: 'payee_receivables_pkey', columns: [table.payeeId, table.currency] }),
    check('payee_receivables_not_negative', sql`${table.amount} >= 0`),
  ],
);
