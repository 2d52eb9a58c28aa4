import type { BalanceTransaction } from '../state.ts';
import type { World } from '../world.ts';

const PAYOUT_RUNS_AFTER = 60 * 60;

interface Entry {
  /** Whose balance; the platform's unless said. */
  owner?: string;
  type: BalanceTransaction['type'];
  category: string;
  /** Minor units; negative when the balance pays. */
  amount: number;
  /** What Stripe takes on top. */
  fee?: number;
  currency: string;
  exchangeRate?: number | null;
  /** What moved it; null for what Stripe does of itself. */
  source: string | null;
  /** Unix seconds; now, unless said. */
  availableOn?: number;
  description?: string | null;
}

/** Moves an account's balance: nothing else does. Money of the future is pending until then. */
export function record(world: World, entry: Entry): BalanceTransaction {
  const { amount, fee = 0, currency, availableOn = world.now() } = entry;
  const available = availableOn <= world.now();
  const transaction = world.add(
    world.state.balanceTransactions,
    {
      id: world.id('txn'),
      object: 'balance_transaction',
      amount,
      available_on: availableOn,
      balance_type: 'payments',
      created: world.now(),
      currency,
      description: entry.description ?? null,
      exchange_rate: entry.exchangeRate ?? null,
      fee,
      fee_details:
        fee === 0
          ? []
          : [{ amount: fee, application: null, currency, description: feeName(entry), type: 'stripe_fee' }],
      net: amount - fee,
      reporting_category: entry.category,
      source: entry.source,
      status: available ? 'available' : 'pending',
      type: entry.type,
    },
    entry.owner,
  );
  if (!available) {
    world.at(availableOn, { kind: 'funds_become_available', balanceTransaction: transaction.id });
  }
  if (entry.owner && amount > 0) {
    // Later the same day, so that all that moves on it has moved.
    world.at(availableOn + PAYOUT_RUNS_AFTER, { kind: 'payout_is_due', account: entry.owner });
  }
  return transaction;
}

export interface Funds {
  available: number;
  pending: number;
}

/** What an account has, by currency: the sum of its balance transactions. */
export function fundsOf(world: World, account: string): Map<string, Funds> {
  const funds = new Map<string, Funds>();
  for (const { id, currency, net, status } of world.state.balanceTransactions.values()) {
    if (world.ownerOf(id) !== account) continue;
    const { available, pending } = funds.get(currency) ?? { available: 0, pending: 0 };
    funds.set(
      currency,
      status === 'available'
        ? { available: available + net, pending }
        : { available, pending: pending + net },
    );
  }
  return funds;
}

/** What an account can spend now. */
export function availableFunds(world: World, account: string, currency: string): number {
  return fundsOf(world, account).get(currency)?.available ?? 0;
}

function feeName({ category }: Entry): string {
  return category === 'dispute' ? 'Dispute fee' : 'Stripe processing fees';
}
