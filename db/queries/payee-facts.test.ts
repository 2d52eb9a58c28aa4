import { expect, inject, it } from 'vitest';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { RECORDED_AT } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { payeeReceivables } from '../schema/index.ts';
import { readPayeeFacts } from './payee-facts.ts';
import { keepPayoutAccount } from './payout-accounts.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('a payee can be sent to once their account can take it; when that was asked is known either way', async () => {
  const userId = await recordPerson(db, 'provider', RECORDED_AT);
  expect(await readPayeeFacts(db, userId, 'USD')).toEqual(NEW_PAYEE);

  const account = {
    userId,
    accountId: `acct_${userId}`,
    detailsSubmitted: true,
    transfersEnabled: false,
    payoutsEnabled: false,
    requirementsDue: [],
    disabledReason: null,
    observedAt: RECORDED_AT,
  };
  await keepPayoutAccount(db, account);
  await db.insert(payeeReceivables).values({ payeeId: userId, currency: 'USD', amount: 5n });
  const restricted = { accountId: null, observedAt: RECORDED_AT };
  expect(await readPayeeFacts(db, userId, 'USD')).toEqual({ ...restricted, receivable: 5n });
  expect(await readPayeeFacts(db, userId, 'EUR')).toEqual({ ...restricted, receivable: 0n });

  const observedAt = new Date(RECORDED_AT.getTime() + 1);
  await keepPayoutAccount(db, { ...account, transfersEnabled: true, observedAt });
  const { accountId } = account;
  expect(await readPayeeFacts(db, userId, 'EUR')).toEqual({ accountId, observedAt, receivable: 0n });
});
