import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import type { Payment, PaymentStep, StepParams } from '#domain/payments/payment.ts';
import { newAttempt, newMoney, newPayment, newStep } from '#test/money.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { recordChange } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import { idempotencyKeys, orderEffects, payoutAccounts } from '../schema/index.ts';
import {
  type CapturedPayment,
  capturedPayments,
  forgetIdempotencyKeys,
  openPaymentsUnheardOf,
  ordersOwing,
} from './owed.ts';
import { keepStripeEvent } from './stripe-events.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const before = new Date('2020-01-01T00:00:00.000Z');
const earlier = new Date(before.getTime() - 1);

async function owe(orderId: string, createdAt: Date, doneAt: Date | null, position = 0) {
  await db
    .insert(orderEffects)
    .values({ orderId, seq: 1, position, effect: { kind: 'publish' }, createdAt, doneAt });
}

/** Everything owing, however many calls it takes. */
function all(limit: number): Promise<string[]> {
  return inStretches(limit, (stretch) => ordersOwing(db, { before, ...stretch }));
}

async function inStretches(
  limit: number,
  read: (stretch: { after: string | null; limit: number }) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const batch = await read({ after, limit });
    found.push(...batch);
    if (batch.length < limit) return found;
    after = batch.at(-1) ?? null;
  }
}

describe('orders that owe something old', () => {
  it('are those with an effect not carried out or a deadline passed, each once, in steps of any size', async () => {
    const creator = await recordPerson(db, 'creator', RECORDED_AT);
    const owing: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { id } = await recordOrder(db, creator, { deadlineAt: i === 0 ? null : earlier });
      if (i !== 1) {
        await owe(id, earlier, null);
        await owe(id, earlier, null, 1);
      }
      owing.push(id);
    }
    const { id: young } = await recordOrder(db, creator, { deadlineAt: before });
    await owe(young, before, null);
    const { id: paid } = await recordOrder(db, creator, { deadlineAt: null });
    await owe(paid, earlier, before);

    for (const limit of [1, 2, 50]) {
      const mine = (await all(limit)).filter((id) => [...owing, young, paid].includes(id));
      expect(mine).toEqual(owing);
    }
  });
});

describe('orders whose payments owe something old', () => {
  const VOID: StepParams = { kind: 'void', intentId: 'pi_test', method: 'authorization' };

  /** An order with the steps of a payment, in turn. */
  async function withSteps(payeeId: string, ...steps: Partial<PaymentStep>[]): Promise<string> {
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const { id: subjectId } = await recordOrder(db, payerId, { deadlineAt: null });
    const payment = newPayment({ subjectId, payerId, payeeId });
    const money = newMoney(payment, {
      steps: steps.map((given, index) => newStep(payment, { params: VOID, ...given, position: index + 1 })),
    });
    await recordChange(db, { before: null, after: money, postings: [], receivable: 0n, news: null });
    return subjectId;
  }

  function transfer(payeeId: string, updatedAt: Date): Partial<PaymentStep> {
    const params = {
      kind: 'transfer',
      payeeId,
      accountId: null,
      chargeId: 'ch',
      amount: 1n,
      currency: 'USD',
    };
    return { params: params as StepParams, state: 'blocked', dueAt: null, updatedAt };
  }

  async function payee(transfersEnabled: boolean | null): Promise<string> {
    const userId = await recordPerson(db, 'provider', RECORDED_AT);
    if (transfersEnabled === null) return userId;
    await db.insert(payoutAccounts).values({
      userId,
      accountId: `acct_${userId}`,
      detailsSubmitted: true,
      transfersEnabled,
      payoutsEnabled: true,
      requirementsDue: [],
      disabledReason: null,
      observedAt: RECORDED_AT,
    });
    return userId;
  }

  it('are those whose next step is due, or waits for an account that can take it now', async () => {
    const able = await payee(true);
    const done = { state: 'done', dueAt: null } as const;
    const due = { dueAt: earlier };
    const owing = [
      await withSteps(able, due),
      await withSteps(able, done, { ...due, state: 'running' }),
      await withSteps(able, transfer(able, RECORDED_AT), due),
      await withSteps(able, transfer(able, earlier)),
      await withSteps(able, { ...due, state: 'unknown' }, due),
    ];
    const [unable, absent] = [await payee(false), await payee(null)];
    const others = [
      await withSteps(able, { dueAt: before }),
      await withSteps(able, done),
      // Nothing gets past a parked one, nor one whose own time has not come.
      await withSteps(able, { state: 'parked', dueAt: null }, due),
      await withSteps(able, { state: 'unknown', dueAt: before }, due),
      await withSteps(able, transfer(able, before)),
      await withSteps(unable, transfer(unable, earlier)),
      await withSteps(absent, transfer(absent, earlier)),
    ];
    for (const limit of [1, 50]) {
      const mine = (await all(limit)).filter((id) => [...owing, ...others].includes(id));
      expect(mine).toEqual(owing.toSorted());
    }
  });

  it('are compared with Stripe while they wait for news, if it has told nothing for long', async () => {
    // Nobody's webhooks are that late.
    const since = new Date('2999-01-01T00:00:00.000Z');
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    async function paid(given: Partial<Payment>, attempt: 'open' | 'failed' | null = null): Promise<string> {
      const { id: subjectId } = await recordOrder(db, payerId);
      const payment = newPayment({ subjectId, payerId, payeeId: null, ...given });
      const attempts = attempt ? [newAttempt(payment, { position: 1, state: attempt })] : [];
      const money = newMoney(payment, { attempts });
      await recordChange(db, { before: null, after: money, postings: [], receivable: 0n, news: null });
      return subjectId;
    }
    const waiting = [
      await paid({ status: 'processing' }),
      await paid({ status: 'authorized' }),
      await paid({ status: 'pending' }, 'open'),
    ];
    const others = [
      await paid({ status: 'succeeded' }),
      await paid({ status: 'pending' }, 'failed'),
      await paid({ status: 'authorized', updatedAt: since }),
    ];
    const unheardOf = async (limit: number, since: Date) => {
      const found = await inStretches(limit, (stretch) => openPaymentsUnheardOf(db, { since, ...stretch }));
      return found.filter((id) => [...waiting, ...others].includes(id));
    };
    expect(await unheardOf(1, since)).toEqual(waiting);
    expect(await unheardOf(1_000, since)).toEqual(waiting);

    // Long after all that other tests put there.
    const at = new Date('2098-01-01T00:00:00.000Z');
    const hear = (type: string, objectType: string, account: string | null) =>
      keepStripeEvent(db, {
        id: `evt_${uuidv7()}`,
        type,
        account,
        objectId: null,
        payload: { objectType, intentId: null, chargeId: null, stepId: null },
        receivedAt: at,
      });
    await hear('account.updated', 'account', 'acct_test');
    await hear('charge.captured', 'charge', 'acct_test');
    await hear('customer.created', 'customer', null);
    expect(await unheardOf(1_000, at)).toEqual(waiting);
    await hear('charge.dispute.created', 'dispute', null);
    expect(await unheardOf(1_000, at)).toEqual([]);
  });

  it('are compared by when they were captured, each once, in steps of any size', async () => {
    const since = new Date('2500-01-01T00:00:00.000Z');
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const captured = async (processedAt: Date | null, status: Payment['status'] = 'succeeded') => {
      const { id: orderId } = await recordOrder(db, payerId);
      const payment = newPayment({ subjectId: orderId, payerId, payeeId: null, status, processedAt });
      const after = newMoney(payment);
      await recordChange(db, { before: null, after, postings: [], receivable: 0n, news: null });
      return { orderId, processedAt };
    };
    const at = (ms: number) => new Date(since.getTime() + ms);
    const later = await captured(at(2));
    const [one, other] = [await captured(at(1), 'refunded'), await captured(at(1))];
    const first = await captured(since);
    await captured(at(-1));
    await captured(null, 'authorized');
    const expected = [first, one, other, later];
    for (const limit of [1, 2, 50]) {
      const found: CapturedPayment[] = [];
      for (let size = -1; size < found.length; ) {
        size = found.length;
        found.push(...(await capturedPayments(db, { since, after: found.at(-1) ?? null, limit })));
        expect(found.length - size).toBeLessThanOrEqual(limit);
      }
      expect(found).toEqual(expected);
    }
  });
});

describe('Idempotency-Keys', () => {
  it('are forgotten when they are old, and not before', async () => {
    const userId = uuidv7();
    const key = (name: string, createdAt: Date) => ({
      userId,
      method: 'POST',
      path: '/',
      key: name,
      bodyHash: '',
      lockedUntil: createdAt,
      createdAt,
    });
    await db.insert(idempotencyKeys).values([key('old', earlier), key('new', before)]);
    await forgetIdempotencyKeys(db, before);
    const left = await db.query.idempotencyKeys.findMany({ where: (row, { eq }) => eq(row.userId, userId) });
    expect(left.map((row) => row.key)).toEqual(['new']);
  });
});
