import { asc, eq, lte } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { database } from '../client.ts';
import { stripeEvents } from '../schema/index.ts';
import {
  countStripeEventAttempts,
  forgetStripeEvents,
  keepStripeEvent,
  markStripeEventApplied,
  orderOfStripeEvent,
  type StripeEvent,
  unappliedStripeEvents,
} from './stripe-events.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

const LONG_AGO = new Date('2020-01-01T00:00:00.000Z');

function eventAt(receivedAt: Date, given: Partial<StripeEvent> = {}): StripeEvent {
  return {
    id: `evt_${uuidv7()}`,
    type: 'charge.captured',
    account: null,
    objectId: 'ch_test',
    payload: { objectType: 'charge', intentId: 'pi_test', chargeId: 'ch_test', stepId: null },
    receivedAt,
    ...given,
  };
}

describe('an event', () => {
  it('is new once; told again it changes nothing', async () => {
    const event = eventAt(RECORDED_AT, { account: 'acct_test' });
    expect(await keepStripeEvent(db, event)).toBe(true);
    await markStripeEventApplied(db, event.id, RECORDED_AT);
    expect(await keepStripeEvent(db, { ...event, type: 'other' })).toBe(false);
    const [row] = await db.select().from(stripeEvents).where(eq(stripeEvents.id, event.id));
    expect(row).toEqual({ ...event, appliedAt: RECORDED_AT, attempts: 0 });
  });

  it('waits, once it is old enough, until it is applied; what was tried in vain comes last', async () => {
    const [first, second, third, young] = [0, 1, 2, 3].map((ms) =>
      eventAt(new Date(LONG_AGO.getTime() + ms)),
    );
    if (!first || !second || !third || !young) throw new Error('there are four');
    for (const event of [third, first, young, second]) await keepStripeEvent(db, event);
    const mine = [first, second, third, young].map(({ id }) => id);
    const unapplied = async (limit = 50) =>
      (await unappliedStripeEvents(db, { before: young.receivedAt, limit })).filter(({ id }) =>
        mine.includes(id),
      );

    expect(await unapplied()).toEqual([first, second, third].map((event) => ({ ...event, attempts: 0 })));
    expect(await unapplied(1)).toHaveLength(1);
    await countStripeEventAttempts(db, [first.id]);
    await countStripeEventAttempts(db, []);
    expect((await unapplied()).map(({ id, attempts }) => [id, attempts])).toEqual([
      [second.id, 0],
      [third.id, 0],
      [first.id, 1],
    ]);
    for (const { id } of [first, second, third, young]) await markStripeEventApplied(db, id, RECORDED_AT);
    expect(await unapplied()).toEqual([]);
  });
});

it('events that were applied are forgotten when they are old, a few at once; what was not is kept', async () => {
  const before = new Date('2010-01-01T00:00:00.000Z');
  const at = (ms: number) => new Date(before.getTime() + ms);
  const [first, second, unapplied, young] = [-3, -2, -1, 0].map((ms) => eventAt(at(ms)));
  if (!first || !second || !unapplied || !young) throw new Error('there are four');
  for (const event of [young, unapplied, second, first]) {
    await keepStripeEvent(db, event);
    if (event !== unapplied) await markStripeEventApplied(db, event.id, RECORDED_AT);
  }
  const left = async () => {
    const rows = await db
      .select({ id: stripeEvents.id })
      .from(stripeEvents)
      .where(lte(stripeEvents.receivedAt, before))
      .orderBy(asc(stripeEvents.receivedAt));
    return rows.map(({ id }) => id);
  };
  expect(await forgetStripeEvents(db, { before, limit: 1 })).toBe(1);
  expect(await left()).toEqual([second.id, unapplied.id, young.id]);
  expect(await forgetStripeEvents(db, { before, limit: 10 })).toBe(1);
  expect(await left()).toEqual([unapplied.id, young.id]);
  await markStripeEventApplied(db, unapplied.id, RECORDED_AT);
});

describe('the order of an event', () => {
  const nothing = { intentId: null, chargeId: null, stepId: null };
  let orderId: string;
  let recorded: RecordedMoney;

  beforeAll(async () => {
    const payerId = await recordPerson(db, 'creator', RECORDED_AT);
    const order = await recordOrder(db, payerId);
    orderId = order.id;
    recorded = await RecordedMoney.begin(db, order, await recordPerson(db, 'provider', RECORDED_AT));
  });

  it('is found by the step while the intent is not known yet, then by that, then by its charge', async () => {
    const intentId = `pi_${recorded.money.payment.id}`;
    const byStep = { ...nothing, intentId, stepId: recorded.step('authorize').id };
    expect(await orderOfStripeEvent(db, { ...nothing, intentId })).toBeNull();
    expect(await orderOfStripeEvent(db, byStep)).toBe(orderId);

    await recorded.see(recorded.intent('authorized'));
    const { chargeId } = recorded.money.payment;
    expect(await orderOfStripeEvent(db, { ...nothing, intentId })).toBe(orderId);
    expect(await orderOfStripeEvent(db, { ...nothing, chargeId })).toBe(orderId);
    expect(await orderOfStripeEvent(db, { ...byStep, chargeId })).toBe(orderId);
  });

  it('is still found by an intent that no longer holds the money', async () => {
    await recorded.see(recorded.intent('cancelled'));
    expect(recorded.money.payment.paymentIntentId).toBeNull();
    const intentId = `pi_${recorded.money.payment.id}`;
    expect(await orderOfStripeEvent(db, { ...nothing, intentId })).toBe(orderId);
  });

  it('is null for what was made elsewhere, or is no payment', async () => {
    expect(await orderOfStripeEvent(db, nothing)).toBeNull();
    const others = { intentId: 'pi_other', chargeId: 'ch_other', stepId: 'any text' };
    expect(await orderOfStripeEvent(db, others)).toBeNull();
  });
});
