/**
 * What a webhook's event calls for, by its type:
 * - `payment`: an order's money may have changed; its room reads the object anew
 * - `account`: a payee's connected account may stand differently
 * - `platform_payout`: our own money went to our bank, or came back
 * - `nothing`: all else, types that we do not know included
 */
export type EventSubject = 'payment' | 'account' | 'platform_payout' | 'nothing';

const PAYMENT = /^(payment_intent|charge|setup_intent|refund|transfer)\./;
const ACCOUNT = /^(account|capability)\./;
const PAYOUT = /^payout\./;

/** @param account the connected account that it happened in; null: the platform itself */
export function subjectOf({ type, account }: { type: string; account: string | null }): EventSubject {
  if (account !== null) return ACCOUNT.test(type) ? 'account' : 'nothing';
  if (PAYMENT.test(type)) return 'payment';
  return PAYOUT.test(type) ? 'platform_payout' : 'nothing';
}
