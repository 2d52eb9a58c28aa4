import pMap from 'p-map';
import type { Database } from '#db/client.ts';
import { type CapturedPayment, capturedPayments, openPaymentsUnheardOf } from '#db/queries/owed.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { orderRoom } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';
import { nextOfRound } from './rounds.ts';

/** Stripe tells within seconds. Silent for so long, it may be webhooks that are broken; every open payment is looked at so often then. */
const SILENT_MS = 10 * 60_000;

const DAY_MS = 24 * 3_600_000;
/** So long after a capture its refund may fail, or the payer may go to their bank: card schemes give them 120 days. */
const MAY_CHANGE_FOR_MS = 120 * DAY_MS;

/** Each payment costs a few calls to Stripe. */
const SILENT = { name: 'compared', everyMs: SILENT_MS, batch: 20 };
const CAPTURED = { name: 'captured_compared', everyMs: DAY_MS, batch: 10 };

/** While Stripe tells nothing of payments at all, compares those that it may have news of with what it has. */
export async function compareSilentPayments(
  env: Env,
  db: Database,
  kv: SyncKvStorage,
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - SILENT_MS);
  const orderIds = await nextOfRound<string>(kv, SILENT, now, (stretch) =>
    openPaymentsUnheardOf(db, { since, ...stretch }),
  );
  await compareAll(env, orderIds);
}

/**
 * Compares what was taken from cards with Stripe, once a day, silent or not: a single event that never came would leave a chargeback or a
 * failed refund unknown for ever.
 */
export async function compareCapturedPayments(
  env: Env,
  db: Database,
  kv: SyncKvStorage,
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - MAY_CHANGE_FOR_MS);
  const found = await nextOfRound<CapturedPayment>(kv, CAPTURED, now, (stretch) =>
    capturedPayments(db, { since, ...stretch }),
  );
  await compareAll(
    env,
    found.map(({ orderId }) => orderId),
  );
}

async function compareAll(env: Env, orderIds: string[]): Promise<void> {
  await pMap(orderIds, (orderId) => compare(env, orderId), { concurrency: CALLS_AT_ONCE });
}

async function compare(env: Env, orderId: string): Promise<void> {
  try {
    await within(orderRoom(env, orderId).syncPayment(orderId));
  } catch (error) {
    logFailure('payment_not_compared', { orderId }, error);
  }
}
