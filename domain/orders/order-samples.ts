import { type Ending, outcomeOf } from '../payments/fact-samples.ts';
import { NEW_PAYEE } from '../payments/payment.ts';
import { nextStep } from '../payments/steps.ts';
import type { Actor, OrderCommand, OrderDraft } from './commands.ts';
import { decide } from './decide.ts';
import type { OrderState } from './order.ts';
import { afterStep } from './paying.ts';

/** For tests: an order of Mara's, for which Paul and Rita apply, played as far as a test needs it. */
export const NOW = new Date('2026-11-23T12:00:00Z');
export const later = (ms: number) => new Date(NOW.getTime() + ms);
export const person = (userId: string, role: 'creator' | 'provider' | 'both' | 'admin' = 'both'): Actor => ({
  kind: 'person',
  userId,
  role,
});
export const MARA = person('mara');
export const PAUL = person('paul');
export const RITA = person('rita');
export const ADMIN = person('ada', 'admin');
export const SYSTEM: Actor = { kind: 'system' };

export const draft: OrderDraft = {
  title: 'Sunset over the Tagus',
  description: null,
  location: { latitude: 38.7139, longitude: -9.1334, address: 'Rua Augusta 1', locality: 'Lisbon' },
  serviceRadius: 5_000,
  baseAmount: 2_500n,
  currency: 'USD',
  scheduledFor: null,
  requirements: [],
  tags: [],
};

export const arrived: OrderCommand = {
  name: 'start',
  arrival: { fix: { at: NOW, side: 'inside', distanceMeters: 12 }, media: 'unverified' },
};

export function application(
  applicationId: string,
  proposedAmount: bigint | null = null,
  estimatedArrival: Date | null = null,
): OrderCommand {
  return {
    name: 'apply',
    applicationId,
    message: null,
    proposedAmount,
    currency: 'USD',
    estimatedArrival,
    distanceMeters: null,
  };
}

export function accept(applicationId: string): OrderCommand {
  const card = { customerId: 'cus', paymentMethodId: 'pm' };
  return { name: 'accept', applicationId, paymentId: 'payment', card };
}

/** What follows when Stripe is asked what the order owes it next; null when it owes nothing. */
export function answered(state: OrderState, ending: Ending = 'succeeds', now = NOW) {
  const step = state.money && nextStep(state.money);
  if (!state.money || !step) return null;
  return afterStep(state, step.id, outcomeOf(state.money, step, ending), NEW_PAYEE, now);
}

/** Plays commands in turn; every one of them must be accepted. `stripe`: the next of its steps is carried out. */
export function play(...steps: ([OrderCommand, Actor] | 'stripe')[]): OrderState {
  return playOn(draft, ...steps);
}

/** The same with another draft. */
export function playOn(given: OrderDraft, ...steps: ([OrderCommand, Actor] | 'stripe')[]): OrderState {
  let { state } = decision(null, { name: 'create', orderId: 'order', draft: given }, MARA);
  for (const step of steps) {
    const decided = step === 'stripe' ? answered(state) : decision(state, ...step);
    if (!decided) throw new Error('Stripe was owed nothing');
    state = decided.state;
  }
  return state;
}

export const pending = () => play();
export const applied = () => play([application('a1', 3_000n), PAUL], [application('a2'), RITA]);
export const accepted = () =>
  play([application('a1', 3_000n), PAUL], [application('a2'), RITA], [accept('a1'), MARA], 'stripe');
export const active = () => play([application('a1'), PAUL], [accept('a1'), MARA], 'stripe', [arrived, PAUL]);
export const completed = () =>
  play(
    [application('a1'), PAUL],
    [accept('a1'), MARA],
    'stripe',
    [arrived, PAUL],
    [{ name: 'complete', reason: null }, PAUL],
  );

export function refusal(state: OrderState | null, command: OrderCommand, actor: Actor, now = NOW) {
  const decided = decide(state, command, actor, now);
  return decided.ok ? null : decided.error;
}

export function decision(state: OrderState | null, command: OrderCommand, actor: Actor, now = NOW) {
  const decided = decide(state, command, actor, now);
  if (!decided.ok) throw new Error(decided.error.message);
  return decided.value;
}
