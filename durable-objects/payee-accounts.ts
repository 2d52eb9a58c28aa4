import pMap from 'p-map';
import type { Database } from '#db/client.ts';
import { ordersBlockedOnPayee, type PayoutAccount } from '#db/queries/payout-accounts.ts';
import { observeAccount } from '#payments/payout-accounts.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import type { Env } from './env.ts';
import { logFailure } from './log.ts';
import { orderRoom } from './stubs.ts';
import { CALLS_AT_ONCE, within } from './within.ts';

/** More than anybody waits for; the sweeper wakes those beyond. */
const MOST_WOKEN = 100;

/**
 * Asks Stripe how a payee's account stands, keeps that, and wakes the rooms whose transfers waited for it to be ready.
 * @param now before it is asked
 * @throws StripeUnavailable
 */
export async function accountSeen(
  env: Env,
  db: Database,
  account: Pick<PayoutAccount, 'userId' | 'accountId'>,
  now: Date,
): Promise<PayoutAccount> {
  const seen = await observeAccount(db, stripeClient(env), account, now);
  if (seen.transfersEnabled) {
    const orderIds = await ordersBlockedOnPayee(db, seen.userId, MOST_WOKEN);
    await pMap(orderIds, (orderId) => wake(env, orderId), { concurrency: CALLS_AT_ONCE });
  }
  return seen;
}

/** A room that does not wake now is woken by the sweeper, which finds the transfer that could be made. */
async function wake(env: Env, orderId: string): Promise<void> {
  try {
    await within(orderRoom(env, orderId).wake(orderId));
  } catch (error) {
    logFailure('room_not_woken_for_payee', { orderId }, error);
  }
}
