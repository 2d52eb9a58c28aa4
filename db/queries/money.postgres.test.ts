import { expect, inject, it } from 'vitest';
import type { Money } from '#domain/payments/payment.ts';
import { lease } from '#domain/payments/steps.ts';
import { newMoney, newPayment, newStep } from '#test/money.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney, recordChange } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import { payeeReceivables } from '../schema/index.ts';
import { databaseFailure } from './database-errors.ts';
import { keepStep, RECEIVABLE_TAKEN, readMoney } from './money.ts';
import { readPayeeFacts } from './payee-facts.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('of two orders that both take what their payee owes off their pay at once, exactly one does', async () => {
  for (let round = 0; round < 10; round++) {
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const payeeId = await recordPerson(db, 'provider', RECORDED_AT);
    await db.insert(payeeReceivables).values({ payeeId, currency: 'USD', amount: 1_000n });
    const rivals = await Promise.all(
      [1, 2].map(async () => RecordedMoney.captured(db, await recordOrder(db, payerId), payeeId)),
    );
    const payee = await readPayeeFacts(db, payeeId, 'USD');
    const outcomes = await Promise.all(
      rivals.map((money) =>
        money.aim({ payee: 2_500n }, payee).then(
          () => 'netted',
          (error) => {
            const failure = databaseFailure(error);
            return failure?.kind === 'constraint' ? failure.constraint : failure;
          },
        ),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['netted', RECEIVABLE_TAKEN]);
    expect((await readPayeeFacts(db, payeeId, 'USD')).receivable).toBe(0n);

    // The loser reads anew, finds nothing to take off, and sends it all.
    const loser = rivals[outcomes.indexOf(RECEIVABLE_TAKEN)];
    await loser?.aim({ payee: 2_500n }, await readPayeeFacts(db, payeeId, 'USD'));
    const sent = rivals.map((rival) => rival.step('transfer').params.amount).toSorted();
    expect(sent).toEqual([1_125n, 2_125n]);
  }
});

it('of many that take a step at once, exactly one has it', async () => {
  for (let round = 0; round < 10; round++) {
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const { id: subjectId } = await recordOrder(db, payerId);
    const payment = newPayment({ subjectId, payerId, payeeId: null });
    const step = newStep(payment, {
      position: 1,
      params: { kind: 'void', intentId: 'pi_test', method: 'authorization' },
    });
    const money: Money = newMoney(payment, { steps: [step] });
    await recordChange(db, { before: null, after: money, postings: [], receivable: 0n, news: null });
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const at = new Date(RECORDED_AT.getTime() + index);
        return keepStep(db, step, lease(step, at)).then((kept) => ({ kept, at }));
      }),
    );
    const winners = taken.filter(({ kept }) => kept);
    expect(winners).toHaveLength(1);
    expect((await readMoney(db, subjectId))?.steps[0]?.lastCalledAt).toEqual(winners[0]?.at);
  }
});
