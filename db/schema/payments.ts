import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  pgEnum,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  type ChargebackRecord,
  PAYMENT_STATUSES,
  type Payment,
  type RefundRecord,
} from '#domain/payments/payment.ts';
import { amount, currency, jsonbWithAmounts } from './amounts.ts';
import { lifecycle, moment } from './dates.ts';
import { users } from './users.ts';

export const paymentStatus = pgEnum('payment_status', PAYMENT_STATUSES);

/**
 * What each subject costs and what became of it, as its last event left it. Written by the subject's room alone,
 * together with that event. No reference to the subject: other kinds than orders are paid for too.
 */
export const payments = pgTable(
  'payments',
  {
    id: uuid('id').primaryKey(),
    subjectType: text('subject_type').$type<Payment['subjectType']>().notNull(),
    subjectId: uuid('subject_id').notNull(),
    payerId: uuid('payer_id')
      .notNull()
      .references(() => users.id),
    payeeId: uuid('payee_id').references(() => users.id),
    currency: currency('currency').notNull(),
    amount: amount('amount').notNull(),
    status: paymentStatus('status').notNull(),
    amountAuthorized: amount('amount_authorized').notNull(),
    amountCaptured: amount('amount_captured').notNull(),
    amountRefunded: amount('amount_refunded').notNull(),
    amountLost: amount('amount_lost').notNull(),
    amountHeld: amount('amount_held').notNull(),
    amountReleased: amount('amount_released').notNull(),
    amountTransferred: amount('amount_transferred').notNull(),
    amountReversed: amount('amount_reversed').notNull(),
    amountOwed: amount('amount_owed').notNull(),
    amountRecoverable: amount('amount_recoverable').notNull(),
    customerId: text('customer_id').notNull(),
    paymentMethodId: text('payment_method_id').notNull(),
    paymentIntentId: text('payment_intent_id'),
    chargeId: text('charge_id'),
    captureBefore: moment('capture_before'),
    cardDueAt: moment('card_due_at'),
    /** What is to become of the money; see `PaymentGoal`. */
    goalCapture: amount('goal_capture'),
    goalPayee: amount('goal_payee'),
    refunds: jsonbWithAmounts<RefundRecord[]>('refunds').notNull(),
    chargebacks: jsonbWithAmounts<ChargebackRecord[]>('chargebacks').notNull(),
    feePosted: boolean('fee_posted').notNull(),
    processedAt: moment('processed_at'),
    settledAt: moment('settled_at'),
    ...lifecycle,
  },
  (table) => [
    unique('payments_subject').on(table.subjectType, table.subjectId),
    uniqueIndex('payments_intent').on(table.paymentIntentId).where(sql`${table.paymentIntentId} is not null`),
    uniqueIndex('payments_charge').on(table.chargeId).where(sql`${table.chargeId} is not null`),
    index('payments_payer').on(table.payerId, table.id),
    // Those that Stripe may have news of.
    index('payments_awaiting')
      .on(table.subjectId)
      .where(sql`${table.status} in ('processing', 'authorized')`),
    // Those that are captured, by when.
    index('payments_captured')
      .on(table.processedAt, table.subjectId)
      .where(sql`${table.processedAt} is not null`),
    index('payments_charged_back').on(table.subjectId).where(isDisputedAtBank(table.chargebacks)),
    check(
      'payments_not_negative',
      sql`least(${table.amountAuthorized}, ${table.amountCaptured}, ${table.amountRefunded}, ${table.amountLost},
        ${table.amountHeld}, ${table.amountReleased}, ${table.amountTransferred}, ${table.amountReversed},
        ${table.amountOwed}, ${table.amountRecoverable}, ${table.goalCapture}, ${table.goalPayee}) >= 0`,
    ),
    check('payments_amount_positive', sql`${table.amount} > 0`),
    check('payments_captured_within_amount', sql`${table.amountCaptured} <= ${table.amount}`),
    check(
      'payments_escrow_within_captured',
      sql`${table.amountHeld} + ${table.amountReleased} <= ${table.amountCaptured}`,
    ),
    check('payments_reversed_within_transferred', sql`${table.amountReversed} <= ${table.amountTransferred}`),
  ],
);

/** Whether the payer's bank has a chargeback or an inquiry under way. */
export function isDisputedAtBank(chargebacks: AnyPgColumn): SQL {
  return sql`(${chargebacks} @> '[{"state": "open"}]' or ${chargebacks} @> '[{"state": "inquiry"}]')`;
}
