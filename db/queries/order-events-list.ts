import type { RecordedEvent } from '#domain/orders/order-events.ts';
import type { Database } from '../client.ts';
import { eventsAfter, recordedEvent } from './order-state.ts';

/** The first `limit` events of an order after the seq `since`, oldest first. */
export async function orderEventsSince(
  db: Database,
  orderId: string,
  { since, limit }: { since: number; limit: number },
): Promise<RecordedEvent[]> {
  const rows = await eventsAfter(db, orderId, since).limit(limit);
  return rows.map(recordedEvent);
}
