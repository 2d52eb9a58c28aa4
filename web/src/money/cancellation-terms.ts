import { toMajorUnits, toMinorUnits } from '#domain/money/money.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { CANCELLATION_POLICY, cancellationFee, isLateToCancel } from '#domain/payments/cancellation.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';

/** What cancelling now would mean for the money, said before it is done; null while there is no money to speak of. */
export function cancellationTerms(
  order: OrderView,
  payment: PaymentView | null,
  relation: Relation,
  now: Date,
): string | null {
  const { agreedAmount, currency } = order;
  if (order.status !== 'accepted' || agreedAmount === null) return null;
  if (payment?.status !== 'authorized') return 'Nothing is held yet, so it costs nothing.';
  const held = formatMoney(agreedAmount, currency);
  if (relation !== 'creator') return `The ${held} that is held goes back to the creator.`;
  const agreed = toMinorUnits(agreedAmount, currency);
  if (!agreed.ok) return null;
  const fee = formatMoney(toMajorUnits(cancellationFee(agreed.value, currency), currency), currency);
  const acceptedAt = order.acceptedAt === null ? null : new Date(order.acceptedAt);
  const scheduledFor = order.scheduledFor === null ? null : new Date(order.scheduledFor);
  const arrivalDueAt = order.arrivalDueAt === null ? null : new Date(order.arrivalDueAt);
  if (isLateToCancel({ acceptedAt, scheduledFor, arrivalDueAt }, now)) {
    return `It is late to cancel: ${fee} of the ${held} that is held is taken. The rest is given back.`;
  }
  const late = lateFrom(acceptedAt, scheduledFor);
  return late < now
    ? `The provider is overdue, so it costs nothing: the ${held} that is held is given back.`
    : `It costs nothing: the ${held} that is held is given back. From ${formatDateTime(late.toISOString())} on it costs ${fee}.`;
}

function lateFrom(acceptedAt: Date | null, scheduledFor: Date | null): Date {
  const { graceMs, noticeMs } = CANCELLATION_POLICY;
  const afterGrace = (acceptedAt?.getTime() ?? 0) + graceMs;
  const atNotice = scheduledFor ? scheduledFor.getTime() - noticeMs : 0;
  return new Date(Math.max(afterGrace, atNotice));
}
