import { currencyRules } from '../money/currencies.ts';
import { roundedUp } from './fees.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What calling an accepted order off costs its creator, and from when on. */
export const CANCELLATION_POLICY = {
  /** Free for so long after the acceptance: nobody has set out yet. */
  graceMs: 5 * MINUTE,
  /** A scheduled order may be called off for nothing until so long before its time. */
  noticeMs: 24 * HOUR,
  /** Free again from so long after the acceptance, if no time was agreed: the provider is overdue. */
  overdueMs: HOUR,
  /** Of the agreed amount: 20 %. */
  basisPoints: 2_000n,
} as const;

/** When an order was accepted, when it was wanted, and when its provider said that they would be there. */
type Appointment = { acceptedAt: Date | null; scheduledFor: Date | null; arrivalDueAt: Date | null };

/** Whether an order that is called off now is called off late: while its provider may be on the way, and is not overdue. */
export function isLateToCancel({ acceptedAt, scheduledFor, arrivalDueAt }: Appointment, now: Date): boolean {
  if (!acceptedAt || now.getTime() - acceptedAt.getTime() < CANCELLATION_POLICY.graceMs) return false;
  if (scheduledFor && scheduledFor.getTime() - now.getTime() >= CANCELLATION_POLICY.noticeMs) return false;
  const agreed = Math.max(scheduledFor?.getTime() ?? 0, arrivalDueAt?.getTime() ?? 0);
  return now.getTime() <= (agreed || acceptedAt.getTime() + CANCELLATION_POLICY.overdueMs);
}

/** What a late cancellation costs: a share of the agreed amount, never less than can be charged, never more than was agreed. */
export function cancellationFee(agreed: bigint, currency: string): bigint {
  const share = roundedUp((agreed * CANCELLATION_POLICY.basisPoints) / 10_000n, currency);
  const least = currencyRules(currency)?.minimumAmount ?? 0n;
  const fee = share > least ? share : least;
  return fee < agreed ? fee : agreed;
}
