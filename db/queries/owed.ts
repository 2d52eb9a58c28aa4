import { lt, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { idempotencyKeys, liveStreamOrders, orderEffects } from '../schema/index.ts';

/**
 * Ids of the orders that should have done something before `before` and did not: an effect is owed since then, or
 * their deadline passed. In the order of ids, at most `limit`, beyond `after`.
 */
export async function ordersOwing(
  db: Database,
  { before, after, limit }: { before: Date; after: string | null; limit: number },
): Promise<string[]> {
  const beyond = after ?? '00000000-0000-0000-0000-000000000000';
  const moment = before.toISOString();
  const { rows } = await db.execute<{ order_id: string }>(sql`
    select ${orderEffects.orderId} as order_id from ${orderEffects}
      where ${orderEffects.doneAt} is null and ${orderEffects.createdAt} < ${moment}
        and ${orderEffects.orderId} > ${beyond}
    union
    select ${liveStreamOrders.id} from ${liveStreamOrders}
      where ${liveStreamOrders.deadlineAt} < ${moment} and ${liveStreamOrders.id} > ${beyond}
    order by 1
    limit ${limit}`);
  return rows.map((row) => row.order_id);
}

/** Forgets the answers of writes that were begun before `before`: a client that repeats one later does it anew. */
export async function forgetIdempotencyKeys(db: Database, before: Date): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}
