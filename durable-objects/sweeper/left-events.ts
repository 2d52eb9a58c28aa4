import pMap from 'p-map';
import type { Database } from '#db/client.ts';
import {
  countStripeEventAttempts,
  markStripeEventApplied,
  type StripeEvent,
  unappliedStripeEvents,
} from '#db/queries/stripe-events.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { applyStripeEvent } from '../stripe-events.ts';
import { CALLS_AT_ONCE } from '../within.ts';

/** Whoever received an event has long taken it in, if nothing went wrong. */
const PATIENCE_MS = 15_000;
const BATCH = 50;

/** What nobody knows after so many sweeps was never ours: another system may share the account. */
const MOST_TRIES = 20;

/**
 * Takes in events that are left over: their room did not answer, or the isolate died that received them. Those tried least often
 * come first, so that one which keeps failing never crowds out the others.
 * @returns whether there may be more
 */
export async function applyLeftEvents(env: Env, db: Database, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - PATIENCE_MS);
  const events = await unappliedStripeEvents(db, { before, limit: BATCH });
  const applied = await pMap(events, (event) => tryToApply(env, db, event, now), {
    concurrency: CALLS_AT_ONCE,
  });
  const left = events.filter((_, i) => !applied[i]);
  await countStripeEventAttempts(
    db,
    left.map(({ id }) => id),
  );
  return events.length === BATCH && left.length < BATCH;
}

async function tryToApply(
  env: Env,
  db: Database,
  event: StripeEvent & { attempts: number },
  now: Date,
): Promise<boolean> {
  const { id: eventId, type } = event;
  try {
    if (await applyStripeEvent(env, db, event, now)) return true;
    if (event.attempts + 1 < MOST_TRIES) return false;
    await markStripeEventApplied(db, eventId, now);
    return true;
  } catch (error) {
    logFailure('stripe_event_not_applied', { eventId, type }, error);
    return false;
  }
}
