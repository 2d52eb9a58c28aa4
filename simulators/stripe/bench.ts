import Stripe from 'stripe';
import { expect, onTestFinished } from 'vitest';
import { checked } from './contract/checked.ts';
import { inProcessClient } from './in-process-client.ts';
import { seededRandom } from './seeded-random.ts';
import { createStripe, type StripeOptions } from './stripe.ts';

/** When tests begin. */
export const startOfTest = Date.UTC(2026, 10, 2, 12) / 1000;

/**
 * For tests: a simulator with a clock that stands still, the SDK in front of it, everything on the wire checked.
 * The test fails at its end if anything was not as the SDK's types have it.
 */
export function openBench(options: StripeOptions = {}) {
  const simulator = checked(
    createStripe({ clock: () => startOfTest * 1000, random: seededRandom(1), ...options }),
  );
  onTestFinished(() => expect(simulator.takeViolations()).toEqual([]));
  return { simulator, sdk: sdkFor(simulator), ...shortcuts(simulator) };
}

export function sdkFor(simulator: Parameters<typeof inProcessClient>[0]): Stripe {
  return new Stripe('sk_test_bench', {
    httpClient: inProcessClient(simulator),
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

function shortcuts({ world }: ReturnType<typeof checked>) {
  return {
    /** The types of all events so far, in order; of one owner when given. */
    eventTypes(account?: string): string[] {
      const events = [...world.state.events.values()];
      return events.filter((event) => !account || event.account === account).map(({ type }) => type);
    },
    /** The last event of a type. */
    lastEvent(type: string) {
      const event = [...world.state.events.values()].findLast((candidate) => candidate.type === type);
      if (!event) throw new Error(`No event ${type}`);
      return event;
    },
  };
}

/** What an expanded field holds. */
export function expanded<T extends object>(value: string | T | null | undefined): T {
  if (typeof value === 'object' && value !== null) return value;
  throw new Error(`Not expanded: ${String(value)}`);
}

/** The error that a call to the SDK ends with. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`No error of Stripe's: ${String(error)}`);
}

/** A card payment that is only authorized: what most tests begin with. */
export const authorization = {
  amount: 2000,
  currency: 'usd',
  capture_method: 'manual',
  confirm: true,
  payment_method: 'pm_card_visa',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;
