/**
 * What a command owes to the world outside its room. Written down in the command's own transaction, carried out at
 * least once, harmless twice, then marked done.
 *
 * - `publish`: tell the room's sockets. Every event owes this.
 * - `announce`: put the order into the matching cells around it and offer it to the best providers there; a changed
 *   order is taken back where it no longer belongs.
 * - `retract`: take it out of the cells again and withdraw the offers.
 * - `assign` / `unassign`: a provider's fixes go to this room from now on / no longer.
 * - `end_tracking`: the trail is complete; flush it to the record.
 * - `open_show`: the order has a live show now, of its own id.
 * - `start_show` / `end_show`: that show is live / over from now on.
 * - `notify`: tell a person, wherever they are, what happened to something of theirs.
 */
export type OrderEffect =
  | { kind: 'publish' }
  | { kind: 'announce' }
  | { kind: 'retract' }
  | { kind: 'assign'; providerId: string }
  | { kind: 'unassign'; providerId: string }
  | { kind: 'end_tracking' }
  | { kind: 'open_show' }
  | { kind: 'start_show' }
  | { kind: 'end_show' }
  | { kind: 'notify'; personId: string; about: NoticeKind };

/** What a notice to a person is about; the order's id always comes with it. */
export const NOTICE_KINDS = [
  'application_received',
  'application_withdrawn',
  'application_accepted',
  'application_rejected',
  'order_started',
  'order_completed',
  'order_cancelled',
  'order_disputed',
  'order_resolved',
  'order_released',
  'rating_received',
  'payment_action_needed',
  'payment_failed',
  'payment_refunded',
  'payment_received',
  'payment_charged_back',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
