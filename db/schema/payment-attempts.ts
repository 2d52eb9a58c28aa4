import { sql } from 'drizzle-orm';
import {
  boolean,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  ATTEMPT_PURPOSES,
  ATTEMPT_STATES,
  type PaymentAttempt,
  type PaymentFailure,
} from '#domain/payments/payment.ts';
import { amount, currency } from './amounts.ts';
import { lifecycle, moment } from './dates.ts';
import { payments } from './payments.ts';

export const paymentAttemptPurpose = pgEnum('payment_attempt_purpose', ATTEMPT_PURPOSES);
export const paymentAttemptState = pgEnum('payment_attempt_state', ATTEMPT_STATES);

/** Every try to hold the money of a payment, or to save a card for later. */
export const paymentAttempts = pgTable(
  'payment_attempts',
  {
    /** `<payment>-a<position>` */
    id: text('id').primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    position: integer('position').notNull(),
    purpose: paymentAttemptPurpose('purpose').notNull(),
    method: text('method').$type<PaymentAttempt['method']>().notNull(),
    applicationId: uuid('application_id'),
    amount: amount('amount').notNull(),
    currency: currency('currency').notNull(),
    paymentMethodId: text('payment_method_id').notNull(),
    state: paymentAttemptState('state').notNull(),
    /** The PaymentIntent or SetupIntent. */
    intentId: text('intent_id'),
    awaitsPayer: boolean('awaits_payer').notNull(),
    failure: jsonb('failure').$type<PaymentFailure>(),
    openUntil: moment('open_until'),
    ...lifecycle,
  },
  (table) => [
    unique('payment_attempts_position').on(table.paymentId, table.position),
    // One card is asked at a time, whatever a room believed.
    uniqueIndex('payment_attempts_open').on(table.paymentId).where(sql`${table.state} = 'open'`),
    uniqueIndex('payment_attempts_intent').on(table.intentId).where(sql`${table.intentId} is not null`),
  ],
);
