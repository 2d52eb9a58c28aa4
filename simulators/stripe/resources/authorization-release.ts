import type { Charge, PaymentIntent, Refund } from '../state.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';
import { blankRefund } from './refund-shape.ts';

/**
 * Gives the hold on a card back. Stripe shows what was never taken as a refund, too: one without a balance
 * transaction, counted in the charge's `amount_refunded`.
 */
export function releaseAuthorization(world: World, intent: PaymentIntent, reason: Refund['reason']): void {
  const charge = find(world, world.state.charges, 'charge', intent.latest_charge ?? '');
  addRelease(world, charge, charge.amount, reason);
  const released = world.change(world.state.charges, charge, {
    amount_refunded: charge.amount,
    refunded: true,
  });
  const expired = reason === 'expired_uncaptured_charge';
  world.emit(expired ? 'charge.expired' : 'charge.refunded', released, charge);
}

/** After a capture in part. @returns the changed charge, null when there is no rest */
export function releaseRest(world: World, charge: Charge): Charge | null {
  const rest = charge.amount - charge.amount_captured;
  if (rest === 0) return null;
  addRelease(world, charge, rest, null);
  return world.change(world.state.charges, charge, { amount_refunded: rest });
}

function addRelease(world: World, charge: Charge, amount: number, reason: Refund['reason']): void {
  world.add(world.state.refunds, blankRefund(world, charge, amount, { reason, status: 'succeeded' }));
}
