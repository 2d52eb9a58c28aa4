import type Stripe from 'stripe';
import type { ApiRequest, ApiResponse } from './api/wire.ts';
import type { Fault } from './control/faults.ts';
import type { TestCardName } from './resources/test-cards.ts';
import type { Delivery, WebhookEndpoint, WebhookPolicy } from './webhooks/deliveries.ts';

/**
 * An API object as it is kept: where it may be expanded, the id. Kept objects never change: a change puts a new one in
 * its place, so that whoever holds one (an event, a stored answer) holds it as it was then.
 */
export type Kept<T> = {
  readonly [K in keyof T]: string extends T[K] ? Extract<T[K], string | null | undefined> : T[K];
};

export type Account = Kept<Stripe.Account>;
export type BalanceTransaction = Kept<Stripe.BalanceTransaction>;
export type Charge = Kept<Stripe.Charge>;
export type Customer = Kept<Stripe.Customer> | Kept<Stripe.DeletedCustomer>;
export type Dispute = Kept<Stripe.Dispute>;
export type PaymentIntent = Kept<Stripe.PaymentIntent>;
export type PaymentMethod = Kept<Stripe.PaymentMethod>;
export type Payout = Kept<Stripe.Payout>;
export type Refund = Kept<Stripe.Refund>;
export type SetupIntent = Kept<Stripe.SetupIntent>;
export type Transfer = Kept<Stripe.Transfer>;
export type TransferReversal = Kept<Stripe.TransferReversal>;

/** `data.object` is the object as it was when the event happened. */
export interface KeptEvent {
  readonly id: string;
  readonly object: 'event';
  readonly account?: string;
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: object; readonly previous_attributes?: object };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: EventType;
}

export type EventType = Stripe.Event['type'];

export interface AccountLink {
  id: string;
  account: string;
  expiresAt: number;
  returnUrl: string;
  refreshUrl: string;
  used: boolean;
}

/** What waits for its time, by the simulator's clock. */
export type Work =
  | { kind: 'authorization_expires'; paymentIntent: string }
  | { kind: 'charge_settles'; charge: string }
  | { kind: 'dispute_opens'; charge: string; reason: string; inquiry: boolean }
  | { kind: 'funds_become_available'; balanceTransaction: string }
  | { kind: 'payout_arrives'; payout: string }
  | { kind: 'payout_is_due'; account: string }
  | { kind: 'refund_ends'; refund: string; outcome: 'succeeded' | 'failed' }
  | { kind: 'request_arrives'; request: ApiRequest };

export interface StoredAnswer {
  readonly fingerprint: string;
  readonly storedAt: number;
  readonly requestId: string;
  /** Null while the request is in flight. */
  readonly response: ApiResponse | null;
}

/** Everything the simulator knows. Maps keep the order of creation; ids are their keys. */
export interface State {
  /** How far the simulator's clock is ahead of the one it was given. */
  clockAheadMs: number;
  /** Counts everything that gets an id. */
  sequence: number;
  /** The account whose API keys are used. */
  readonly platform: string;
  readonly accounts: Map<string, Account>;
  readonly accountLinks: Map<string, AccountLink>;
  readonly balanceTransactions: Map<string, BalanceTransaction>;
  readonly charges: Map<string, Charge>;
  readonly customers: Map<string, Customer>;
  readonly disputes: Map<string, Dispute>;
  readonly events: Map<string, KeptEvent>;
  readonly paymentIntents: Map<string, PaymentIntent>;
  readonly paymentMethods: Map<string, PaymentMethod>;
  readonly payouts: Map<string, Payout>;
  readonly refunds: Map<string, Refund>;
  readonly setupIntents: Map<string, SetupIntent>;
  readonly transfers: Map<string, Transfer>;
  readonly transferReversals: Map<string, TransferReversal>;
  /** Objects of connected accounts; all others are the platform's. */
  readonly owners: Map<string, string>;
  /** How each payment method behaves. */
  readonly cards: Map<string, TestCardName>;
  /** Payment methods that were set up for payments without their owner. */
  readonly setUp: Set<string>;
  /** Payment methods that may not be used again: used once without a customer, or detached. */
  readonly usedUp: Set<string>;
  /** Ordered by `due`. */
  readonly schedule: { due: number; work: Work }[];
  readonly answers: Map<string, StoredAnswer>;
  readonly faults: Fault[];
  readonly webhooks: {
    policy: WebhookPolicy;
    readonly endpoints: Map<string, WebhookEndpoint>;
    readonly deliveries: Map<string, Delivery>;
  };
}

export function emptyState(platform: string): State {
  return {
    clockAheadMs: 0,
    sequence: 0,
    platform,
    accounts: new Map(),
    accountLinks: new Map(),
    balanceTransactions: new Map(),
    charges: new Map(),
    customers: new Map(),
    disputes: new Map(),
    events: new Map(),
    paymentIntents: new Map(),
    paymentMethods: new Map(),
    payouts: new Map(),
    refunds: new Map(),
    setupIntents: new Map(),
    transfers: new Map(),
    transferReversals: new Map(),
    owners: new Map(),
    cards: new Map(),
    setUp: new Set(),
    usedUp: new Set(),
    schedule: [],
    answers: new Map(),
    faults: [],
    webhooks: {
      policy: { held: false, shuffled: false, doubled: 0, dropped: 0, delaySeconds: 0 },
      endpoints: new Map(),
      deliveries: new Map(),
    },
  };
}
