import { and, asc, desc, eq, gt, isNull } from 'drizzle-orm';
import type { OrderEffect } from '#domain/orders/effects.ts';
import type { OrderState } from '#domain/orders/order.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import type { Role } from '#domain/people/roles.ts';
import type { Database } from '../client.ts';
import { liveStreamOrders, orderApplications, orderEffects, orderEvents, ratings } from '../schema/index.ts';
import { selectMoney } from './money.ts';
import { applicationFromRow, orderFromRow, ratingFromRow } from './order-rows.ts';
import { moneyFromRows } from './payment-rows.ts';
import { selectRole } from './users.ts';

/** An effect that is still owed, and where it stands in the record. */
export type OwedEffect = { seq: number; position: number; effect: OrderEffect };

/** All that a room needs to go on: its state, the events after the last one that it has, and what it still owes. */
export type OrderRecord = {
  state: OrderState | null;
  news: RecordedEvent[];
  owed: OwedEffect[];
};

/** The most events that one read brings: the latest. A room that is further behind keeps only the tail anyway. */
const MOST_EVENTS = 500;

/** Reads an order's record in one round trip and one snapshot. */
export async function readOrderRecord(db: Database, orderId: string, afterSeq: number): Promise<OrderRecord> {
  const [orders, applications, given, events, owed, ...money] = await db.batch([
    db.select().from(liveStreamOrders).where(eq(liveStreamOrders.id, orderId)),
    db.select().from(orderApplications).where(eq(orderApplications.orderId, orderId)),
    db.select().from(ratings).where(eq(ratings.orderId, orderId)),
    db
      .select()
      .from(orderEvents)
      .where(and(eq(orderEvents.orderId, orderId), gt(orderEvents.seq, afterSeq)))
      .orderBy(desc(orderEvents.seq))
      .limit(MOST_EVENTS),
    db
      .select({ seq: orderEffects.seq, position: orderEffects.position, effect: orderEffects.effect })
      .from(orderEffects)
      .where(and(eq(orderEffects.orderId, orderId), isNull(orderEffects.doneAt)))
      .orderBy(asc(orderEffects.seq), asc(orderEffects.position)),
    ...selectMoney(db, orderId),
  ]);
  const [row] = orders;
  return {
    state: row
      ? {
          order: orderFromRow(row),
          applications: applications.map(applicationFromRow),
          ratings: given.map(ratingFromRow),
          money: moneyFromRows(...money),
        }
      : null,
    news: events.reverse().map(recordedEvent),
    owed,
  };
}

/** What a command is checked against besides the order: who gives it, now, and whether it was carried out before. */
export async function readCommandFacts(
  db: Database,
  given: { orderId: string; commandId: string; userId: string },
): Promise<{ role: Role | null; doneAs: number | null }> {
  const [people, events] = await db.batch([
    selectRole(db, given.userId),
    selectCommandSeq(db, given.orderId, given.commandId),
  ]);
  return { role: people[0]?.role ?? null, doneAs: events[0]?.seq ?? null };
}

/** The seq that a command was committed as, or null. */
export async function readCommandSeq(
  db: Database,
  orderId: string,
  commandId: string,
): Promise<number | null> {
  const [found] = await selectCommandSeq(db, orderId, commandId);
  return found?.seq ?? null;
}

function selectCommandSeq(db: Database, orderId: string, commandId: string) {
  return db
    .select({ seq: orderEvents.seq })
    .from(orderEvents)
    .where(and(eq(orderEvents.orderId, orderId), eq(orderEvents.commandId, commandId)));
}

/** The events of an order after a seq, oldest first. */
export function eventsAfter(db: Database, orderId: string, afterSeq: number) {
  return db
    .select({ seq: orderEvents.seq, name: orderEvents.name, data: orderEvents.data, at: orderEvents.at })
    .from(orderEvents)
    .where(and(eq(orderEvents.orderId, orderId), gt(orderEvents.seq, afterSeq)))
    .orderBy(asc(orderEvents.seq));
}

/** A row of the log as the union that the domain knows. */
export function recordedEvent({
  seq,
  name,
  data,
  at,
}: {
  seq: number;
  name: RecordedEvent['name'];
  data: RecordedEvent['data'];
  at: Date;
}): RecordedEvent {
  // Name and data were written together from one OrderEvent; the columns cannot say so.
  return { seq, name, data, at } as RecordedEvent;
}
