import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { availableFunds, fundsOf, record } from '../money/balance.ts';
import { checkCurrency, checkStep } from '../money/currencies.ts';
import type { Payout } from '../state.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';

/** How long a bank takes. */
const ARRIVES_AFTER = 2 * 24 * 60 * 60;

function readCreate(params: Params) {
  return {
    amount: params.requiredAmount('amount'),
    currency: checkCurrency(params.required('currency')),
    description: params.optional('description'),
    metadata: params.metadata(),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>, call: Call): Payout {
  checkStep(input.amount, input.currency);
  if (availableFunds(world, call.account, input.currency) < input.amount) {
    throw invalidRequest('You have insufficient funds in your Stripe account for this transfer.', {
      code: 'balance_insufficient',
    });
  }
  const { enabled } = standingOf(world, call.account);
  if (!enabled) {
    throw invalidRequest('Your account is not allowed to make payouts.', { code: 'payouts_not_allowed' });
  }
  return payOut(world, call.account, input.amount, input.currency, {
    automatic: false,
    description: input.description ?? null,
    metadata: input.metadata({}),
  });
}

function payOut(
  world: World,
  account: string,
  amount: number,
  currency: string,
  fields: Pick<Payout, 'automatic' | 'description' | 'metadata'>,
): Payout {
  const id = world.id('po');
  const transaction = record(world, {
    owner: account,
    type: 'payout',
    category: 'payout',
    amount: -amount,
    currency,
    source: id,
  });
  const payout = world.add<Payout>(
    world.state.payouts,
    {
      id,
      object: 'payout',
      amount,
      application_fee: null,
      application_fee_amount: null,
      arrival_date: world.now() + ARRIVES_AFTER,
      balance_transaction: transaction.id,
      created: world.now(),
      currency,
      destination: world.id('ba'),
      failure_balance_transaction: null,
      failure_code: null,
      failure_message: null,
      livemode: false,
      method: 'standard',
      original_payout: null,
      payout_method: null,
      reconciliation_status: fields.automatic ? 'in_progress' : 'not_applicable',
      reversed_by: null,
      source_type: 'card',
      statement_descriptor: null,
      status: 'in_transit',
      trace_id: null,
      type: 'bank_account',
      ...fields,
    },
    account,
  );
  world.emit('payout.created', payout);
  world.later(ARRIVES_AFTER, { kind: 'payout_arrives', payout: id });
  return payout;
}

/** Pays out all that an account with automatic payouts has, as its schedule does each day. */
export function payOutAutomatically(world: World, account: string): void {
  const { enabled, interval } = standingOf(world, account);
  if (!enabled || interval === 'manual') return;
  for (const [currency, { available }] of fundsOf(world, account)) {
    if (available <= 0) continue;
    payOut(world, account, available, currency, {
      automatic: true,
      description: 'STRIPE PAYOUT',
      metadata: {},
    });
  }
}

/** The platform's own payouts are made by hand, so that its balance is there for transfers. */
function standingOf(world: World, id: string): { enabled: boolean; interval: string } {
  if (id === world.state.platform) return { enabled: true, interval: 'manual' };
  const account = world.state.accounts.get(id);
  return {
    enabled: account?.payouts_enabled ?? false,
    interval: account?.settings?.payouts?.schedule.interval ?? 'daily',
  };
}

/** Scheduled: the bank has it. */
export function arrive(world: World, id: string): void {
  const payout = world.state.payouts.get(id);
  if (payout?.status !== 'in_transit') return;
  const paid = world.change(world.state.payouts, payout, {
    reconciliation_status: payout.automatic ? 'completed' : 'not_applicable',
    status: 'paid',
  });
  world.emit('payout.paid', paid, payout);
}

/** The bank sends it back: the money is in the balance again. Also after it had arrived. */
export function failPayout(world: World, id: string): Payout {
  const payout = world.state.payouts.get(id);
  if (!payout || payout.status === 'failed') throw invalidRequest(`Payout ${id} cannot fail.`);
  const owner = world.ownerOf(id);
  const returned = record(world, {
    owner,
    type: 'payout_failure',
    category: 'payout_reversal',
    amount: payout.amount,
    currency: payout.currency,
    source: id,
  });
  const failed = world.change(world.state.payouts, payout, {
    failure_balance_transaction: returned.id,
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed',
    status: 'failed',
  });
  world.emit('payout.failed', failed, payout);
  return failed;
}

function list(world: World, query: ListQuery & { status: string | undefined }, call: Call) {
  return page(world, call, 'payout', world.state.payouts, query, (payout) => {
    return !query.status || payout.status === query.status;
  });
}

export const payoutRoutes: Route[] = [
  route('POST', '/v1/payouts', readCreate, create, { onConnected: true }),
  route(
    'GET',
    '/v1/payouts',
    (params) => ({ ...readListQuery(params), status: params.optional('status') }),
    list,
    { onConnected: true },
  ),
  route(
    'GET',
    '/v1/payouts/{}',
    () => null,
    (world, _input, call) =>
      find(world, world.state.payouts, 'payout', call.id(0), { account: call.account }),
    { onConnected: true },
  ),
];
