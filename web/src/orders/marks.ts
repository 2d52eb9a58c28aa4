import type { OrderView } from '#domain/orders/order-view.ts';
import { formatMoney } from '../format/money.ts';
import type { OrderMark } from '../map/scene.tsx';

/** An order as it is marked on the map. */
export function markOf(order: OrderView, emphasized = false): OrderMark {
  const { id, title, location, agreedAmount, baseAmount, currency } = order;
  return { id, title, location, price: formatMoney(agreedAmount ?? baseAmount, currency), emphasized };
}
