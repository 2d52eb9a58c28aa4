import { pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { users } from './users.ts';

/** Payers as Stripe knows them. */
export const paymentCustomers = pgTable(
  'payment_customers',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id),
    customerId: text('customer_id').notNull(),
  },
  (table) => [unique('payment_customers_customer').on(table.customerId)],
);
