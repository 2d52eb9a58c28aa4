import type { Database } from '#db/client.ts';
import { payeeOfAccount } from '#db/queries/payout-accounts.ts';
import { markStripeEventApplied, orderOfStripeEvent, type StripeEvent } from '#db/queries/stripe-events.ts';
import { postPlatformPayout } from '#payments/platform-payouts.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { type EventSubject, subjectOf } from '#payments/webhooks.ts';
import type { Env } from './env.ts';
import { accountSeen } from './payee-accounts.ts';
import { orderRoom } from './stubs.ts';
import { within } from './within.ts';

type KeptEvent = Pick<StripeEvent, 'id' | 'type' | 'account' | 'objectId' | 'payload'>;

/**
 * Takes in what an event tells. It is a hint: whoever it concerns asks Stripe how things stand now, so that late, doubled and
 * shuffled events do no harm. Then it is marked applied.
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
  const applied = await apply(env, db, event, now);
  if (applied) await markStripeEventApplied(db, event.id, now);
  return applied;
}

async function apply(env: Env, db: Database, event: KeptEvent, now: Date): Promise<boolean> {
  const { type, account, objectId, payload } = event;
  const subject = subjectOf({ type, account, objectId, objectType: payload.objectType });
  switch (subject.kind) {
    case 'payment':
      return tellRoom(env, db, subject, payload);
    case 'account': {
      const { accountId } = subject;
      const userId = await payeeOfAccount(db, accountId);
      if (!userId) return false;
      await accountSeen(env, db, { userId, accountId }, now);
      return true;
    }
    case 'platform_payout':
      await postPlatformPayout(db, stripeClient(env), subject.payoutId, now);
      return true;
    case 'nothing':
      return true;
  }
}

async function tellRoom(
  env: Env,
  db: Database,
  { objectType, objectId }: Extract<EventSubject, { kind: 'payment' }>,
  payload: StripeEvent['payload'],
): Promise<boolean> {
  const { intentId, stepId } = payload;
  const orderId = await orderOfStripeEvent(db, payload);
  // A card that was saved for no order in particular.
  if (!orderId) return objectType === 'setup_intent' && stepId === null;
  await within(orderRoom(env, orderId).observe(orderId, { objectType, objectId, intentId }));
  return true;
}
