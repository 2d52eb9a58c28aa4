import type { ApiService } from './api/service.ts';
import { makeAvailable } from './resources/balance.ts';
import { endAsynchronousCapture } from './resources/charges.ts';
import { openDispute } from './resources/disputes.ts';
import { expireAuthorization } from './resources/payment-intents.ts';
import { arrive, payOutAutomatically } from './resources/payouts.ts';
import { endRefund } from './resources/refunds.ts';
import type { Work } from './state.ts';
import type { World } from './world.ts';

/** Does one piece of what waited for its time. */
export function doScheduledWork(world: World, service: ApiService, work: Work): void {
  switch (work.kind) {
    case 'authorization_expires':
      expireAuthorization(world, work.paymentIntent);
      break;
    case 'charge_settles':
      endAsynchronousCapture(world, work.charge);
      break;
    case 'dispute_opens':
      openDisputeIfPossible(world, work);
      break;
    case 'funds_become_available':
      makeAvailable(world, work.balanceTransaction);
      break;
    case 'payout_arrives':
      arrive(world, work.payout);
      break;
    case 'payout_is_due':
      payOutAutomatically(world, work.account);
      break;
    case 'refund_ends':
      endRefund(world, work.refund, work.outcome);
      break;
    case 'request_arrives':
      service.arriveLate(work.request);
      break;
    default:
      work satisfies never;
  }
}

/** What was given back in the meantime cannot be disputed. */
function openDisputeIfPossible(world: World, work: Extract<Work, { kind: 'dispute_opens' }>): void {
  const charge = world.state.charges.get(work.charge);
  if (charge && !charge.disputed && !charge.refunded) openDispute(world, work);
}
