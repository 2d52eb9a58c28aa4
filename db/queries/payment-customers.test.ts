import { expect, inject, it } from 'vitest';
import { PAYMENT_STATUSES, type PaymentStatus } from '#domain/payments/payment.ts';
import { newAttempt, newPayment } from '#test/money.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { paymentAttempts, payments } from '../schema/index.ts';
import { findCustomer, keepCustomer, orderDependingOnCard } from './payment-customers.ts';
import { rowFromPayment } from './payment-rows.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('a person stays the customer that they became first', async () => {
  const person = await recordPerson(db, 'creator', RECORDED_AT);
  expect(await findCustomer(db, person)).toBeNull();
  const [first, second] = [`cus_${person}_1`, `cus_${person}_2`];
  expect(await keepCustomer(db, person, first)).toBe(first);
  expect(await keepCustomer(db, person, second)).toBe(first);
  expect(await findCustomer(db, person)).toBe(first);
});

async function paidWith(card: string, status: PaymentStatus) {
  const payerId = await recordPerson(db, 'creator', RECORDED_AT);
  const { id: subjectId } = await recordOrder(db, payerId);
  const payment = newPayment({ subjectId, payerId, payeeId: null, status, paymentMethodId: card });
  await db.insert(payments).values(rowFromPayment(payment));
  return { payerId, subjectId, payment };
}

it.each(PAYMENT_STATUSES)(
  'an order whose payment is %s depends on its card while money may be held by it',
  async (status) => {
    const { payerId, subjectId } = await paidWith('pm_mine', status);
    const depends = ['pending', 'processing', 'authorized'].includes(status);
    expect(await orderDependingOnCard(db, payerId, 'pm_mine')).toBe(depends ? subjectId : null);
    expect(await orderDependingOnCard(db, payerId, 'pm_other')).toBeNull();
    const other = await recordPerson(db, 'creator', RECORDED_AT);
    expect(await orderDependingOnCard(db, other, 'pm_mine')).toBeNull();
  },
);

it('an order depends on the card of an attempt that is under way, too', async () => {
  const { payerId, subjectId, payment } = await paidWith('pm_old', 'authorized');
  await db
    .insert(paymentAttempts)
    .values([
      newAttempt(payment, { position: 1, state: 'failed', paymentMethodId: 'pm_failed' }),
      newAttempt(payment, { position: 2, state: 'open', paymentMethodId: 'pm_new' }),
    ]);
  expect(await orderDependingOnCard(db, payerId, 'pm_new')).toBe(subjectId);
  expect(await orderDependingOnCard(db, payerId, 'pm_old')).toBe(subjectId);
  expect(await orderDependingOnCard(db, payerId, 'pm_failed')).toBeNull();
});
