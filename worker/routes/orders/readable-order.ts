import type { Database } from '#db/client.ts';
import { findOrder } from '#db/queries/orders.ts';
import type { Order } from '#domain/orders/order.ts';
import { mayReadOrder } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import type { User } from '../../api.ts';
import { reject } from '../../errors.ts';

/** An order, and what the one who reads it is to it. */
export type ReadOrder = { order: Order; relation: Relation };

/** The order if this person may know of it; otherwise the request ends with NOT_FOUND, as if there were none. */
export async function readableOrder(db: Database, user: User, orderId: string): Promise<ReadOrder> {
  const order = await findOrder(db, orderId);
  const relation = order && relationTo(order, { kind: 'person', userId: user.userId, role: user.role });
  if (!order || !relation || !mayReadOrder(order, relation)) {
    return reject('NOT_FOUND', 'There is no such order.');
  }
  return { order, relation };
}

/** The same for what only the parties (and an admin) may read. One who knows of the order is told FORBIDDEN. */
export async function orderOfParty(db: Database, user: User, orderId: string): Promise<ReadOrder> {
  const read = await readableOrder(db, user, orderId);
  if (read.relation === 'stranger')
    reject('FORBIDDEN', "Only the order's creator and provider may see this.");
  return read;
}
