import pMap from 'p-map';
import type { Database } from '#db/client.ts';
import { findPayoutAccount, ordersBlockedOnPayee, type PayoutAccount } from '#db/queries/payout-accounts.ts';
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
  await wakeRoomsOfPayee(env, db, seen);
  return seen;
}

/**
 * The same for a payee who may have no account: what is known of it has proved wrong, as a transfer to it was refused. Among
 * the rooms that it wakes is that of the refused transfer, so that nobody waits for it in there.
 * @param now before it is asked
 * @throws StripeUnavailable
 */
export async function refreshPayeeAccount(env: Env, db: Database, userId: string, now: Date): Promise<void> {
  const known = await findPayoutAccount(db, userId);
  if (known) await accountSeen(env, db, known, now);
}

/** Wakes the rooms whose transfers wait for this account, if it can take them now. Throws when the record is out of reach. */
export async function wakeRoomsOfPayee(
  env: Env,
  db: Database,
  { userId, transfersEnabled }: PayoutAccount,
): Promise<void> {
  if (!transfersEnabled) return;
  const orderIds = await ordersBlockedOnPayee(db, userId, MOST_WOKEN);
  await pMap(orderIds, (orderId) => wake(env, orderId), { concurrency: CALLS_AT_ONCE });
}

/** A room that does not wake now is woken by the sweeper, which finds the transfer that could be made. */
async function wake(env: Env, orderId: string): Promise<void> {
  try {
    await within(orderRoom(env, orderId).wake(orderId));
  } catch (error) {
    logFailure('room_not_woken_for_payee', { orderId }, error);
  }
}
