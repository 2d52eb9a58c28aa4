import { sql } from 'drizzle-orm';
import { check, index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { amount, currency } from './amounts.ts';
import { lifecycle } from './dates.ts';
import { payments } from './payments.ts';
import { users } from './users.ts';

/** How the payee's gross share of a payment is divided. */
export const paymentSplits = pgTable(
  'payment_splits',
  {
    paymentId: uuid('payment_id')
      .primaryKey()
      .references(() => payments.id),
    payeeId: uuid('payee_id')
      .notNull()
      .references(() => users.id),
    currency: currency('currency').notNull(),
    gross: amount('gross').notNull(),
    platformFee: amount('platform_fee').notNull(),
    processingFee: amount('processing_fee').notNull(),
    net: amount('net').notNull(),
    ...lifecycle,
  },
  (table) => [
    index('payment_splits_payee').on(table.payeeId, table.paymentId),
    check(
      'payment_splits_add_up',
      sql`${table.gross} = ${table.platformFee} + ${table.processingFee} + ${table.net}`,
    ),
    check(
      'payment_splits_not_negative',
      sql`least(${table.gross}, ${table.platformFee}, ${table.processingFee}, ${table.net}) >= 0`,
    ),
  ],
);
