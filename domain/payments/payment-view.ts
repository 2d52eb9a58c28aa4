import { toMajorUnits } from '../money/money.ts';
import {
  type ChargebackState,
  type Money,
  openAttempt,
  type PaymentFailure,
  type PaymentStatus,
} from './payment.ts';

/** A payment as its payer and payee see it: amounts in major units, times ISO 8601 UTC. */
export type PaymentView = {
  id: string;
  orderId: string;
  payerId: string;
  payeeId: string | null;
  currency: string;
  status: PaymentStatus;
  grossAmount: number;
  /** Known once the payee's share is: at release. */
  platformFee: number | null;
  processingFee: number | null;
  netAmount: number | null;
  amountAuthorized: number;
  amountCaptured: number;
  amountRefunded: number;
  amountTransferred: number;
  /** The payer's bank wants the payer to confirm: `clientSecret` is for that. */
  requiresAction: boolean;
  /** Why the last attempt failed; for the payer alone. */
  failure: PaymentFailure | null;
  /** Where a complaint at the payer's bank stands. */
  chargeback: ChargebackState | null;
  captureBefore: string | null;
  cardDueAt: string | null;
  processedAt: string | null;
  settledAt: string | null;
  createdAt: string;
  updatedAt: string;
};

/** The payment for one who may see it: the same for both, but why a card would not do is the payer's business. */
export function viewPayment(money: Money, { forPayer }: { forPayer: boolean }): PaymentView {
  const { payment, split, attempts } = money;
  const { currency } = payment;
  const major = (amount: bigint) => toMajorUnits(amount, currency);
  const failure = attempts.at(-1)?.failure ?? null;
  return {
    id: payment.id,
    orderId: payment.subjectId,
    payerId: payment.payerId,
    payeeId: payment.payeeId,
    currency,
    status: payment.status,
    grossAmount: major(split?.gross ?? payment.amount),
    platformFee: split && major(split.platformFee),
    processingFee: split && major(split.processingFee),
    netAmount: split && major(split.net),
    amountAuthorized: major(payment.amountAuthorized),
    amountCaptured: major(payment.amountCaptured),
    amountRefunded: major(payment.amountRefunded),
    amountTransferred: major(payment.amountTransferred),
    requiresAction: openAttempt(money)?.awaitsPayer ?? false,
    failure: forPayer ? failure : null,
    chargeback: payment.chargebacks.at(-1)?.state ?? null,
    captureBefore: payment.amountCaptured > 0n ? null : iso(payment.captureBefore),
    cardDueAt: iso(payment.cardDueAt),
    processedAt: iso(payment.processedAt),
    settledAt: iso(payment.settledAt),
    createdAt: payment.createdAt.toISOString(),
    updatedAt: payment.updatedAt.toISOString(),
  };
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
