import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { fundsOf } from '../money/balance.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';

function retrieve(world: World, _input: null, call: Call): object {
  const funds = fundsOf(world, call.account);
  const own = world.state.accounts.get(call.account)?.default_currency ?? world.settings.defaultCurrency;
  if (!funds.has(own)) funds.set(own, { available: 0, pending: 0 });
  const amounts = (kind: 'available' | 'pending') =>
    [...funds].map(([currency, { [kind]: amount }]) => ({
      amount,
      currency,
      source_types: { card: amount },
    }));
  return { object: 'balance', available: amounts('available'), livemode: false, pending: amounts('pending') };
}

interface TransactionFilter extends ListQuery {
  currency: string | undefined;
  source: string | undefined;
  type: string | undefined;
}

function readFilter(params: Params): TransactionFilter {
  return {
    ...readListQuery(params),
    currency: params.optional('currency'),
    source: params.optional('source'),
    type: params.optional('type'),
  };
}

function list(world: World, query: TransactionFilter, call: Call) {
  const { balanceTransactions } = world.state;
  return page(world, call, 'balance_transaction', balanceTransactions, query, (transaction) => {
    if (query.currency && transaction.currency !== query.currency) return false;
    if (query.source && transaction.source !== query.source) return false;
    return !query.type || transaction.type === query.type;
  });
}

/** Scheduled: what was pending can be spent. */
export function makeAvailable(world: World, id: string): void {
  const transaction = world.state.balanceTransactions.get(id);
  if (transaction) world.change(world.state.balanceTransactions, transaction, { status: 'available' });
}

export const balanceRoutes: Route[] = [
  route('GET', '/v1/balance', () => null, retrieve, { onConnected: true }),
  route('GET', '/v1/balance_transactions', readFilter, list, { onConnected: true }),
  route(
    'GET',
    '/v1/balance_transactions/{}',
    () => null,
    (world, _input, call) =>
      find(world, world.state.balanceTransactions, 'balance_transaction', call.id(0), {
        account: call.account,
      }),
    { onConnected: true },
  ),
];
