import type { OrderView } from '#domain/orders/order-view.ts';

/**
 * A pending order as the cells know it. Its place is the blurred one in `view`, and nothing else: whether an order
 * reaches a provider shows itself to the provider, so deciding that by the exact place would let anyone who walks
 * about find the place out.
 */
export type OpenOrder = {
  orderId: string;
  version: number;
  creatorId: string;
  /** Metres around the blurred place. */
  serviceRadius: number;
  view: OrderView;
};
