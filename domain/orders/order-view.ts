import { blur } from '../geo/cells.ts';
import { toMajorUnits } from '../money/money.ts';
import type { Application, Order, OrderStatus, Rating } from './order.ts';
import type { OrderEventName } from './order-events.ts';
import type { Relation } from './transitions.ts';

/** An order as it goes over the wire: amounts in major units, times ISO 8601 UTC, its place exact or blurred. */
export type OrderView = {
  id: string;
  creatorId: string;
  providerId: string | null;
  title: string;
  description: string | null;
  location: {
    latitude: number;
    longitude: number;
    address: string | null;
    locality: string | null;
    /** `cell`: the coordinates are the centre of the H3 resolution 8 cell (some 1 km across) that holds the place. */
    precision: 'exact' | 'cell';
  };
  serviceRadius: number;
  baseAmount: number;
  agreedAmount: number | null;
  /** Whether an application is just being accepted, its payment under way. */
  accepting: boolean;
  currency: string;
  status: OrderStatus;
  /** Its live show, which it has from being accepted on and which has its own id; null before. */
  liveShowId: string | null;
  version: number;
  scheduledFor: string | null;
  acceptedAt: string | null;
  /** When the accepted provider said they would be there. */
  arrivalDueAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  cancelledAt: string | null;
  releasedAt: string | null;
  requirements: string[];
  tags: string[];
  createdAt: string;
  updatedAt: string;
};

/** Whether someone may read an order at all: its parties always, everyone signed in while it is pending. */
export function mayReadOrder(order: Pick<Order, 'status'>, relation: Relation): boolean {
  return relation !== 'stranger' || order.status === 'pending';
}

/** Only the parties (and an admin) learn the exact place; to everyone else it *is* the centre of its cell. */
function seesExactPlace(relation: Relation): boolean {
  return relation !== 'stranger';
}

/** The order as one viewer sees it. Call {@link mayReadOrder} first. */
export function viewOrder(order: Order, relation: Relation): OrderView {
  const exact = seesExactPlace(relation);
  const { latitude, longitude } = exact ? order.place : blur(order.place).center;
  return {
    id: order.id,
    creatorId: order.creatorId,
    providerId: order.providerId,
    title: order.title,
    description: order.description,
    location: {
      latitude,
      longitude,
      address: exact ? order.place.address : null,
      locality: order.place.locality,
      precision: exact ? 'exact' : 'cell',
    },
    serviceRadius: order.serviceRadius,
    baseAmount: toMajorUnits(order.baseAmount, order.currency),
    agreedAmount: order.agreedAmount === null ? null : toMajorUnits(order.agreedAmount, order.currency),
    accepting: order.acceptingApplicationId !== null,
    currency: order.currency,
    status: order.status,
    liveShowId: order.acceptedAt && order.id,
    version: order.version,
    scheduledFor: iso(order.scheduledFor),
    acceptedAt: iso(order.acceptedAt),
    arrivalDueAt: iso(order.arrivalDueAt),
    startedAt: iso(order.startedAt),
    completedAt: iso(order.completedAt),
    cancelledAt: iso(order.cancelledAt),
    releasedAt: iso(order.releasedAt),
    requirements: order.requirements,
    tags: order.tags,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

/** An application on the wire; `proposedAmount` in major units of the order's currency. */
export type ApplicationView = Omit<
  Application,
  'proposedAmount' | 'estimatedArrival' | 'createdAt' | 'updatedAt'
> & {
  proposedAmount: number | null;
  currency: string;
  estimatedArrival: string | null;
  createdAt: string;
  updatedAt: string;
};

/** An application as the creator sees it. Its distance is for them alone: to the bidder it would tell the place. */
export function viewApplication(application: Application, currency: string): ApplicationView {
  return {
    ...application,
    proposedAmount:
      application.proposedAmount === null ? null : toMajorUnits(application.proposedAmount, currency),
    currency,
    estimatedArrival: iso(application.estimatedArrival),
    createdAt: application.createdAt.toISOString(),
    updatedAt: application.updatedAt.toISOString(),
  };
}

/** A rating on the wire. */
export type RatingView = Omit<Rating, 'createdAt'> & { createdAt: string };

/** A rating as everyone sees it. */
export function viewRating(rating: Rating): RatingView {
  return { ...rating, createdAt: rating.createdAt.toISOString() };
}

/** Bids are between the creator and each bidder, and what becomes of a refund is the creator's affair. */
const NOT_FOR_PROVIDERS: ReadonlySet<OrderEventName> = new Set<OrderEventName>([
  'order:applied',
  'order:application_withdrawn',
  'payment:refund_failed',
]);

/**
 * Who sees an event of the log. The accepted provider reads it from its start, but not what others asked, nor which cards
 * would not do before; and bookkeeping is for admins.
 */
export function seesEvent(
  event: { name: OrderEventName; data: { by: string | null; status: OrderStatus } },
  viewer: { relation: Relation; userId: string },
): boolean {
  switch (viewer.relation) {
    case 'admin':
    case 'system':
      return true;
    case 'creator':
      return event.name !== 'payment:reconciled';
    case 'provider':
      return (
        event.name !== 'payment:reconciled' &&
        !(event.data.status === 'pending' && event.name.startsWith('payment:')) &&
        (!NOT_FOR_PROVIDERS.has(event.name) || event.data.by === viewer.userId)
      );
    case 'stranger':
      return false;
  }
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
