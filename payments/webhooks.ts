import { PAYMENT_OBJECTS, type PaymentObject } from '#db/schema/index.ts';

/**
 * What a webhook's event calls for:
 * - `payment`: an order's money may have changed; its room reads the object anew
 * - `account`: a payee's connected account may stand differently
 * - `platform_payout`: our own money went to our bank, or came back
 * - `nothing`: all else, events that we do not know included
 */
export type EventSubject =
  | { kind: 'payment'; objectType: PaymentObject; objectId: string }
  | { kind: 'account'; accountId: string }
  | { kind: 'platform_payout'; payoutId: string }
  | { kind: 'nothing' };

const ACCOUNT = /^(account|capability)\./;

/**
 * The platform's events are told by the object that they carry: a type's name does not always say it (`charge.refund.updated` is of a
 * refund). Those of a connected account are told by their type: some carry what the account has or had, and not itself.
 * @param account the connected account that it happened in; null: the platform itself
 */
export function subjectOf({
  type,
  account,
  objectType,
  objectId,
}: {
  type: string;
  account: string | null;
  objectType: string;
  objectId: string | null;
}): EventSubject {
  if (account !== null) {
    return ACCOUNT.test(type) ? { kind: 'account', accountId: account } : NOTHING;
  }
  if (objectId === null) return NOTHING;
  if (isPaymentObject(objectType)) return { kind: 'payment', objectType, objectId };
  return objectType === 'payout' ? { kind: 'platform_payout', payoutId: objectId } : NOTHING;
}

const NOTHING: EventSubject = { kind: 'nothing' };

function isPaymentObject(objectType: string): objectType is PaymentObject {
  return PAYMENT_OBJECTS.some((known) => known === objectType);
}
