import type { CreateOrderBody, EditOrderBody } from '#contract/orders.ts';
import { currencyRules } from '#domain/money/currencies.ts';
import type { OrderDraft } from '#domain/orders/commands.ts';
import { ORDER_LIMITS, type Order } from '#domain/orders/order.ts';
import { rejectField } from '../../errors.ts';
import { minorUnits } from './amounts.ts';

const DEFAULT_CURRENCY = 'USD';

/** What a creator asks for, with everything that they left out. `charged`: the currencies that can be paid in. */
export function draftFrom(body: CreateOrderBody, charged: readonly string[]): OrderDraft {
  const currency = body.currency ?? defaultOf(charged);
  requireCharged(currency, charged);
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
export function changesFrom(
  body: EditOrderBody,
  order: Order,
  charged: readonly string[],
): Partial<OrderDraft> {
  const { location, baseAmount, currency, scheduledFor, ...plain } = body;
  // A number means another amount in another currency.
  if (currency !== undefined && currency !== order.currency && baseAmount === undefined) {
    rejectField('baseAmount', 'must be given together with another currency');
  }
  if (currency !== undefined) requireCharged(currency, charged);
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

/** A currency that nobody can pay in would only be found out when somebody is accepted. */
function requireCharged(currency: string, charged: readonly string[]): void {
  if (currencyRules(currency) && !charged.includes(currency)) {
    rejectField('currency', `must be one that payments are taken in: ${charged.join(', ')}`);
  }
}

function defaultOf(charged: readonly string[]): string {
  return charged.includes(DEFAULT_CURRENCY) ? DEFAULT_CURRENCY : (charged[0] ?? DEFAULT_CURRENCY);
}

/** A new place comes whole: the address of the old one would be wrong for it. */
function locationFrom(location: CreateOrderBody['location']): OrderDraft['location'] {
  const { latitude, longitude, address = null, locality = null } = location;
  return { latitude, longitude, address, locality };
}
