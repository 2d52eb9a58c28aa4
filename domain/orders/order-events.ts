import type { OrderStatus } from './order.ts';

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
  'order:cancelled': Caused & { reason: string | null };
  'order:disputed': Caused & { reason: string | null };
  'order:resolved': Caused & { outcome: DisputeOutcome; providerShare: number | null; reason: string | null };
  'order:released': Caused;
  'order:rated': Caused & { raterId: string; rateeId: string; rating: number };
  'message:received': Caused & { text: string };
  'location:geofence_entered': Caused & { distanceMeters: number };
  'location:geofence_exited': Caused & { distanceMeters: number };
};

/** How an admin may decide a dispute: for the provider, for the creator, or some for each. */
export const DISPUTE_OUTCOMES = ['release', 'refund', 'split'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export type OrderEventName = keyof OrderEventData;

/** One event with its facts: a union over the names, so that a switch on `name` narrows `data`. */
export type OrderEvent = { [N in OrderEventName]: { name: N; data: OrderEventData[N] } }[OrderEventName];

/** An event in its place in the log. */
export type RecordedEvent = OrderEvent & { seq: number; at: Date };
