import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { readMoney } from '#db/queries/money.ts';
import { findOrder } from '#db/queries/orders.ts';
import { orderOfPayment } from '#db/queries/payment-subject.ts';
import { relationTo } from '#domain/orders/relation.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import type { Money } from '#domain/payments/payment.ts';
import type { ApiContext } from '../../api.ts';
import { reject } from '../../errors.ts';

/** The path of everything that belongs to one payment. */
export const paymentParams = z.object({ id });

/**
 * A payment, its order, and what the caller is to that: only its parties (and an admin) know of it, for everybody else the
 * request ends with NOT_FOUND.
 */
export async function paymentOfParty(
  c: ApiContext,
  paymentId: string,
): Promise<{ orderId: string; money: Money; relation: Relation }> {
  const db = c.get('db');
  const user = c.get('user');
  const orderId = await orderOfPayment(db, paymentId);
  const [order, money] = orderId
    ? await Promise.all([findOrder(db, orderId), readMoney(db, orderId)])
    : [null, null];
  const relation = order && relationTo(order, { kind: 'person', userId: user.userId, role: user.role });
  if (!order || !money || !relation || relation === 'stranger') {
    return reject('NOT_FOUND', 'There is no such payment.');
  }
  return { orderId: order.id, money, relation };
}
