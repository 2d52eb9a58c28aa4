import type { CreateOrderBody, EditOrderBody } from '#contract/orders.ts';
import type { OrderDraft } from '#domain/orders/commands.ts';
import { ORDER_LIMITS, type Order } from '#domain/orders/order.ts';
import { rejectField } from '../../errors.ts';
import { minorUnits } from './amounts.ts';

const DEFAULT_CURRENCY = 'USD';

/** What a creator asks for, with everything that they left out. */
export function draftFrom(body: CreateOrderBody): OrderDraft {
  const currency = body.currency ?? DEFAULT_CURRENCY;
  return {
    title: body.title,
    description: body.description ?? null,
    location: locationFrom(body.location),
    serviceRadius: body.serviceRadius ?? ORDER_LIMITS.serviceRadius.default,
    baseAmount: minorUnits('baseAmount', body.baseAmount, currency),
    currency,
    scheduledFor: body.scheduledFor ? new Date(body.scheduledFor) : null,
    requirements: body.requirements ?? [],
    tags: body.tags ?? [],
  };
}

/** What a creator changes about `order`; only what the body names. */
export function changesFrom(body: EditOrderBody, order: Order): Partial<OrderDraft> {
  const { location, baseAmount, currency, scheduledFor, ...plain } = body;
  // A number means another amount in another currency.
  if (currency !== undefined && currency !== order.currency && baseAmount === undefined) {
    rejectField('baseAmount', 'must be given together with another currency');
  }
  return {
    ...plain,
    ...(location && { location: locationFrom(location) }),
    ...(currency !== undefined && { currency }),
    // An amount goes with the currency that it was read in, whatever the order's is by then.
    ...(baseAmount !== undefined && {
      baseAmount: minorUnits('baseAmount', baseAmount, currency ?? order.currency),
      currency: currency ?? order.currency,
    }),
    ...(scheduledFor !== undefined && {
      scheduledFor: scheduledFor === null ? null : new Date(scheduledFor),
    }),
  };
}

/** A new place comes whole: the address of the old one would be wrong for it. */
function locationFrom(location: CreateOrderBody['location']): OrderDraft['location'] {
  const { latitude, longitude, address = null, locality = null } = location;
  return { latitude, longitude, address, locality };
}
