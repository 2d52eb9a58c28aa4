import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { database } from '#db/client.ts';
import { keepStripeEvent, markStripeEventApplied } from '#db/queries/stripe-events.ts';
import { stripeEvents } from '#db/schema/index.ts';
import { recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import type { Env } from '../env.ts';
import { applyLeftEvents } from './left-events.ts';
import { compareSilentPayments } from './silent-payments.ts';

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
    apiVersion: null,
    livemode: false,
    objectId: 'pi_1',
    payload: { objectType: 'payment_intent', intentId: 'pi_1', chargeId: null, stepId },
    createdAt: receivedAt,
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
    expect(told).toEqual([
      [orderId, { type: 'payment_intent.succeeded', objectId: 'pi_1', paymentIntentId: 'pi_1' }],
    ]);
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
    expect(told).toEqual([orderId, wellOrder, orderId]);
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

describe('while Stripe is silent', () => {
  /** Long after anything that other tests put there, so that nothing was heard for long. */
  const LATER = Date.UTC(2100, 0, 1);
  const MINUTE = 60_000;

  it('open payments are compared with it, each once a round, a few at once', async () => {
    const { orderId } = await payingOrder();
    const compared: string[] = [];
    const rooms = withRooms({
      syncPayment: async (id) => {
        compared.push(id);
        throw new Error('one that fails does not keep the others from it');
      },
    });
    const sweeper = env.SWEEPER.get(env.SWEEPER.idFromName(crypto.randomUUID()));
    const sweep = (at: number) =>
      runInDurableObject(sweeper, (_, { storage }) =>
        compareSilentPayments(rooms, db, storage.kv, new Date(at)),
      );
    const round = async (at: number) => {
      compared.length = 0;
      for (let size = -1; size < compared.length; ) {
        size = compared.length;
        await sweep(at);
        expect(compared.length - size).toBeLessThanOrEqual(20);
      }
    };
    await round(LATER);
    expect(compared.filter((id) => id === orderId)).toEqual([orderId]);
    await round(LATER + 10 * MINUTE - 1);
    expect(compared).toEqual([]);
    await round(LATER + 10 * MINUTE);
    expect(compared).toContain(orderId);

    const heard = await eventLeft(null, new Date(LATER + 20 * MINUTE));
    await markStripeEventApplied(db, heard, NOW);
    await round(LATER + 30 * MINUTE);
    expect(compared).toEqual([]);
    await db.delete(stripeEvents).where(eq(stripeEvents.id, heard));
  });
});
