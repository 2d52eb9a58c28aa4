import { v7 as uuidv7 } from 'uuid';
import type {
  Money,
  Payment,
  PaymentAttempt,
  PaymentSplit,
  PaymentStep,
  StepParams,
} from '#domain/payments/payment.ts';
import { RECORDED_AT } from './orders.ts';

/** A payment of 25 USD for an order, with its card saved and nothing held on it, with whatever else is said of it. */
export function newPayment(
  given: Partial<Payment> & Pick<Payment, 'subjectId' | 'payerId' | 'payeeId'>,
): Payment {
  return {
    id: uuidv7(),
    subjectType: 'order',
    currency: 'USD',
    amount: 2_500n,
    status: 'pending',
    amountAuthorized: 0n,
    amountCaptured: 0n,
    amountRefunded: 0n,
    amountLost: 0n,
    amountHeld: 0n,
    amountReleased: 0n,
    amountTransferred: 0n,
    amountReversed: 0n,
    amountOwed: 0n,
    amountRecoverable: 0n,
    customerId: 'cus_test',
    paymentMethodId: 'pm_test',
    paymentIntentId: null,
    chargeId: null,
    captureBefore: null,
    cardDueAt: null,
    goal: { capture: null, payee: null },
    refunds: [],
    chargebacks: [],
    feePosted: false,
    processedAt: null,
    settledAt: null,
    createdAt: RECORDED_AT,
    updatedAt: RECORDED_AT,
    ...given,
  };
}

/** An open attempt to hold a payment's amount. */
export function newAttempt(
  { id: paymentId, amount, currency, paymentMethodId }: Payment,
  given: Partial<PaymentAttempt> & { position: number },
): PaymentAttempt {
  return {
    id: `${paymentId}-a${given.position}`,
    paymentId,
    purpose: 'accept',
    method: 'authorization',
    applicationId: null,
    amount,
    currency,
    paymentMethodId,
    state: 'open',
    intentId: null,
    awaitsPayer: false,
    failure: null,
    openUntil: null,
    createdAt: RECORDED_AT,
    updatedAt: RECORDED_AT,
    ...given,
  };
}

/** A step that is ready to be called. */
export function newStep(
  { id: paymentId }: Payment,
  given: Partial<PaymentStep> & { position: number; params: StepParams },
): PaymentStep {
  return {
    id: `${paymentId}-s${given.position}`,
    paymentId,
    state: 'ready',
    generation: 1,
    tries: 0,
    dueAt: RECORDED_AT,
    firstCalledAt: null,
    lastCalledAt: null,
    answered: false,
    result: null,
    error: null,
    version: 1,
    createdAt: RECORDED_AT,
    updatedAt: RECORDED_AT,
    ...given,
  };
}

/** A split of a tenth for the platform and nothing for processing. */
export function newSplit(
  { id: paymentId, currency }: Payment,
  { payeeId, gross }: { payeeId: string; gross: bigint },
): PaymentSplit {
  const platformFee = gross / 10n;
  return {
    paymentId,
    payeeId,
    currency,
    gross,
    platformFee,
    processingFee: 0n,
    net: gross - platformFee,
    createdAt: RECORDED_AT,
    updatedAt: RECORDED_AT,
  };
}

/** A payment with nothing else. */
export function newMoney(payment: Payment, given: Partial<Money> = {}): Money {
  return { payment, attempts: [], steps: [], split: null, ...given };
}
