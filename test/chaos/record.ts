import { asc, isNull, notInArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { recordedEvent } from '#db/queries/order-state.ts';
import {
  idempotencyKeys,
  liveStreamOrders,
  orderApplications,
  orderEffects,
  orderEvents,
  paymentSteps,
} from '#db/schema/index.ts';
import type { OrderEventName } from '#domain/orders/order-events.ts';
import { seesEvent } from '#domain/orders/order-view.ts';
import { type OrderCommandName, possibleIn, TRANSITIONS } from '#domain/orders/transitions.ts';

/** The command that each event of a log tells of; null: what became of the money, which leaves the order as it is. */
const COMMAND_OF: Record<OrderEventName, OrderCommandName | null> = {
  'order:created': 'create',
  'order:updated': 'edit',
  'order:applied': 'apply',
  'order:application_withdrawn': 'withdraw',
  'order:accepted': 'accept',
  'order:started': 'start',
  'order:completed': 'complete',
  'order:cancelled': 'cancel',
  'order:disputed': 'dispute',
  'order:resolved': 'resolve',
  'order:released': 'release',
  'order:rated': 'rate',
  'payment:processing': null,
  'payment:authorized': null,
  'payment:completed': null,
  'payment:failed': null,
  'payment:cancelled': null,
  'payment:refunded': null,
  'payment:refund_failed': null,
  'payment:transferred': null,
  'payment:chargeback': null,
  'payment:reconciled': null,
  'message:received': 'message',
  'location:geofence_entered': 'cross',
  'location:geofence_exited': 'cross',
};

type OrderRow = typeof liveStreamOrders.$inferSelect;
type EventRow = typeof orderEvents.$inferSelect;
type ApplicationRow = typeof orderApplications.$inferSelect;

/** All that the record says of one order. */
export type OrderRecord = { row: OrderRow; events: EventRow[]; applications: ApplicationRow[] };

/** The whole record, by order. */
export async function readRecords(db: NodePgDatabase): Promise<Map<string, OrderRecord>> {
  const records = new Map<string, OrderRecord>();
  for (const row of await db.select().from(liveStreamOrders)) {
    records.set(row.id, { row, events: [], applications: [] });
  }
  for (const event of await db.select().from(orderEvents).orderBy(asc(orderEvents.seq))) {
    records.get(event.orderId)?.events.push(event);
  }
  for (const application of await db.select().from(orderApplications)) {
    records.get(application.orderId)?.applications.push(application);
  }
  return records;
}

/** What is still owed to the world: how many effects are not carried out. */
export async function effectsOwed(db: NodePgDatabase): Promise<number> {
  return db.$count(orderEffects, isNull(orderEffects.doneAt));
}

/** What is still owed to Stripe: how many steps of payments have yet to end, beside those that wait for a payee's account. */
export async function stepsOwed(db: NodePgDatabase): Promise<number> {
  return db.$count(paymentSteps, notInArray(paymentSteps.state, ['done', 'failed', 'blocked']));
}

/** The writes with an Idempotency-Key of which nobody knows the answer. */
export async function keysWithoutAnswer(db: NodePgDatabase): Promise<string[]> {
  const keys = await db.select().from(idempotencyKeys).where(isNull(idempotencyKeys.status));
  return keys.map(({ method, path }) => `${method} ${path}`);
}

/** The events that somebody's command made, without those that the room tells by itself. */
export function commanded({ events }: OrderRecord): OrderEventName[] {
  return events
    .map(({ name }) => name)
    .filter((name) => COMMAND_OF[name] !== null && COMMAND_OF[name] !== 'cross');
}

/** What became of the money, in order; without what only says that the books were looked through. */
export function paid({ events }: OrderRecord): OrderEventName[] {
  return events
    .map(({ name }) => name)
    .filter((name) => COMMAND_OF[name] === null && name !== 'payment:reconciled');
}

/** The events that the order's creator is told. */
export function seenByCreator({ row, events }: OrderRecord): EventRow[] {
  const creator = { relation: 'creator', userId: row.creatorId } as const;
  return events.filter((event) => seesEvent(recordedEvent(event), creator));
}

/** Where a record contradicts itself, in words; empty when the log leads exactly to the order's row. */
export function contradictions({ row, events, applications }: OrderRecord): string[] {
  const found: string[] = [];
  let status: OrderRow['status'] | null = null;
  let providerId: string | null = null;
  for (const [index, { seq, name, data }] of events.entries()) {
    const command = COMMAND_OF[name];
    if (seq !== index + 1) found.push(`event ${index + 1} has the seq ${seq}`);
    if (!mayHappen(command, status)) {
      found.push(`${name} (${seq}) cannot happen when ${status}`);
    }
    const leadsTo: readonly (string | null)[] =
      // Accepting only begins the payment; this is when it succeeded.
      name === 'order:accepted' ? ['accepted'] : command === null ? [status] : TRANSITIONS[command].to;
    if (!leadsTo.includes(data.status)) found.push(`${name} (${seq}) does not lead to ${data.status}`);
    status = data.status;
    if ('providerId' in data && name === 'order:accepted') providerId = data.providerId;
  }
  if (row.status !== status) found.push(`the order is ${row.status}, its log says ${status}`);
  if (row.version !== events.length) found.push(`version ${row.version} after ${events.length} events`);
  if (row.providerId !== providerId) found.push('another provider than the one who was accepted');
  const accepted = applications.filter((application) => application.status === 'accepted');
  if (accepted.length > 1) found.push(`${accepted.length} applications are accepted`);
  if ((accepted[0]?.providerId ?? null) !== providerId) found.push('the accepted application is another one');
  const applied = events.filter(({ name }) => name === 'order:applied').length;
  if (applications.length !== applied) found.push(`${applications.length} applications, ${applied} events`);
  return found;
}

/** Whether an event may come in a log whose order was last `status`; null: the log is still empty. */
function mayHappen(command: OrderCommandName | null, status: OrderRow['status'] | null): boolean {
  if (status === null) return command === 'create';
  return command === null || possibleIn(command, status);
}
