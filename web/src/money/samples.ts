import type { OrderView } from '#domain/orders/order-view.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';

const AT = '2026-11-23T19:00:00.000Z';

/** An accepted order of €25 for tests, but for what is given. */
export function order(facts: Partial<OrderView> = {}): OrderView {
  return {
    id: 'o',
    creatorId: 'mara',
    providerId: 'joao',
    title: 'Fountain',
    description: null,
    location: { latitude: 0, longitude: 0, address: null, locality: null, precision: 'exact' },
    serviceRadius: 5_000,
    baseAmount: 25,
    agreedAmount: 25,
    liveShowId: null,
    accepting: false,
    currency: 'EUR',
    status: 'accepted',
    version: 3,
    scheduledFor: null,
    acceptedAt: AT,
    arrivalDueAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    requirements: [],
    tags: [],
    createdAt: AT,
    updatedAt: AT,
    ...facts,
  };
}

/** Its payment, of which nothing was held yet, but for what is given. */
export function payment(facts: Partial<PaymentView> = {}): PaymentView {
  return {
    id: 'p',
    orderId: 'o',
    payerId: 'mara',
    payeeId: 'joao',
    currency: 'EUR',
    status: 'pending',
    grossAmount: 25,
    platformFee: null,
    processingFee: null,
    netAmount: null,
    amountAuthorized: 0,
    amountCaptured: 0,
    amountRefunded: 0,
    amountTransferred: 0,
    requiresAction: false,
    failure: null,
    chargeback: null,
    captureBefore: null,
    cardDueAt: null,
    processedAt: null,
    settledAt: null,
    createdAt: AT,
    updatedAt: AT,
    ...facts,
  };
}
