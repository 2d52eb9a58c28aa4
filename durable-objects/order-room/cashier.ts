import type { Database } from '#db/client.ts';
import { readPayeeFacts } from '#db/queries/payee-facts.ts';
import { findCustomer } from '#db/queries/payment-customers.ts';
import type { PaymentObject } from '#db/schema/index.ts';
import type { Rejection } from '#domain/errors.ts';
import { problem } from '#domain/orders/decision.ts';
import type { Card } from '#domain/payments/attempts.ts';
import {
  type Money,
  NEW_PAYEE,
  NOT_WANTED,
  openAttempt,
  type PayeeFacts,
  type PaymentAttempt,
} from '#domain/payments/payment.ts';
import { retryParked } from '#domain/payments/steps.ts';
import type { CallOutcome, StripeFact } from '#domain/payments/stripe-facts.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { runSteps } from '#payments/step-runner.ts';
import { cardOf, listCards } from '#payments/stripe/cards.ts';
import { type StripeClient, stripeClient } from '#payments/stripe/client.ts';
import { StripeRefusal, StripeUnavailable } from '#payments/stripe/failures.ts';
import { type Gateway, gatewayTo } from '#payments/stripe/gateway.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { settlementCurrencies } from '../settlement-currencies.ts';
import { CommandQueue } from './command-queue.ts';
import type { Commander } from './commander.ts';
import type { HeldOrder } from './held-order.ts';

/** What Stripe says that something has happened to, and the intent that this belongs to; the object itself is read anew. */
export type StripeNews = { objectType: PaymentObject; objectId: string; intentId: string | null };

type Context = {
  env: Env;
  db: Database;
  held: HeldOrder;
  commander: Commander;
  now: () => Date;
  /** What is known of the payee's account has proved wrong. */
  transferRefused: (payeeId: string) => void;
};

type SettledOutcome = Extract<CallOutcome, { kind: 'succeeded' | 'refused' }>;

/**
 * The order's dealings with Stripe, one at a time: it carries out the steps that are owed, and takes in what Stripe says.
 * Nothing here holds the room's commands while it waits for Stripe; what follows from an answer is a command of its own.
 */
export class Cashier {
  readonly #context: Context;
  readonly #client: StripeClient;
  readonly #gateway: Gateway;
  /** Facts are taken in in the order in which they were read. */
  readonly #lane = new CommandQueue();
  /** A run that has not begun yet serves everybody who asks for one. */
  #nextRun: Promise<Date | null> | null = null;
  #syncedAt = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#client = stripeClient(context.env);
    this.#gateway = gatewayTo(this.#client);
  }

  /**
   * Carries out the steps that are owed. Throws when the record is out of reach; whatever was being done is then found again.
   * @returns when something is to be done next
   */
  async run(orderId: string): Promise<Date | null> {
    const { commander, now, env } = this.#context;
    this.#nextRun ??= this.#lane.run(() => {
      this.#nextRun = null;
      return runSteps({
        owner: {
          money: () => this.#money(orderId),
          payee: () => this.#payee(orderId),
          keep: (before, after) => commander.keepStep(orderId, before, after),
          settle: (stepId, outcome) => this.#settle(orderId, stepId, outcome),
        },
        stripe: this.#gateway,
        environment: env.ENVIRONMENT,
        now,
        report: (error, { id }) => logFailure('step failed', { orderId, step: id }, error),
      });
    });
    return this.#nextRun;
  }

  /** Reads anew what Stripe says has changed, and takes it in. Throws when Stripe or the record is out of reach. */
  async observe(orderId: string, news: StripeNews): Promise<void> {
    await this.#lane.run(async () => {
      for (const fact of await this.#read(news)) await this.#context.commander.takeFact(orderId, fact);
    });
  }

  /**
   * Compares all of the payment with what Stripe has of it now, unless that was just done. Throws as {@link observe} does.
   */
  async sync(orderId: string): Promise<void> {
    await this.#lane.run(async () => {
      const money = await this.#money(orderId);
      const now = this.#context.now().getTime();
      if (!money || now - this.#syncedAt < SYNC_AT_MOST_EVERY_MS) return;
      for (const fact of await this.#gateway.picture(money.payment, money.attempts)) {
        await this.#context.commander.takeFact(orderId, fact);
      }
      this.#syncedAt = now;
    });
  }

  /** Has a parked step looked for at Stripe again; false when it is not parked. */
  async retry(orderId: string, stepId: string): Promise<boolean> {
    const { commander, now } = this.#context;
    const step = (await this.#money(orderId))?.steps.find(({ id }) => id === stepId);
    return step?.state === 'parked' && commander.keepStep(orderId, step, retryParked(step, now()));
  }

  /** The caller's own card for a payment in this currency: the one that they name, or the one that they saved last. */
  async cardFor(
    userId: string,
    paymentMethodId: string | null,
    currency: string,
  ): Promise<Result<Card, Rejection>> {
    // An order may have been placed before the currency was taken out of the configuration.
    if (!settlementCurrencies(this.#context.env).includes(currency)) return err(NOT_CHARGED);
    const customerId = await findCustomer(this.#context.db, userId);
    if (!customerId) {
      return err(problem('paymentMethodId', paymentMethodId ? NOT_YOURS : 'is needed: save a card first'));
    }
    try {
      const card = paymentMethodId
        ? await cardOf(this.#client, customerId, paymentMethodId)
        : ((await listCards(this.#client, customerId))[0] ?? null);
      if (card) return ok({ customerId, paymentMethodId: card.id });
      return err(problem('paymentMethodId', paymentMethodId ? NOT_YOURS : 'is needed: save a card first'));
    } catch (error) {
      if (error instanceof StripeUnavailable) return err(STRIPE_OUT_OF_REACH);
      throw error;
    }
  }

  /**
   * What the payer's browser needs to let their bank ask them; null when nothing is asked, and while Stripe is out of reach: a
   * sync gives it later.
   */
  async clientSecret(attempt: PaymentAttempt | null): Promise<string | null> {
    if (!attempt?.awaitsPayer || !attempt.intentId) return null;
    const { method, intentId } = attempt;
    try {
      const { clientSecret } =
        method === 'setup'
          ? await this.#gateway.readSetup(intentId)
          : await this.#gateway.readIntent(intentId);
      return clientSecret;
    } catch (error) {
      if (error instanceof StripeUnavailable) return null;
      throw error;
    }
  }

  async #read({ objectType, objectId, intentId }: StripeNews): Promise<StripeFact[]> {
    try {
      switch (objectType) {
        case 'payment_intent':
          return [await this.#gateway.readIntent(objectId)];
        case 'charge':
          return intentId ? [await this.#gateway.readIntent(intentId)] : [];
        case 'setup_intent':
          return [await this.#gateway.readSetup(objectId)];
        case 'refund':
        case 'dispute':
          // What was given back is reckoned from all of it at once, whatever is heard of first.
          return intentId ? await this.#gateway.readCapture(intentId) : [];
      }
    } catch (error) {
      // What Stripe does not know has no news.
      if (error instanceof StripeRefusal) return [];
      throw error;
    }
  }

  async #money(orderId: string): Promise<Money | null> {
    return (await this.#context.held.state(orderId))?.money ?? null;
  }

  async #payee(orderId: string): Promise<PayeeFacts> {
    const payment = (await this.#money(orderId))?.payment;
    if (!payment?.payeeId) return NEW_PAYEE;
    return readPayeeFacts(this.#context.db, payment.payeeId, payment.currency);
  }

  async #settle(orderId: string, stepId: string, outcome: SettledOutcome): Promise<void> {
    await this.#context.commander.settleStep(orderId, stepId, outcome);
    if (outcome.kind !== 'refused') return;
    const step = (await this.#money(orderId))?.steps.find(({ id }) => id === stepId);
    if (step?.params.kind === 'transfer' && step.error?.code !== NOT_WANTED.code) {
      this.#context.transferRefused(step.params.payeeId);
    }
  }
}

/** Several parties may ask at once, and each asking is some reads. */
const SYNC_AT_MOST_EVERY_MS = 1_000;

/** The attempt that a money command has just made, or that still waits for the payer. */
export function latestAttempt(money: Money): PaymentAttempt | null {
  return openAttempt(money) ?? money.attempts.at(-1) ?? null;
}

const NOT_YOURS = 'is not one of your saved cards';

const NOT_CHARGED: Rejection = {
  code: 'CONFLICT',
  message: 'Payments in the currency of this order are not taken any longer.',
  details: { reason: 'currency_not_charged' },
};

/** Stripe does not answer. */
export const STRIPE_OUT_OF_REACH: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Payments could not be reached just now. Try again in a moment.',
};
