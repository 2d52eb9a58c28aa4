import type { Charge, Refund } from '../state.ts';
import type { World } from '../world.ts';

/** A refund of a part of a charge, that has moved nothing yet. */
export function blankRefund(
  world: World,
  charge: Charge,
  amount: number,
  fields: Partial<Refund> & Pick<Refund, 'status'>,
): Refund {
  return {
    id: world.id('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund', reference_status: 'pending' }, type: 'card' },
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    transfer_reversal: null,
    ...fields,
  };
}
