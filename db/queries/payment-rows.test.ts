import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { expect, inject, it } from 'vitest';
import {
  ATTEMPT_PURPOSES,
  ATTEMPT_STATES,
  CHARGEBACK_STATES,
  type Money,
  PAYMENT_STATUSES,
  STEP_STATES,
  type StepParams,
} from '#domain/payments/payment.ts';
import { newAttempt, newMoney, newPayment, newStep } from '#test/money.ts';
import { recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { paymentAttempts, paymentSplits, paymentSteps, payments } from '../schema/index.ts';
import { moneyStatements, readMoney } from './money.ts';
import { readOrderRecord } from './order-state.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

const moment = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
const amount = fc.bigInt({ min: 0n, max: 2n ** 62n });
const text = fc.string({ maxLength: 20, unit: 'grapheme' }).map((any) => any.replaceAll('\0', ''));
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
/** Drizzle takes objects without a prototype for no values at all. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true });
const count = fc.nat({ max: 2 ** 31 - 1 });

const params: fc.Arbitrary<StepParams> = fc.oneof(
  record({
    kind: fc.constant('authorize' as const),
    attemptId: text,
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    customerId: text,
    paymentMethodId: text,
    offSession: fc.boolean(),
  }),
  record({
    kind: fc.constant('setup' as const),
    attemptId: text,
    customerId: text,
    paymentMethodId: text,
  }),
  record({
    kind: fc.constant('capture' as const),
    paymentIntentId: text,
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  }),
  record({
    kind: fc.constant('void' as const),
    intentId: text,
    method: fc.constantFrom('authorization', 'setup'),
  }),
  record({
    kind: fc.constant('refund' as const),
    paymentIntentId: text,
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  }),
  record({
    kind: fc.constant('transfer' as const),
    payeeId: fc.uuid(),
    accountId: orNull(text),
    chargeId: text,
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  }),
  record({
    kind: fc.constant('reversal' as const),
    transferId: text,
    accountId: text,
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  }),
);

const failure = { code: text, declineCode: orNull(text), message: text };

const payment = record({
  status: fc.constantFrom(...PAYMENT_STATUSES),
  amount: amount.map((any) => any + 1n),
  amountAuthorized: amount,
  amountRefunded: amount,
  amountLost: amount,
  amountOwed: amount,
  amountRecoverable: amount,
  customerId: text,
  paymentMethodId: text,
  // Intents and charges are unique.
  paymentIntentId: orNull(fc.uuid()),
  chargeId: orNull(fc.uuid()),
  captureBefore: orNull(moment),
  cardDueAt: orNull(moment),
  goal: record({ capture: orNull(amount), payee: orNull(amount) }),
  refunds: fc.array(record({ id: text, amount, status: fc.constantFrom('asked', 'made', 'failed') }), {
    maxLength: 3,
  }),
  chargebacks: fc.array(
    record({
      id: text,
      amount,
      state: fc.constantFrom(...CHARGEBACK_STATES),
      posted: fc.array(text, { maxLength: 2 }),
      taken: amount,
      lost: amount,
    }),
    { maxLength: 3 },
  ),
  feePosted: fc.boolean(),
  processedAt: orNull(moment),
  settledAt: orNull(moment),
  createdAt: moment,
  updatedAt: moment,
});

const attempt = record({
  purpose: fc.constantFrom(...ATTEMPT_PURPOSES),
  method: fc.constantFrom('authorization', 'setup'),
  applicationId: orNull(fc.uuid()),
  amount,
  paymentMethodId: text,
  state: fc.constantFrom(...ATTEMPT_STATES.filter((state) => state !== 'open')),
  intentId: orNull(fc.uuid()),
  awaitsPayer: fc.boolean(),
  failure: orNull(record(failure)),
  openUntil: orNull(moment),
  createdAt: moment,
  updatedAt: moment,
});

const step = record({
  params,
  state: fc.constantFrom(...STEP_STATES),
  generation: count,
  tries: count,
  dueAt: orNull(moment),
  firstCalledAt: orNull(moment),
  lastCalledAt: orNull(moment),
  answered: fc.boolean(),
  result: orNull(text),
  error: orNull(fc.oneof(record(failure), record({ ...failure, available: amount }))),
  version: count,
  createdAt: moment,
  updatedAt: moment,
});

const shares = record({
  platformFee: fc.bigInt({ min: 0n, max: 2n ** 60n }),
  processingFee: fc.bigInt({ min: 0n, max: 2n ** 60n }),
  net: fc.bigInt({ min: 0n, max: 2n ** 60n }),
  createdAt: moment,
  updatedAt: moment,
});

const drawn = record({
  payment,
  attempts: fc.array(attempt, { maxLength: 3 }),
  steps: fc.array(step, { maxLength: 12 }),
  split: orNull(shares),
});

it('money is read as it was written, down to the last of its amounts', async () => {
  const payerId = await recordPerson(db, 'creator', new Date());
  const payeeId = await recordPerson(db, 'provider', new Date());
  await fc.assert(
    fc.asyncProperty(drawn, async ({ payment, attempts, steps, split }) => {
      const order = await recordOrder(db, payerId);
      const whole = newPayment({
        ...payment,
        subjectId: order.id,
        payerId,
        payeeId,
        amountCaptured: payment.amount,
        amountHeld: payment.amount / 3n,
        amountReleased: payment.amount / 2n,
        amountTransferred: payment.amount / 2n,
        amountReversed: payment.amount / 4n,
      });
      const money: Money = newMoney(whole, {
        attempts: attempts.map((given, index) => newAttempt(whole, { ...given, position: index + 1 })),
        steps: steps.map((given, index) => newStep(whole, { ...given, position: index + 1 })),
        split: split && {
          ...split,
          paymentId: whole.id,
          payeeId,
          currency: whole.currency,
          gross: split.platformFee + split.processingFee + split.net,
        },
      });
      const [first, ...others] = moneyStatements(db, {
        before: null,
        after: money,
        postings: [],
        receivable: 0n,
        news: null,
        at: new Date(),
        newTransactionId: uuidv7,
      });
      if (!first) throw new Error('a new payment is at least one statement');
      await db.batch([first, ...others]);
      expect(await readMoney(db, order.id)).toEqual(money);
      expect((await readOrderRecord(db, order.id, 0)).state?.money).toEqual(money);
      // Such things no room makes: whoever lists payments is not to meet them.
      await db.delete(paymentSplits).where(eq(paymentSplits.paymentId, whole.id));
      await db.delete(paymentSteps).where(eq(paymentSteps.paymentId, whole.id));
      await db.delete(paymentAttempts).where(eq(paymentAttempts.paymentId, whole.id));
      await db.delete(payments).where(eq(payments.id, whole.id));
    }),
    { numRuns: 40 },
  );
});

it('an order without a payment has no money', async () => {
  const order = await recordOrder(db, await recordPerson(db, 'creator', new Date()));
  expect(await readMoney(db, order.id)).toBeNull();
  expect((await readOrderRecord(db, order.id, 0)).state?.money).toBeNull();
});
