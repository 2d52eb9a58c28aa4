import Stripe from 'stripe';
import { err, ok, type Result } from '#domain/result.ts';
import { isLive } from './client.ts';

/**
 * What a webhook tells: that something happened to an object, which is then read anew. Nothing of the object itself,
 * which may hold personal data, is kept.
 */
export type WebhookEvent = {
  id: string;
  type: string;
  /** The connected account that it happened in; null: the platform itself. */
  account: string | null;
  /** What it happened to, by Stripe's name of its type: `payment_intent`, `dispute`. */
  objectType: string;
  objectId: string | null;
  /** The PaymentIntent or SetupIntent that it belongs to, be it the object itself. */
  intentId: string | null;
  /** The charge that it belongs to, be it the object itself. */
  chargeId: string | null;
  /** The step that made it, from its metadata; for an event that overtakes the answer to the call that made it. */
  stepId: string | null;
};

/** `unreadable`: signed, and no event of the kind that we listen to. `wrong_mode`: a test event beside a live key, or the other way. */
export type WebhookProblem = 'bad_signature' | 'unreadable' | 'wrong_mode';

/**
 * Reads a webhook that Stripe signed.
 * @param payload the body exactly as it came
 * @param receivedAt what the signature's age is measured by; anything over five minutes is refused
 */
export async function readWebhook(
  payload: string,
  {
    signature,
    secret,
    secretKey,
    receivedAt,
  }: { signature: string | null; secret: string; secretKey: string; receivedAt: Date },
): Promise<Result<WebhookEvent, WebhookProblem>> {
  let event: Stripe.Event;
  try {
    event = await Stripe.webhooks.constructEventAsync(
      payload,
      signature ?? '',
      secret,
      undefined,
      Stripe.createSubtleCryptoProvider(),
      receivedAt.getTime(),
    );
  } catch (error) {
    return err(isSignatureError(error) ? 'bad_signature' : 'unreadable');
  }
  if (!isEvent(event)) return err('unreadable');
  if (event.livemode !== isLive(secretKey)) return err('wrong_mode');
  return ok(told(event));
}

function isSignatureError(error: unknown): boolean {
  // By its type: minifying mangles the names of classes.
  return (error as Partial<Stripe.errors.StripeError> | null)?.type === 'StripeSignatureVerificationError'; // anything may be thrown
}

/** The SDK takes whatever was signed for an event. */
function isEvent(event: Partial<Stripe.Event> | null): event is Stripe.Event {
  return (
    event?.object === 'event' &&
    typeof event.id === 'string' &&
    typeof event.type === 'string' &&
    typeof event.created === 'number' &&
    typeof event.livemode === 'boolean' &&
    typeof event.data?.object === 'object' &&
    event.data.object !== null
  );
}

/** What an event tells, of whatever type. */
export function told({ id, type, account, data }: Stripe.Event): WebhookEvent {
  // Objects of all types, those included that the SDK does not know yet.
  const object = data.object as unknown as Record<string, unknown>;
  const metadata = (object.metadata ?? {}) as Record<string, unknown>; // a hash of strings wherever there is one
  const objectType = textOf(object.object) ?? '';
  const isIntent = objectType === 'payment_intent' || objectType === 'setup_intent';
  return {
    id,
    type,
    account: account ?? null,
    objectType,
    objectId: textOf(object.id),
    intentId: textOf(isIntent ? object.id : object.payment_intent),
    chargeId: textOf(objectType === 'charge' ? object.id : object.charge),
    stepId: textOf(metadata.step_id),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
