import { expect, it } from 'vitest';
import { subjectOf } from './webhooks.ts';

it.each([
  ['payment_intent.amount_capturable_updated', null, 'payment_intent', 'payment'],
  ['charge.captured', null, 'charge', 'payment'],
  ['charge.dispute.funds_withdrawn', null, 'dispute', 'payment'],
  ['charge.refund.updated', null, 'refund', 'payment'],
  ['setup_intent.succeeded', null, 'setup_intent', 'payment'],
  ['refund.failed', null, 'refund', 'payment'],
  ['account.updated', 'acct_1', 'account', 'account'],
  ['account.application.deauthorized', 'acct_1', 'application', 'account'],
  ['capability.updated', 'acct_1', 'capability', 'account'],
  ['payout.paid', null, 'payout', 'platform_payout'],
  ['payout.failed', 'acct_1', 'payout', 'nothing'],
  // Our own account, and charges of others on their own accounts, are no business of ours.
  ['account.updated', null, 'account', 'nothing'],
  ['charge.succeeded', 'acct_1', 'charge', 'nothing'],
  ['customer.created', null, 'customer', 'nothing'],
  // What becomes of a transfer its step knows.
  ['transfer.created', null, 'transfer', 'nothing'],
  ['moon.landed', null, 'moon', 'nothing'],
])('%s (account %s, of a %s) is about: %s', (type, account, objectType, kind) => {
  expect(subjectOf({ type, account, objectType, objectId: 'id_1' }).kind).toBe(kind);
});

it('an event says what to look at: the object that it carries, not the one that its type begins with', () => {
  const refund = { account: null, objectType: 'refund', objectId: 're_1' };
  expect(subjectOf({ type: 'charge.refund.updated', ...refund })).toEqual({
    kind: 'payment',
    objectType: 'refund',
    objectId: 're_1',
  });
  const gone = { type: 'account.application.deauthorized', objectType: 'application', objectId: 'ca_1' };
  expect(subjectOf({ ...gone, account: 'acct_1' })).toEqual({ kind: 'account', accountId: 'acct_1' });
  expect(subjectOf({ ...refund, type: 'refund.failed', objectId: null })).toEqual({ kind: 'nothing' });
});
