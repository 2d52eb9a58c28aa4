import { expect, inject, it } from 'vitest';
import type { ChargebackRecord, Payment, PaymentStep } from '#domain/payments/payment.ts';
import { newMoney, newPayment, newStep } from '#test/money.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { recordChange } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import { type Cursor, decodeCursor } from './cursors.ts';
import { openDisputes, paymentStepsIn } from './payment-lists.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

/** A payment of an order, in the record. */
async function paid(
  orderId: string,
  payerId: string,
  given: Partial<Payment> = {},
  steps: Partial<PaymentStep>[] = [],
) {
  const payment = newPayment({ subjectId: orderId, payerId, payeeId: null, ...given });
  const params = { kind: 'capture', paymentIntentId: 'pi_test', amount: 1n, currency: 'USD' } as const;
  const money = newMoney(payment, {
    steps: steps.map((step, index) => newStep(payment, { params, ...step, position: index + 1 })),
  });
  await recordChange(db, { before: null, after: money, postings: [], receivable: 0n, news: null });
  return money;
}

type Read<T> = (page: { cursor: Cursor | null; limit: number }) => Promise<{
  items: T[];
  pagination: { nextCursor: string | null; previousCursor: string | null };
}>;

/** A list from its beginning to its end and back again, each way in the order of the pages. */
async function thereAndBack<T>(limit: number, read: Read<T>): Promise<{ there: T[]; back: T[] }> {
  const there: T[] = [];
  const back: T[] = [];
  let page = await read({ cursor: null, limit });
  there.push(...page.items);
  while (page.pagination.nextCursor !== null) {
    page = await read({ cursor: decodeCursor(page.pagination.nextCursor), limit });
    there.push(...page.items);
  }
  back.unshift(...page.items);
  while (page.pagination.previousCursor !== null) {
    page = await read({ cursor: decodeCursor(page.pagination.previousCursor), limit });
    back.unshift(...page.items);
  }
  return { there, back };
}

it('payment steps are listed by state or all, the newest payment first, and within it the last step first', async () => {
  const payerId = await recordPerson(db, 'creator', RECORDED_AT);
  const mine: { step: PaymentStep; orderId: string }[] = [];
  for (let order = 0; order < 3; order++) {
    const { id: orderId } = await recordOrder(db, payerId);
    const { steps } = await paid(
      orderId,
      payerId,
      {},
      Array.from({ length: 12 }, (_, index) => ({ state: index % 2 === 0 ? 'parked' : 'done' })),
    );
    mine.unshift(...steps.toReversed().map((step) => ({ step, orderId })));
  }
  const isMine = ({ orderId }: { orderId: string }) => mine.some((other) => other.orderId === orderId);

  const { there, back } = await thereAndBack(5, (page) => paymentStepsIn(db, 'parked', page));
  const parked = mine.filter(({ step }) => step.state === 'parked');
  expect(there.filter(isMine)).toEqual(parked);
  expect(back.filter(isMine)).toEqual(parked);
  const all = await thereAndBack(100, (page) => paymentStepsIn(db, null, page));
  expect(all.there.filter(isMine)).toEqual(mine);
  const { pagination } = await paymentStepsIn(db, 'parked', { cursor: null, limit: 1 });
  expect(pagination.totalCount).toBeGreaterThanOrEqual(18);
});

it('disputes are the orders that a side disputes, or a bank', async () => {
  const payerId = await recordPerson(db, 'creator', RECORDED_AT);
  const place = (status: 'completed' | 'disputed') => recordOrder(db, payerId, { status });
  const chargeback = (state: ChargebackRecord['state']): ChargebackRecord => ({
    id: 'dp_test',
    amount: 2_500n,
    state,
    posted: [],
    taken: 0n,
    lost: 0n,
  });
  const byBoth = await place('disputed');
  await paid(byBoth.id, payerId, { chargebacks: [chargeback('won'), chargeback('open')] });
  const unpaid = await place('disputed');
  const atBank = await place('completed');
  const { payment } = await paid(atBank.id, payerId, { chargebacks: [chargeback('open')] });
  const inquired = await place('completed');
  await paid(inquired.id, payerId, { chargebacks: [chargeback('inquiry')] });
  const over = await place('completed');
  await paid(over.id, payerId, { chargebacks: [chargeback('won'), chargeback('lost')] });
  const plain = await place('completed');
  await paid(plain.id, payerId);

  const mine = [byBoth, unpaid, atBank, inquired, over, plain].map(({ id }) => id);
  const expected = [inquired.id, atBank.id, unpaid.id, byBoth.id];
  const { there, back } = await thereAndBack(3, (page) => openDisputes(db, page));
  expect(there.map(({ id }) => id).filter((id) => mine.includes(id))).toEqual(expected);
  expect(back.map(({ id }) => id).filter((id) => mine.includes(id))).toEqual(expected);
  expect(there.find(({ id }) => id === atBank.id)).toEqual({ id: atBank.id, order: atBank, payment });
  expect(there.find(({ id }) => id === unpaid.id)).toEqual({ id: unpaid.id, order: unpaid, payment: null });
});
