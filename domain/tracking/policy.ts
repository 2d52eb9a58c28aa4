import type { OrderStatus } from '../orders/order.ts';

/** Fixes of one provider that come faster than this are coalesced: the latest wins and leaves in one frame. */
export const FIX_TICK_MS = 250;

/** A position is stale when no fix followed it for this long. */
export const STALE_AFTER_MS = 30_000;

/** How often the buffered trail is written to the record. */
export const TRAIL_FLUSH_MS = 30_000;

/** How often a fix that came in on a room's own socket is passed on to the provider's person object. */
export const FIX_PASS_ON_MS = 10_000;

/** `start` needs a trusted fix that is at most this old. */
export const FRESH_FIX_MS = 60_000;

/** Availability survives a lost socket, and ends this long after the last fix. */
export const AVAILABILITY_ENDS_AFTER_MS = 10 * 60_000;

/** How long a provider stays in a geo cell without word from them, and how often the word is given. */
export const LEASE_MS = 90_000;
export const LEASE_RENEW_MS = 30_000;

/** Within this distance of an order's place the provider has arrived, in metres. */
export const ARRIVAL_RADIUS_METERS = 150;

/**
 * When a provider is followed for an order: from being accepted until the work ends, be it by completion,
 * cancellation or a dispute. Fixes outside that time are neither taken for the order nor shown to its parties.
 */
export function mayTrack(status: OrderStatus): boolean {
  switch (status) {
    case 'accepted':
    case 'active':
      return true;
    case 'pending':
    case 'completed':
    case 'cancelled':
    case 'disputed':
      return false;
  }
}
