import { expect, inject, it } from 'vitest';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import {
  findPayoutAccount,
  keepPayoutAccount,
  ordersBlockedOnPayee,
  type PayoutAccount,
  payeeOfAccount,
} from './payout-accounts.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

async function seen(given: Partial<PayoutAccount> = {}): Promise<PayoutAccount> {
  const userId = given.userId ?? (await recordPerson(db, 'provider', RECORDED_AT));
  return {
    userId,
    accountId: `acct_${userId}`,
    detailsSubmitted: false,
    transfersEnabled: false,
    payoutsEnabled: false,
    requirementsDue: ['external_account'],
    disabledReason: 'requirements.past_due',
    observedAt: RECORDED_AT,
    ...given,
  };
}

const at = (ms: number) => new Date(RECORDED_AT.getTime() + ms);

it('an account is as it was seen last, whenever the news arrive', async () => {
  const first = await seen();
  expect(await keepPayoutAccount(db, first)).toEqual(first);
  const later = { ...first, transfersEnabled: true, requirementsDue: [], observedAt: at(2) };
  expect(await keepPayoutAccount(db, later)).toEqual(later);
  const between = { ...first, detailsSubmitted: true, observedAt: at(1) };
  expect(await keepPayoutAccount(db, between)).toEqual(later);
  expect(await findPayoutAccount(db, first.userId)).toEqual(later);
  expect(await payeeOfAccount(db, first.accountId)).toBe(first.userId);
  expect(await payeeOfAccount(db, 'acct_nobodys')).toBeNull();
});

it('a payee keeps the account that they got first', async () => {
  const first = await seen();
  await keepPayoutAccount(db, first);
  const second = await seen({ userId: first.userId, accountId: 'acct_second', observedAt: at(9) });
  expect(await keepPayoutAccount(db, second)).toEqual(first);
  expect(await payeeOfAccount(db, 'acct_second')).toBeNull();
});

it('the orders that wait for an account are those of its payee whose transfer is blocked', async () => {
  const payer = await recordPerson(db, 'creator', RECORDED_AT);
  const [payee, other] = [
    await recordPerson(db, 'provider', RECORDED_AT),
    await recordPerson(db, 'provider', RECORDED_AT),
  ];
  const released = async (payeeId: string, accountId: string | null) => {
    const order = await recordOrder(db, payer, { providerId: payeeId });
    await RecordedMoney.released(db, order, payeeId, { ...NEW_PAYEE, accountId });
    return order.id;
  };
  const waiting = [await released(payee, null), await released(payee, null)];
  await released(payee, 'acct_ready');
  await released(other, null);
  expect((await ordersBlockedOnPayee(db, payee, 10)).sort()).toEqual(waiting.sort());
  expect(await ordersBlockedOnPayee(db, payee, 1)).toHaveLength(1);
});
