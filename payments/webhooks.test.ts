import { expect, it } from 'vitest';
import { subjectOf } from './webhooks.ts';

it.each([
  ['payment_intent.amount_capturable_updated', null, 'payment'],
  ['charge.dispute.funds_withdrawn', null, 'payment'],
  ['setup_intent.succeeded', null, 'payment'],
  ['refund.failed', null, 'payment'],
  ['transfer.reversed', null, 'payment'],
  ['account.updated', 'acct_1', 'account'],
  ['account.application.deauthorized', 'acct_1', 'account'],
  ['capability.updated', 'acct_1', 'account'],
  ['payout.paid', null, 'platform_payout'],
  ['payout.failed', 'acct_1', 'nothing'],
  // Our own account, and charges of others on their own accounts, are no business of ours.
  ['account.updated', null, 'nothing'],
  ['charge.succeeded', 'acct_1', 'nothing'],
  ['customer.created', null, 'nothing'],
  ['charges.of.tomorrow', null, 'nothing'],
])('%s (account %s) is about: %s', (type, account, subject) => {
  expect(subjectOf({ type, account })).toBe(subject);
});
