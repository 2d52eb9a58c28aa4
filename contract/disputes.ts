import * as z from 'zod';
import { order } from './orders.ts';
import { chargebackState, currencyCode, paymentStatus, reckoned } from './payments.ts';
import { id, page } from './primitives.ts';

/** A disputed order, by one of its sides (`order.status`) or at the payer's bank (`payment.chargebacks`). */
export const dispute = z
  .object({
    order,
    payment: z
      .object({
        id,
        currency: currencyCode,
        status: paymentStatus,
        grossAmount: reckoned,
        amountCaptured: reckoned,
        amountRefunded: reckoned,
        amountTransferred: reckoned,
        chargebacks: z.array(z.object({ id: z.string(), amount: reckoned, state: chargebackState })),
      })
      .nullable(),
  })
  .meta({ id: 'Dispute' });
export const disputePage = page(dispute);
