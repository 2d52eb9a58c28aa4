import type { Coordinates } from '../geo/coordinates.ts';
import type { Money } from '../payments/payment.ts';

export const ORDER_STATUSES = [
  'pending',
  'accepted',
  'active',
  'completed',
  'cancelled',
  'disputed',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const APPLICATION_STATUSES = ['pending', 'accepted', 'rejected', 'withdrawn'] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

/** Where a stream is wanted. `cell` is the H3 resolution 8 index; `locality` is the part of the address that anyone may read. */
export type OrderPlace = Coordinates & { cell: string; address: string | null; locality: string | null };

/** An order for a live stream from a place. Amounts are minor units of `currency`; `serviceRadius` is in metres. */
export type Order = {
  id: string;
  creatorId: string;
  providerId: string | null;
  title: string;
  description: string | null;
  place: OrderPlace;
  serviceRadius: number;
  baseAmount: bigint;
  agreedAmount: bigint | null;
  /** The application that is being accepted, while its payment is under way. */
  acceptingApplicationId: string | null;
  currency: string;
  status: OrderStatus;
  /** The seq of its last event. */
  version: number;
  scheduledFor: Date | null;
  acceptedAt: Date | null;
  startedAt: Date | null;
  completedAt: Date | null;
  cancelledAt: Date | null;
  releasedAt: Date | null;
  /** When the accepted provider said they would be there. */
  arrivalDueAt: Date | null;
  requirements: string[];
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
};

/** A provider's offer to carry out an order. `distanceMeters` is from their last fix when they applied, if there was one. */
export type Application = {
  id: string;
  orderId: string;
  providerId: string;
  message: string | null;
  proposedAmount: bigint | null;
  estimatedArrival: Date | null;
  distanceMeters: number | null;
  status: ApplicationStatus;
  createdAt: Date;
  updatedAt: Date;
};

/** One party's verdict on the other, given once after the end. */
export type Rating = {
  id: string;
  orderId: string;
  raterId: string;
  rateeId: string;
  rating: number;
  comment: string | null;
  createdAt: Date;
};

/** Everything that a command on an order is decided on. */
export type OrderState = {
  order: Order;
  applications: Application[];
  ratings: Rating[];
  /** null until somebody was first accepted. */
  money: Money | null;
};

export const ORDER_LIMITS = {
  titleLength: 120,
  descriptionLength: 4_000,
  addressLength: 300,
  localityLength: 120,
  tags: 10,
  tagLength: 32,
  requirements: 20,
  requirementLength: 200,
  messageLength: 2_000,
  reasonLength: 1_000,
  commentLength: 2_000,
  /** Metres. The upper bound is what the matching cells are built to cover. */
  serviceRadius: { min: 100, max: 25_000, default: 5_000 },
  openApplications: 200,
  /** How long after the time when the stream is wanted a provider may say to arrive. */
  arrivalAfterMs: 14 * 24 * 3_600_000,
  /** How far ahead an order may be scheduled. */
  scheduleAheadMs: 365 * 24 * 3_600_000,
} as const;
