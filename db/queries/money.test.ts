import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import { decide } from '#domain/orders/decide.ts';
import { feeTaken, type LedgerPosting, netted } from '#domain/payments/ledger.ts';
import type { MoneyChange } from '#domain/payments/money-draft.ts';
import { type Money, NEW_PAYEE, type PaymentStep } from '#domain/payments/payment.ts';
import { lease } from '#domain/payments/steps.ts';
import { newAttempt, newMoney, newPayment, newStep } from '#test/money.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney, recordChange } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import {
  ledgerEntries,
  ledgerTransactions,
  liveStreamOrders,
  orderEvents,
  payeeReceivables,
} from '../schema/index.ts';
import { databaseFailure } from './database-errors.ts';
import {
  keepStep,
  LEDGER_UNBALANCED,
  POSTED_BEFORE,
  RECEIVABLE_TAKEN,
  readMoney,
  STEP_MOVED,
} from './money.ts';
import { commitDecision } from './order-commit.ts';
import { readOrderRecord } from './order-state.ts';
import { readPayeeFacts } from './payee-facts.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

const LATER = new Date(RECORDED_AT.getTime() + 1_000);

/** An order's money that was never changed before, with a capture ready to be called. */
async function fresh(): Promise<Money> {
  const payerId = await recordPerson(db, 'creator', RECORDED_AT);
  const payeeId = await recordPerson(db, 'provider', RECORDED_AT);
  const { id: subjectId } = await recordOrder(db, payerId);
  const payment = newPayment({ subjectId, payerId, payeeId });
  const capture = { kind: 'capture', paymentIntentId: 'pi_test', amount: 2_500n, currency: 'USD' } as const;
  return newMoney(payment, { steps: [newStep(payment, { position: 1, params: capture })] });
}

async function recorded(): Promise<Money> {
  const money = await fresh();
  await recordChange(db, change(null, money));
  return money;
}

function change(before: Money | null, after: Money, given: Partial<MoneyChange> = {}): MoneyChange {
  return { before, after, postings: [], receivable: 0n, news: null, ...given };
}

/** The name of the constraint that aborts the change. */
async function refusal(attempt: Promise<unknown>): Promise<string | undefined> {
  const failure = await attempt.then(() => null, databaseFailure);
  return failure?.kind === 'constraint' ? failure.constraint : failure?.kind;
}

function firstStep({ steps: [step] }: Money): PaymentStep {
  if (!step) throw new Error('it has a step');
  return step;
}

describe('a posting', () => {
  const posting: LedgerPosting = feeTaken('txn_any', 'USD', 100n);

  it.each([
    ['that does not sum to zero', [{ account: 'stripe', partyId: null, amount: 5n }, ...posting.entries]],
    ['with a single entry', [{ account: 'stripe', partyId: null, amount: 0n }]],
  ] satisfies [string, LedgerPosting['entries']][])('%s aborts all that goes with it', async (_, entries) => {
    const money = await fresh();
    const balanced = { ...posting, cause: `stripe:${money.payment.id}` };
    const postings = [balanced, { ...posting, cause: `stripe:${money.payment.id}:bad`, entries }];
    expect(await refusal(recordChange(db, change(null, money, { postings })))).toBe(LEDGER_UNBALANCED);
    expect(await readMoney(db, money.payment.subjectId)).toBeNull();
    expect(await db.$count(ledgerTransactions, eq(ledgerTransactions.cause, balanced.cause))).toBe(0);
  });

  it('without entries, or whose currencies only cancel out together, is refused', async () => {
    const id = uuidv7();
    const transaction = db
      .insert(ledgerTransactions)
      .values({ id, cause: `stripe:${id}`, kind: 'fee', currency: 'USD', at: RECORDED_AT });
    expect(await refusal(db.batch([transaction]))).toBe(LEDGER_UNBALANCED);
    const entry = { transactionId: id, account: 'stripe' as const };
    const mixed = db.insert(ledgerEntries).values([
      { ...entry, position: 0, amount: 5n, currency: 'USD' },
      { ...entry, position: 1, amount: -5n, currency: 'EUR' },
    ]);
    expect(await refusal(db.batch([transaction, mixed]))).toBe(LEDGER_UNBALANCED);
  });

  it('with the cause of another aborts', async () => {
    const money = await fresh();
    const postings = [{ ...posting, cause: `stripe:${money.payment.id}` }];
    await recordChange(db, change(null, money, { postings }));
    const payment = { ...money.payment, feePosted: true };
    const again = change(money, { ...money, payment }, { postings });
    expect(await refusal(recordChange(db, again))).toBe(POSTED_BEFORE);
    expect(await readMoney(db, money.payment.subjectId)).toEqual(money);
  });

  it.each([
    'update ledger_entries set amount = 0',
    'update ledger_entries set amount = amount where false',
    'delete from ledger_entries',
    'truncate ledger_entries',
    "update ledger_transactions set cause = 'other'",
    'delete from ledger_transactions',
    'truncate ledger_transactions cascade',
  ])('stays: "%s" is refused', async (statement) => {
    const money = await fresh();
    const postings = [{ ...posting, cause: `stripe:${money.payment.id}` }];
    await recordChange(db, change(null, money, { postings }));
    expect(await refusal(db.execute(sql.raw(statement)))).toBe('ledger_append_only');
    expect(await db.$count(ledgerTransactions, eq(ledgerTransactions.paymentId, money.payment.id))).toBe(1);
  });
});

describe('what a payee owes', () => {
  it('grows and shrinks, each currency by itself, and never below nothing', async () => {
    const money = await recorded();
    const { id, payeeId, subjectId } = money.payment;
    if (!payeeId) throw new Error('it has a payee');
    const owe = (receivable: bigint, cause: string) => {
      const payment = { ...money.payment, updatedAt: LATER };
      const posting = netted(id, cause, payeeId, 'USD', -receivable);
      const postings = [posting];
      return recordChange(db, change(money, { ...money, payment }, { receivable, postings }));
    };
    const owed = async (currency: string) => (await readPayeeFacts(db, payeeId, currency)).receivable;

    expect(await refusal(owe(-1n, 'too early'))).toBe(RECEIVABLE_TAKEN);
    expect(await readMoney(db, subjectId)).toEqual(money);
    await owe(500n, 'first');
    await owe(200n, 'second');
    await owe(-300n, 'third');
    expect(await owed('USD')).toBe(400n);
    expect(await refusal(owe(-401n, 'too much'))).toBe(RECEIVABLE_TAKEN);
    await owe(-400n, 'all');
    expect(await owed('USD')).toBe(0n);
    expect(await owed('EUR')).toBe(0n);
    expect(await db.$count(payeeReceivables, eq(payeeReceivables.payeeId, payeeId))).toBe(1);
    // What was refused posted nothing.
    expect(await db.$count(ledgerTransactions, eq(ledgerTransactions.paymentId, id))).toBe(4);
  });
});

describe('a step', () => {
  it('is kept by whoever saw it as it is, and lost by all others', async () => {
    const money = await recorded();
    const step = firstStep(money);
    const leased = lease(step, LATER);
    expect(await keepStep(db, step, leased)).toBe(true);
    expect(await keepStep(db, step, { ...leased, state: 'parked' })).toBe(false);
    expect(await readMoney(db, money.payment.subjectId)).toEqual({ ...money, steps: [leased] });
  });

  it('that moved meanwhile aborts a change that was made from what it was', async () => {
    const money = await recorded();
    const step = firstStep(money);
    const leased = lease(step, LATER);
    const done: PaymentStep = { ...step, state: 'done', version: step.version + 1 };
    const stale = change(money, { ...money, steps: [done] });
    await keepStep(db, step, leased);
    expect(await refusal(recordChange(db, stale))).toBe(STEP_MOVED);
    const known = { ...money, steps: [leased] };
    expect(await readMoney(db, money.payment.subjectId)).toEqual(known);

    const settled: PaymentStep = { ...leased, state: 'done', version: leased.version + 1 };
    await recordChange(db, change(known, { ...known, steps: [settled] }));
    expect((await readMoney(db, money.payment.subjectId))?.steps).toEqual([settled]);
  });
});

describe('an attempt', () => {
  it('is the only open one of its payment; one that is closed makes way for the next in one change', async () => {
    const money = await recorded();
    const first = newAttempt(money.payment, { position: 1 });
    const second = newAttempt(money.payment, { position: 2 });
    const both = change(money, { ...money, attempts: [first, second] });
    expect(await refusal(recordChange(db, both))).toBe('payment_attempts_open');

    const one = { ...money, attempts: [first] };
    await recordChange(db, change(money, one));
    const next: Money = { ...money, attempts: [{ ...first, state: 'failed' }, second] };
    await recordChange(db, change(one, next));
    expect(await readMoney(db, money.payment.subjectId)).toEqual(next);
  });
});

describe('money that goes its way', () => {
  it('is in the record at every step what the domain made of it', async () => {
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const payeeId = await recordPerson(db, 'provider', RECORDED_AT);
    const order = await recordOrder(db, payerId);
    const payee = { ...NEW_PAYEE, accountId: 'acct_test' };
    const recorded = await RecordedMoney.captured(db, order, payeeId);
    expect(await readMoney(db, order.id)).toEqual(recorded.money);
    await recorded.aim({ payee: 2_500n }, payee);
    await recorded.transfer(payee);
    expect(await readMoney(db, order.id)).toEqual(recorded.money);
    // Half of it is given back after all.
    await recorded.aim({ payee: 1_250n }, payee);
    await recorded.refund(payee);
    await recorded.reverse(payee);
    expect(await readMoney(db, order.id)).toEqual(recorded.money);
    expect(recorded.money.payment).toMatchObject({ amountHeld: 0n, amountRefunded: 1_250n });
    expect(recorded.money.payment.amountRecoverable).toBe(0n);
  });

  it('commits with the event that moved it, or neither does', async () => {
    const creator = await recordPerson(db, 'creator', RECORDED_AT);
    const payeeId = await recordPerson(db, 'provider', RECORDED_AT);
    const orderId = uuidv7();
    const draft = {
      title: 'A stream',
      description: null,
      location: { latitude: 1, longitude: 2, address: null, locality: null },
      serviceRadius: 5_000,
      baseAmount: 2_500n,
      currency: 'USD',
      scheduledFor: null,
      requirements: [],
      tags: [],
    };
    const actor = { kind: 'person', userId: creator, role: 'creator' } as const;
    const verdict = decide(null, { name: 'create', orderId, draft }, actor, RECORDED_AT);
    if (!verdict.ok) throw new Error(verdict.error.message);
    const decision = verdict.value;
    const money = newMoney(newPayment({ subjectId: orderId, payerId: creator, payeeId }));
    const posting = feeTaken(`txn_${orderId}`, 'USD', 100n);
    const commit = (postings: LedgerPosting[]) =>
      commitDecision(db, {
        commandId: uuidv7(),
        decision: {
          ...decision,
          changed: { ...decision.changed, money: change(null, money, { postings }) },
        },
        deadlineAt: null,
        answer: null,
      });

    const unbalanced = { ...posting, entries: posting.entries.slice(1) };
    expect(await refusal(commit([unbalanced]))).toBe(LEDGER_UNBALANCED);
    expect(await db.$count(liveStreamOrders, eq(liveStreamOrders.id, orderId))).toBe(0);
    expect(await db.$count(orderEvents, eq(orderEvents.orderId, orderId))).toBe(0);

    await commit([posting]);
    expect((await readOrderRecord(db, orderId, 0)).state?.money).toEqual(money);
    const [transaction] = await db
      .select()
      .from(ledgerTransactions)
      .where(eq(ledgerTransactions.paymentId, money.payment.id));
    expect(transaction).toMatchObject({
      cause: posting.cause,
      kind: 'fee',
      currency: 'USD',
      at: RECORDED_AT,
    });
  });
});
