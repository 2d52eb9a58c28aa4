import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { database } from '#db/client.ts';
import { keepStripeEvent, markStripeEventApplied } from '#db/queries/stripe-events.ts';
import { payments, stripeEvents } from '#db/schema/index.ts';
import { recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import type { Env } from '../env.ts';
import { compareCapturedPayments, compareSilentPayments } from './compared-payments.ts';
import { applyLeftEvents } from './left-events.ts';

const db = database(env);

/** Long before anything that other tests put into the same record. */
const NOW = new Date(Date.UTC(2019, 5, 1));
const ago = (ms: number) => new Date(NOW.getTime() - ms);

type Room = {
  observe?: (orderId: string, news: object) => Promise<void>;
  syncPayment?: (id: string) => Promise<void>;
};

/** Our settings with rooms that a test plays. */
function withRooms(room: Room): Env {
  const rooms = { idFromName: (name: string) => name, get: () => room };
  // Nothing else of a namespace is used.
  return { ...env, ORDER_ROOM: rooms as unknown as Env['ORDER_ROOM'] };
}

/** An order whose money is just being held. */
async function payingOrder(): Promise<{ orderId: string; paymentId: string }> {
  const payer = await recordPerson(db, 'creator', NOW);
  const payee = await recordPerson(db, 'provider', NOW);
  const order = await recordOrder(db, payer, { providerId: payee });
  const { money } = await RecordedMoney.begin(db, order, payee);
  return { orderId: order.id, paymentId: money.payment.id };
}

async function eventLeft(stepId: string | null, receivedAt: Date): Promise<string> {
  const id = `evt_${crypto.randomUUID()}`;
  await keepStripeEvent(db, {
    id,
    type: 'payment_intent.succeeded',
    account: null,
    objectId: 'pi_1',
    payload: { objectType: 'payment_intent', intentId: 'pi_1', chargeId: null, stepId },
    receivedAt,
  });
  return id;
}

async function stateOf(eventId: string) {
  const [row] = await db.select().from(stripeEvents).where(eq(stripeEvents.id, eventId));
  return { applied: row?.appliedAt ?? null, attempts: row?.attempts };
}

beforeEach(() => {
  // Failing rooms are logged, one line each.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('an event that was left over', () => {
  it('is taken in by its room, unless it has just come', async () => {
    const { orderId, paymentId } = await payingOrder();
    const [old, young] = [
      await eventLeft(`${paymentId}-s1`, ago(15_001)),
      await eventLeft(`${paymentId}-s1`, ago(15_000)),
    ];
    const told: unknown[] = [];
    await applyLeftEvents(withRooms({ observe: async (...news) => void told.push(news) }), db, NOW);
    expect(told).toEqual([[orderId, { objectType: 'payment_intent', objectId: 'pi_1', intentId: 'pi_1' }]]);
    expect(await stateOf(old)).toEqual({ applied: NOW, attempts: 0 });
    expect(await stateOf(young)).toEqual({ applied: null, attempts: 0 });
    await markStripeEventApplied(db, young, NOW);
  });

  it('is tried again when its room fails, behind those that were tried less', async () => {
    const { orderId, paymentId } = await payingOrder();
    const { orderId: wellOrder, paymentId: well } = await payingOrder();
    const failing = await eventLeft(`${paymentId}-s1`, ago(60_000));
    const told: string[] = [];
    const rooms = withRooms({
      observe: async (id) => {
        told.push(id);
        if (id === orderId) throw new Error('this room is broken');
      },
    });
    await applyLeftEvents(rooms, db, NOW);
    expect(await stateOf(failing)).toEqual({ applied: null, attempts: 1 });
    const later = await eventLeft(`${well}-s1`, ago(20_000));
    await applyLeftEvents(rooms, db, NOW);
    // Of the second batch both are asked at once.
    expect([told[0], ...told.slice(1).sort()]).toEqual([orderId, ...[wellOrder, orderId].sort()]);
    expect((await stateOf(later)).applied).toEqual(NOW);
    await markStripeEventApplied(db, failing, NOW);
  });

  it('and that nobody knows is looked up some more times, and then let go', async () => {
    const unknown = await eventLeft('nobodys-step', ago(60_000));
    const rooms = withRooms({ observe: async () => expect.unreachable() });
    for (let tries = 1; tries < 20; tries += 1) {
      await applyLeftEvents(rooms, db, NOW);
      expect(await stateOf(unknown)).toEqual({ applied: null, attempts: tries });
    }
    await applyLeftEvents(rooms, db, NOW);
    expect((await stateOf(unknown)).applied).toEqual(NOW);
  });
});

/** A sweeper that compares payments in rooms which only note it, and fail; `round` sweeps until it finds nothing more. */
function comparing(compare: typeof compareSilentPayments) {
  const compared: string[] = [];
  const rooms = withRooms({
    syncPayment: async (id) => {
      compared.push(id);
      throw new Error('one that fails does not keep the others from it');
    },
  });
  const sweeper = env.SWEEPER.get(env.SWEEPER.idFromName(crypto.randomUUID()));
  const sweep = (at: number) =>
    runInDurableObject(sweeper, (_, { storage }) => compare(rooms, db, storage.kv, new Date(at)));
  const round = async (at: number) => {
    compared.length = 0;
    for (let size = -1; size < compared.length; ) {
      size = compared.length;
      await sweep(at);
      expect(compared.length - size).toBeLessThanOrEqual(20);
    }
    return [...compared];
  };
  return { compared, sweep, round };
}

const MINUTE = 60_000;

describe('while Stripe is silent', () => {
  /** Long after anything that other tests put there, so that nothing was heard for long. */
  const LATER = Date.UTC(2100, 0, 1);

  it('open payments are compared with it, each once a round, a few at once', async () => {
    const { orderId } = await payingOrder();
    const { round } = comparing(compareSilentPayments);
    expect((await round(LATER)).filter((id) => id === orderId)).toEqual([orderId]);
    expect(await round(LATER + 10 * MINUTE - 1)).not.toContain(orderId);
    expect(await round(LATER + 10 * MINUTE)).toContain(orderId);

    const heard = await eventLeft(null, new Date(LATER + 20 * MINUTE));
    await markStripeEventApplied(db, heard, NOW);
    expect(await round(LATER + 30 * MINUTE)).not.toContain(orderId);
    await db.delete(stripeEvents).where(eq(stripeEvents.id, heard));
  });
});

describe('once a day', () => {
  const DAY = 24 * 60 * MINUTE;
  /** After all that other tests capture. */
  const CAPTURED = Date.UTC(2600, 0, 1);

  async function capturedOrders(count: number): Promise<string[]> {
    const orderIds: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const { orderId, paymentId } = await payingOrder();
      await db
        .update(payments)
        .set({ status: 'succeeded', processedAt: new Date(CAPTURED + i) })
        .where(eq(payments.id, paymentId));
      orderIds.push(orderId);
    }
    return orderIds;
  }

  it('captured payments are compared with Stripe, ten a sweep, heard of or not, until nothing can change', async () => {
    const orderIds = await capturedOrders(12);
    const { compared, sweep, round } = comparing(compareCapturedPayments);
    await sweep(CAPTURED + DAY);
    expect(compared).toEqual(orderIds.slice(0, 10));
    expect(await round(CAPTURED + DAY)).toEqual(orderIds.slice(10));
    expect(await round(CAPTURED + 2 * DAY - 1)).toEqual([]);
    expect(await round(CAPTURED + 2 * DAY)).toEqual(orderIds);
    expect(await round(CAPTURED + 120 * DAY + 2)).toEqual(orderIds.slice(2));
    expect(await round(CAPTURED + 122 * DAY)).toEqual([]);
  });
});
