import type { IdempotencyRef } from '#db/queries/idempotency.ts';
import type { OrderCommand } from '#domain/orders/commands.ts';
import type { ApplicationView, OrderView, RatingView } from '#domain/orders/order-view.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';

/**
 * A command as a route gives it. What a room knows better than its caller (where the provider is) it adds itself, and
 * geofence crossings are its own to tell.
 */
export type GivenCommand =
  | Exclude<OrderCommand, { name: 'start' | 'cross' | 'secure' | 'give_up' | CardCommand['name'] }>
  | { name: 'start' };

/** A command that charges a card of the caller's: the one that they name, or the one that they saved last. */
export type CardCommand =
  | { name: 'accept'; applicationId: string; paymentMethodId: string | null }
  | { name: 'pay'; paymentMethodId: string | null };

/** What the giver of a card command is answered. The secret is there while their bank wants to ask them. */
export type CardAnswer = { order: OrderView; payment: PaymentView & { clientSecret?: string } };

/** What comes with a command: its id, by which it happens once, and the caller's Idempotency-Key if there was one. */
export type CommandTicket = { commandId: string; idempotency: IdempotencyRef | null };

/** The finished answer to a command, as its giver sees it, and the order's seq with it. */
export type CommandAnswer = {
  status: 200 | 201;
  data: { order: OrderView } | { application: ApplicationView } | { rating: RatingView };
  seq: number;
};
