import type { OrderView } from '#domain/orders/order-view.ts';
import { formatMoney } from '../format/money.ts';
import type { OrderMark } from '../map/scene.tsx';

/** An order as it is marked on the map, with the way to its page. */
export function markOf(order: OrderView, emphasized: boolean): OrderMark {
  const { id, title, location, agreedAmount, baseAmount, currency } = order;
  const price = formatMoney(agreedAmount ?? baseAmount, currency);
  return { id, title, location, price, emphasized, isLink: true };
}

/** The order whose page is open. */
export function markHere(order: OrderView): OrderMark {
  return { ...markOf(order, true), isLink: false };
}
