import { invalidRequest } from '../api/errors.ts';
import { record } from '../money/balance.ts';
import { checkCurrency } from '../money/currencies.ts';
import { findAccount, finishOnboarding, requireMore } from '../resources/accounts.ts';
import type { DisputeOpening } from '../resources/dispute-shape.ts';
import { decide, escalate, openDispute } from '../resources/disputes.ts';
import { endAuthentication } from '../resources/payment-intent-confirmation.ts';
import { findIntent } from '../resources/payment-intents.ts';
import { failPayout } from '../resources/payouts.ts';
import { endRefund } from '../resources/refunds.ts';
import { endSetupAuthentication } from '../resources/setup-intent-confirmation.ts';
import { findSetupIntent } from '../resources/setup-intents.ts';
import type {
  Account,
  BalanceTransaction,
  Dispute,
  PaymentIntent,
  Payout,
  Refund,
  SetupIntent,
} from '../state.ts';
import type { World } from '../world.ts';
import type { Fault } from './faults.ts';

/** What happens to Stripe from outside its API. Each throws an ApiError where it cannot happen. */
export interface Controls {
  /** The card's owner answers the bank's question (3-D Secure), or fails to. */
  authenticate(intent: string, succeeded: boolean): PaymentIntent | SetupIntent;
  finishOnboarding(account: string): Account;
  /** @param disables whether the account may receive nothing until it has given them */
  requireMore(account: string, requirements: readonly string[], disables: boolean): Account;
  openDispute(opening: DisputeOpening): Dispute;
  /** An inquiry becomes a chargeback. */
  escalateDispute(dispute: string): Dispute;
  decideDispute(dispute: string, outcome: 'won' | 'lost'): Dispute;
  /** A refund fails (also after it had succeeded) or, when it was pending, succeeds. */
  endRefund(refund: string, outcome: 'succeeded' | 'failed'): Refund;
  failPayout(payout: string): Payout;
  /** Stripe moves the platform's balance for a reason of its own: a fee, a top-up. @param amount negative when the balance pays */
  moveBalance(movement: {
    type: string;
    category: string;
    amount: number;
    currency: string;
  }): BalanceTransaction;
  addFault(fault: Omit<Fault, 'id'>): Fault;
  /** @returns how many times it had yet to strike */
  removeFault(fault: string): number;
  clearFaults(): void;
}

export function createControls(world: World): Controls {
  return {
    authenticate(id, succeeded) {
      return id.startsWith('seti_')
        ? endSetupAuthentication(world, findSetupIntent(world, id), succeeded)
        : endAuthentication(world, findIntent(world, id), succeeded);
    },
    finishOnboarding: (id) => finishOnboarding(world, findAccount(world, id, 'account')),
    requireMore: (id, requirements, disables) =>
      requireMore(world, findAccount(world, id, 'account'), requirements, disables),
    openDispute: (opening) => openDispute(world, opening),
    escalateDispute: (id) => escalate(world, id),
    decideDispute: (id, outcome) => decide(world, id, outcome),
    endRefund(id, outcome) {
      const status = world.state.refunds.get(id)?.status;
      const possible = status === 'pending' || (status === 'succeeded' && outcome === 'failed');
      if (!possible) throw invalidRequest(`Refund ${id} has ended: ${status ?? 'there is none'}.`);
      return endRefund(world, id, outcome);
    },
    failPayout: (id) => failPayout(world, id),
    moveBalance: ({ currency, ...movement }) =>
      record(world, { ...movement, currency: checkCurrency(currency), source: null }),
    addFault(fault) {
      const added = { id: world.id('fault'), ...fault };
      world.state.faults.push(added);
      return added;
    },
    removeFault(id) {
      const { faults } = world.state;
      const index = faults.findIndex((fault) => fault.id === id);
      return index === -1 ? 0 : faults.splice(index, 1).reduce((left, { times }) => left + times, 0);
    },
    clearFaults() {
      world.state.faults.length = 0;
    },
  };
}
