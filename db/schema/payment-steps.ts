import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgEnum, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { STEP_STATES, type StepError, type StepParams } from '#domain/payments/payment.ts';
import { jsonbWithAmounts } from './amounts.ts';
import { lifecycle, moment } from './dates.ts';
import { payments } from './payments.ts';

export const paymentStepState = pgEnum('payment_step_state', STEP_STATES);

/**
 * The calls to Stripe that payments owe or owed. `version` is the compare-and-set of a step: whoever writes one says
 * which version it was made from, and a version below zero is how a batch learns that it was another.
 */
export const paymentSteps = pgTable(
  'payment_steps',
  {
    /** `<payment>-s<position>` */
    id: text('id').primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    position: integer('position').notNull(),
    params: jsonbWithAmounts<StepParams>('params').notNull(),
    /** Who a transfer is for, out of its parameters: an account that can take it now wakes it. */
    payeeId: uuid('payee_id'),
    state: paymentStepState('state').notNull(),
    generation: integer('generation').notNull(),
    tries: integer('tries').notNull(),
    dueAt: moment('due_at'),
    firstCalledAt: moment('first_called_at'),
    lastCalledAt: moment('last_called_at'),
    answered: boolean('answered').notNull(),
    result: text('result'),
    error: jsonbWithAmounts<StepError>('error'),
    version: integer('version').notNull(),
    ...lifecycle,
  },
  (table) => [
    unique('payment_steps_position').on(table.paymentId, table.position),
    index('payment_steps_due').on(table.dueAt).where(sql`${table.dueAt} is not null`),
    index('payment_steps_blocked').on(table.payeeId).where(sql`${table.state} = 'blocked'`),
    index('payment_steps_state').on(table.state, table.paymentId, table.position),
    check('payment_steps_version', sql`${table.version} >= 0`),
  ],
);
