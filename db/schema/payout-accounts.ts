import { boolean, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';
import { users } from './users.ts';

/** Payees' connected accounts, as Stripe last described them. */
export const payoutAccounts = pgTable(
  'payout_accounts',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id),
    accountId: text('account_id').notNull(),
    detailsSubmitted: boolean('details_submitted').notNull(),
    transfersEnabled: boolean('transfers_enabled').notNull(),
    payoutsEnabled: boolean('payouts_enabled').notNull(),
    /** What Stripe still wants to know, in its words. */
    requirementsDue: text('requirements_due').array().notNull(),
    disabledReason: text('disabled_reason'),
    /** When the read began that this comes from; what an earlier one says is older news. */
    observedAt: moment('observed_at').notNull(),
  },
  (table) => [unique('payout_accounts_account').on(table.accountId)],
);
