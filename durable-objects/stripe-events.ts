import type { Database } from '#db/client.ts';
import { payeeOfAccount } from '#db/queries/payout-accounts.ts';
import { markStripeEventApplied, orderOfStripeEvent, type StripeEvent } from '#db/queries/stripe-events.ts';
import { postPlatformPayout } from '#payments/platform-payouts.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { subjectOf } from '#payments/webhooks.ts';
import type { Env } from './env.ts';
import { accountSeen } from './payee-accounts.ts';
import { orderRoom } from './stubs.ts';
import { within } from './within.ts';

type KeptEvent = Pick<StripeEvent, 'id' | 'type' | 'account' | 'objectId' | 'payload'>;

/**
 * Takes in what an event tells. It is a hint: whoever it concerns asks Stripe how things stand now, so that late, doubled and
 * shuffled events do no harm. Whoever has taken it in marks it applied; an order's room does that itself.
 * @param now before anybody is asked
 * @returns false when nobody here knows what it is about; it may be known a little later
 * @throws when the record, Stripe or a room is out of reach: the event is as it was
 */
export async function applyStripeEvent(
  env: Env,
  db: Database,
  event: KeptEvent,
  now: Date,
): Promise<boolean> {
  switch (subjectOf(event)) {
    case 'payment':
      return applyToOrder(env, db, event, now);
    case 'account': {
      const accountId = event.account ?? event.objectId;
      const userId = accountId && (await payeeOfAccount(db, accountId));
      if (!accountId || !userId) return false;
      await accountSeen(env, db, { userId, accountId }, now);
      break;
    }
    case 'platform_payout':
      if (event.objectId) await postPlatformPayout(db, stripeClient(env), event.objectId, now);
      break;
    case 'nothing':
      break;
  }
  await markStripeEventApplied(db, event.id, now);
  return true;
}

async function applyToOrder(
  env: Env,
  db: Database,
  { id: eventId, type, objectId, payload }: KeptEvent,
  now: Date,
): Promise<boolean> {
  const { objectType, intentId, stepId } = payload;
  const orderId = await orderOfStripeEvent(db, payload);
  if (orderId && objectId) {
    const paymentIntentId = objectType === 'setup_intent' ? null : intentId;
    await within(orderRoom(env, orderId).observe(orderId, { eventId, type, objectId, paymentIntentId }));
    return true;
  }
  // A card that was saved for no order in particular.
  if (objectType !== 'setup_intent' || stepId !== null) return false;
  await markStripeEventApplied(db, eventId, now);
  return true;
}
