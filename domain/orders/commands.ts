import type { Coordinates } from '../geo/coordinates.ts';
import type { Card } from '../payments/attempts.ts';
import type { Role } from '../people/roles.ts';
import type { DisputeOutcome } from './order-events.ts';

/** What a creator says about an order, already checked for shape; amounts in minor units. */
export type OrderDraft = {
  title: string;
  description: string | null;
  location: Coordinates & { address: string | null; locality: string | null };
  serviceRadius: number;
  baseAmount: bigint;
  currency: string;
  scheduledFor: Date | null;
  requirements: string[];
  tags: string[];
};

/**
 * A command on one order. Ids of new things come with it, made by the caller from its idempotency key, so that the
 * same command given twice makes the same things.
 */
export type OrderCommand =
  | { name: 'create'; orderId: string; draft: OrderDraft }
  | { name: 'edit'; changes: Partial<OrderDraft> }
  | {
      name: 'apply';
      applicationId: string;
      message: string | null;
      proposedAmount: bigint | null;
      /** What `proposedAmount` was reckoned in: the order's, unless that changed meanwhile. */
      currency: string;
      estimatedArrival: Date | null;
      distanceMeters: number | null;
    }
  | { name: 'withdraw'; applicationId: string }
  /** `paymentId` is for the order's payment, if it has none yet. */
  | { name: 'accept'; applicationId: string; paymentId: string; card: Card }
  | { name: 'start'; arrival: ArrivalFacts }
  /** Gives another card, after the one before would not do. */
  | { name: 'pay'; card: Card }
  /** Holds the money whose time has come, or makes sure of a hold that is about to lapse. */
  | { name: 'secure' }
  /** Gives up an attempt to hold the money that nobody answered in time. */
  | { name: 'give_up' }
  | { name: 'complete'; reason: string | null }
  | { name: 'delete' }
  | { name: 'cancel'; reason: string | null }
  | { name: 'dispute'; reason: string | null }
  | { name: 'resolve'; outcome: DisputeOutcome; providerShare: bigint | null; reason: string | null }
  | { name: 'release' }
  | { name: 'rate'; ratingId: string; rating: number; comment: string | null }
  | { name: 'message'; text: string }
  | { name: 'cross'; side: 'inside' | 'outside'; distanceMeters: number };

/** What the room knows of the provider's arrival at the moment of `start`. `fix` is null when there is no trusted one. */
export type ArrivalFacts = {
  fix: { at: Date; side: 'inside' | 'outside' | 'unknown'; distanceMeters: number } | null;
  media: { flowing: boolean; at: Date } | 'unverified';
};

/** Who gives a command: a person with their role as it stands in the record now, or one of the order's deadlines. */
export type Actor = { kind: 'person'; userId: string; role: Role } | { kind: 'system' };
