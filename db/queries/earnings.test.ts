import { expect, inject, it } from 'vitest';
import { NEW_PAYEE, type PayeeFacts } from '#domain/payments/payment.ts';
import { settleStep } from '#domain/payments/settling.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import { decodeCursor } from './cursors.ts';
import { earningsOf } from './earnings.ts';
import { readPayeeFacts } from './payee-facts.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

const PAID: PayeeFacts = { ...NEW_PAYEE, accountId: 'acct_test' };
const NOT_YET: PayeeFacts = NEW_PAYEE;
const FIRST_PAGE = { cursor: null, limit: 20 };

async function people() {
  return {
    payerId: await recordPerson(db, 'creator', RECORDED_AT),
    payeeId: await recordPerson(db, 'provider', RECORDED_AT),
  };
}

it('earnings are sums by currency of what was released, sent, taken back and is owed either way', async () => {
  const { payerId, payeeId } = await people();
  const order = (baseAmount: bigint, currency: string) => recordOrder(db, payerId, { baseAmount, currency });
  const released = async (amount: bigint, currency: string, payee: PayeeFacts) =>
    RecordedMoney.released(db, await order(amount, currency), payeeId, payee);

  await released(10_000n, 'USD', PAID);
  await released(2_000n, 'USD', NOT_YET);
  await released(1_000n, 'JPY', NOT_YET);
  // Still in escrow.
  await RecordedMoney.captured(db, await order(7_000n, 'EUR'), payeeId);
  // Half of it is given back after it was sent; nothing can be reversed.
  const disputed = await released(4_000n, 'USD', PAID);
  await disputed.aim({ payee: 2_000n }, PAID);
  await disputed.refund(PAID);
  await disputed.reverse(PAID);
  const lost = await released(6_000n, 'USD', PAID);
  await lost.see(
    {
      kind: 'chargeback',
      id: `dp_${lost.money.payment.id}`,
      chargeId: lost.money.payment.chargeId ?? '',
      paymentIntentId: null,
      amount: 6_000n,
      state: 'lost',
      movements: [{ balanceTransactionId: `txn_dp_${lost.money.payment.id}`, amount: -6_000n, fee: 1_500n }],
    },
    PAID,
  );

  const { totals, entries } = await earningsOf(db, payeeId, FIRST_PAGE);
  expect(totals).toEqual([
    {
      currency: 'JPY',
      gross: 1_000n,
      platformFee: 120n,
      processingFee: 30n,
      net: 850n,
      transferred: 0n,
      reversed: 0n,
      pending: 850n,
      receivable: 0n,
    },
    {
      currency: 'USD',
      gross: 20_000n,
      platformFee: 2_400n,
      processingFee: 600n,
      net: 17_000n,
      transferred: 8_500n + 3_400n + 5_100n,
      reversed: 1_700n,
      pending: 1_700n,
      receivable: 6_000n,
    },
  ]);
  expect(entries.items).toHaveLength(5);
  for (const { currency, ...total } of totals) {
    const mine = entries.items.filter((entry) => entry.currency === currency);
    for (const figure of [
      'gross',
      'platformFee',
      'processingFee',
      'net',
      'transferred',
      'reversed',
    ] as const) {
      expect(
        mine.reduce((sum, entry) => sum + entry[figure], 0n),
        figure,
      ).toBe(total[figure]);
    }
  }
});

it('what is netted is neither pending nor owed any longer', async () => {
  const { payerId, payeeId } = await people();
  const totals = async () => (await earningsOf(db, payeeId, FIRST_PAGE)).totals;
  // It is all given back after it was sent, and their account has nothing left.
  const first = await RecordedMoney.released(db, await recordOrder(db, payerId), payeeId, PAID);
  await first.aim({ payee: 0n }, PAID);
  await first.refund(PAID);
  const error = { code: 'balance_insufficient', declineCode: null, message: 'Nothing left.', available: 0n };
  const refused = { kind: 'refused', error, fact: null } as const;
  await first.apply(settleStep(first.money, first.step('reversal').id, refused, PAID, RECORDED_AT));
  expect(await totals()).toMatchObject([{ net: 0n, transferred: 2_125n, pending: 0n, receivable: 2_125n }]);

  const payee = { ...(await readPayeeFacts(db, payeeId, 'USD')), accountId: 'acct_test' };
  const order = await recordOrder(db, payerId, { baseAmount: 10_000n });
  const second = await RecordedMoney.released(db, order, payeeId, payee);
  expect(second.step('transfer').params.amount).toBe(6_375n);
  expect(await totals()).toMatchObject([{ net: 8_500n, transferred: 8_500n, pending: 0n, receivable: 0n }]);
});

it('a payee who has earned nothing has no totals and no entries', async () => {
  const { payeeId } = await people();
  const { totals, entries } = await earningsOf(db, payeeId, FIRST_PAGE);
  expect(totals).toEqual([]);
  expect(entries).toMatchObject({ items: [], pagination: { totalCount: 0, hasNextPage: false } });
});

it('entries come newest first, a page at a time both ways, and only those of the payee', async () => {
  const { payerId, payeeId } = await people();
  const other = await recordPerson(db, 'provider', RECORDED_AT);
  const orders: string[] = [];
  for (const title of ['one', 'two', 'three']) {
    const order = await recordOrder(db, payerId, { title });
    await RecordedMoney.released(db, order, payeeId, PAID);
    await RecordedMoney.released(db, await recordOrder(db, payerId), other, PAID);
    orders.unshift(order.id);
  }
  const page = async (cursor: string | null) => {
    const { entries } = await earningsOf(db, payeeId, {
      cursor: cursor === null ? null : decodeCursor(cursor),
      limit: 2,
    });
    expect(entries.pagination.totalCount).toBe(3);
    return entries;
  };
  const first = await page(null);
  expect(first.items.map(({ orderId }) => orderId)).toEqual(orders.slice(0, 2));
  expect(first.items[0]).toMatchObject({
    title: 'three',
    gross: 2_500n,
    platformFee: 300n,
    processingFee: 75n,
    net: 2_125n,
    transferred: 2_125n,
    reversed: 0n,
    status: 'succeeded',
    releasedAt: RECORDED_AT,
    processedAt: RECORDED_AT,
    settledAt: RECORDED_AT,
  });
  const second = await page(first.pagination.nextCursor);
  expect(second.items.map(({ orderId }) => orderId)).toEqual(orders.slice(2));
  expect((await page(second.pagination.previousCursor)).items).toEqual(first.items);
});
