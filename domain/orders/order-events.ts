import type { ChargebackState } from '../payments/payment.ts';
import type { OrderStatus } from './order.ts';

/** Every event of an order's money says which payment, how much (decimal major units), and in what. */
type Paid = Caused & { paymentId: string; amount: number; currency: string };

/** What every durable event says: who caused it (null: a deadline) and the order's status after it. */
type Caused = { by: string | null; status: OrderStatus };

/**
 * The durable events of an order's log and their facts, as they stand in the record and on the wire:
 * amounts are decimal major units, times ISO 8601 UTC. `contract/events.ts` holds the schemas, checked against these.
 */
export type OrderEventData = {
  'order:created': Caused & { title: string };
  'order:updated': Caused & { changed: string[] };
  'order:applied': Caused & { applicationId: string; providerId: string; proposedAmount: number | null };
  'order:application_withdrawn': Caused & { applicationId: string; providerId: string };
  'order:accepted': Caused & {
    applicationId: string;
    providerId: string;
    agreedAmount: number;
    currency: string;
  };
  'order:started': Caused & { verification: 'verified' | 'unverified'; distanceMeters: number };
  'order:completed': Caused & { reason: string | null };
  /** `fee`: what a late cancellation costs the creator; null when it is free. */
  'order:cancelled': Caused & { reason: string | null; fee: number | null };
  'order:disputed': Caused & { reason: string | null };
  'order:resolved': Caused & { outcome: DisputeOutcome; providerShare: number | null; reason: string | null };
  /** `unpaid`: the creator's money could not be taken yet. */
  'order:released': Caused & { unpaid: boolean };
  'order:rated': Caused & { raterId: string; rateeId: string; rating: number };
  /** The money is being held: an attempt has begun, or (`requiresAction`) waits for the creator to answer their bank. */
  'payment:processing': Paid & { requiresAction: boolean };
  /** It is held, with another card, or anew because the last hold would have lapsed. */
  'payment:authorized': Paid;
  /** It is in escrow. */
  'payment:completed': Paid;
  'payment:failed': Paid & { reason: PaymentTrouble };
  /** The hold was given back. */
  'payment:cancelled': Paid;
  'payment:refunded': Paid;
  /** A refund could not be made: the amount is owed to the creator. */
  'payment:refund_failed': Paid;
  /** The provider was sent their share. */
  'payment:transferred': Paid;
  /** The creator's bank has opened or closed a complaint. */
  'payment:chargeback': Paid & { state: ChargebackState };
  /** The books were brought in line with Stripe; for admins. */
  'payment:reconciled': Paid;
  'message:received': Caused & { text: string };
  'location:geofence_entered': Caused & { distanceMeters: number };
  'location:geofence_exited': Caused & { distanceMeters: number };
};

/** Why money could not be held: the bank declined, nobody answered the bank in time, or a hold lapsed. */
export const PAYMENT_TROUBLES = ['declined', 'expired', 'authorization_lapsed'] as const;
export type PaymentTrouble = (typeof PAYMENT_TROUBLES)[number];

/** How an admin may decide a dispute: for the provider, for the creator, or some for each. */
export const DISPUTE_OUTCOMES = ['release', 'refund', 'split'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export type OrderEventName = keyof OrderEventData;

/** One event with its facts: a union over the names, so that a switch on `name` narrows `data`. */
export type OrderEvent = { [N in OrderEventName]: { name: N; data: OrderEventData[N] } }[OrderEventName];

/** An event in its place in the log. */
export type RecordedEvent = OrderEvent & { seq: number; at: Date };
