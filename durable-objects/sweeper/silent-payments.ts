import pMap from 'p-map';
import type { Database } from '#db/client.ts';
import { openPaymentsUnheardOf } from '#db/queries/owed.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { orderRoom } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';

/** Stripe tells within seconds. Silent for so long, it may be webhooks that are broken; every payment is looked at so often then. */
const SILENT_MS = 10 * 60_000;
/** Each costs a few calls to Stripe. */
const BATCH = 20;

/** The last payment that was compared, while a round is going on; when the last round began. */
const COMPARED = 'compared_through';
const ROUND_BEGAN = 'compared_since';

/**
 * While Stripe tells nothing at all, compares the payments that it may have news of with what it has: a batch a sweep, everything once
 * a round.
 */
export async function compareSilentPayments(
  env: Env,
  db: Database,
  kv: SyncKvStorage,
  now: Date,
): Promise<void> {
  const after = kv.get<string>(COMPARED) ?? null;
  const began = kv.get<number>(ROUND_BEGAN) ?? 0;
  if (after === null) {
    if (now.getTime() - began < SILENT_MS) return;
    kv.put(ROUND_BEGAN, now.getTime());
  }
  const since = new Date(now.getTime() - SILENT_MS);
  const orderIds = await openPaymentsUnheardOf(db, { since, after, limit: BATCH });
  const last = orderIds.length === BATCH ? orderIds.at(-1) : undefined;
  if (last === undefined) kv.delete(COMPARED);
  else kv.put(COMPARED, last);
  await pMap(orderIds, (orderId) => compare(env, orderId), { concurrency: CALLS_AT_ONCE });
}

async function compare(env: Env, orderId: string): Promise<void> {
  try {
    await within(orderRoom(env, orderId).syncPayment(orderId));
  } catch (error) {
    logFailure('payment_not_compared', { orderId }, error);
  }
}
