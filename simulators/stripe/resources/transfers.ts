import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, listOf, page, type Route, readListQuery, route } from '../api/routing.ts';
import { availableFunds, record } from '../money/balance.ts';
import { checkCurrency, checkStep, inWords } from '../money/currencies.ts';
import type { Account, BalanceTransaction, Charge, Transfer } from '../state.ts';
import type { World } from '../world.ts';
import { findAccount } from './accounts.ts';
import { blankCharge } from './charge-shape.ts';
import { settledCharge } from './charges.ts';
import { find } from './find.ts';

function readCreate(params: Params) {
  return {
    amount: params.amount('amount'),
    currency: checkCurrency(params.required('currency')),
    destination: params.required('destination'),
    description: params.optional('description'),
    metadata: params.metadata(),
    sourceTransaction: params.optional('source_transaction'),
    transferGroup: params.optional('transfer_group'),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>): Transfer {
  const destination = findAccount(world, input.destination, 'destination');
  checkCanReceive(destination);
  const source = input.sourceTransaction ? sourceOf(world, input.sourceTransaction) : null;
  const amount = input.amount ?? source?.charge.amount_captured;
  if (amount === undefined) {
    throw invalidRequest('Missing required param: amount.', { code: 'parameter_missing', param: 'amount' });
  }
  checkStep(amount, input.currency);
  if (source) checkCover(world, source, amount, input.currency);
  else checkAvailable(world, amount, input.currency);
  const { state } = world;
  const id = world.id('tr');
  const availableOn = Math.max(source?.settled.available_on ?? 0, world.now());
  const transfer: Transfer = {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0,
    balance_transaction: pay(world, id, amount, input.currency, availableOn).id,
    created: world.now(),
    currency: input.currency,
    description: input.description ?? null,
    destination: destination.id,
    destination_payment: receive(world, id, amount, input.currency, destination, availableOn).id,
    livemode: false,
    metadata: input.metadata({}),
    reversals: listOf([], `/v1/transfers/${id}/reversals`),
    reversed: false,
    source_transaction: source?.charge.id ?? null,
    source_type: 'card',
    // Stripe puts a transfer in its charge's group when it is given none.
    transfer_group: input.transferGroup ?? source?.charge.transfer_group ?? groupOf(source?.charge),
  };
  world.add(state.transfers, transfer);
  world.emit('transfer.created', transfer);
  return transfer;
}

function checkCanReceive(destination: Account): void {
  if (destination.capabilities?.transfers === 'active') return;
  throw invalidRequest(
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
    { code: 'insufficient_capabilities_for_transfer' },
  );
}

interface Source {
  charge: Charge;
  settled: BalanceTransaction;
}

function sourceOf(world: World, id: string): Source {
  const charge = find(world, world.state.charges, 'charge', id, { param: 'source_transaction' });
  if (!charge.captured || charge.status !== 'succeeded') {
    throw invalidRequest(`The source_transaction ${id} was not captured.`, { param: 'source_transaction' });
  }
  return settledCharge(world, charge);
}

/** A charge covers transfers up to its own amount, whatever is available. */
function checkCover(world: World, { charge, settled }: Source, amount: number, currency: string): void {
  if (settled.currency !== currency) {
    throw invalidRequest(
      `The currency of source_transaction's balance transaction (${settled.currency}) must be the same as the transfer currency (${currency})`,
      { code: 'transfer_source_balance_parameters_mismatch', param: 'currency' },
    );
  }
  let used = 0;
  for (const transfer of world.state.transfers.values()) {
    if (transfer.source_transaction === charge.id) used += transfer.amount - transfer.amount_reversed;
  }
  if (used + amount <= settled.amount) return;
  const left = inWords(settled.amount - used, currency);
  throw invalidRequest(`The transfer is greater than what is left of the source_transaction: ${left}.`, {
    code: 'balance_insufficient',
    param: 'amount',
  });
}

function checkAvailable(world: World, amount: number, currency: string): void {
  if (availableFunds(world, world.state.platform, currency) >= amount) return;
  throw invalidRequest(
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance',
    { code: 'balance_insufficient' },
  );
}

function groupOf(charge: Charge | undefined): string | null {
  return charge ? `group_${charge.payment_intent ?? charge.id}` : null;
}

function pay(world: World, transfer: string, amount: number, currency: string, availableOn: number) {
  return record(world, {
    type: 'transfer',
    category: 'transfer',
    amount: -amount,
    currency,
    source: transfer,
    availableOn,
  });
}

/** What the connected account sees of a transfer: a payment to it. */
function receive(
  world: World,
  transfer: string,
  amount: number,
  currency: string,
  destination: Account,
  availableOn: number,
): Charge {
  const id = world.id('py');
  const { id: transaction } = record(world, {
    owner: destination.id,
    type: 'payment',
    category: 'charge',
    amount,
    currency,
    source: id,
    availableOn,
  });
  return world.add(
    world.state.charges,
    {
      ...blankCharge(id, world.now()),
      amount,
      amount_captured: amount,
      balance_transaction: transaction,
      captured: true,
      currency,
      paid: true,
      payment_method_details: { type: 'stripe_account', stripe_account: {} },
      source_transfer: transfer,
      status: 'succeeded',
    },
    destination.id,
  );
}

interface TransferFilter extends ListQuery {
  destination: string | undefined;
  transferGroup: string | undefined;
}

function readFilter(params: Params): TransferFilter {
  return {
    ...readListQuery(params),
    destination: params.optional('destination'),
    transferGroup: params.optional('transfer_group'),
  };
}

function list(world: World, query: TransferFilter, call: Call) {
  return page(world, call, 'transfer', world.state.transfers, query, (transfer) => {
    if (query.destination && transfer.destination !== query.destination) return false;
    return !query.transferGroup || transfer.transfer_group === query.transferGroup;
  });
}

function update(world: World, input: ReturnType<typeof readUpdate>, call: Call): Transfer {
  const transfer = findTransfer(world, call.id(0));
  const changed = world.change(world.state.transfers, transfer, {
    description: input.description === undefined ? transfer.description : input.description,
    metadata: input.metadata(transfer.metadata),
  });
  world.emit('transfer.updated', changed, transfer);
  return changed;
}

function readUpdate(params: Params) {
  return { description: params.unsettable('description'), metadata: params.metadata() };
}

export function findTransfer(world: World, id: string): Transfer {
  return find(world, world.state.transfers, 'transfer', id);
}

export const transferRoutes: Route[] = [
  route('POST', '/v1/transfers', readCreate, create),
  route('GET', '/v1/transfers', readFilter, list),
  route(
    'GET',
    '/v1/transfers/{}',
    () => null,
    (world, _input, call) => findTransfer(world, call.id(0)),
  ),
  route('POST', '/v1/transfers/{}', readUpdate, update),
];
