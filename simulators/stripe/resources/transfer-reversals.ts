import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, listOf, page, type Route, readListQuery, route } from '../api/routing.ts';
import { availableFunds, record } from '../money/balance.ts';
import { checkStep, inWords } from '../money/currencies.ts';
import type { Transfer, TransferReversal } from '../state.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';
import { blankRefund } from './refund-shape.ts';
import { findTransfer } from './transfers.ts';

function readCreate(params: Params) {
  return {
    amount: params.amount('amount'),
    description: params.optional('description'),
    metadata: params.metadata(),
  };
}

/**
 * Takes a transfer back, whole or in part. What the connected account has must cover it: what is on its way to it
 * counts as far as this very transfer brought it.
 */
function create(world: World, input: ReturnType<typeof readCreate>, call: Call): TransferReversal {
  const transfer = findTransfer(world, call.id(0));
  const left = transfer.amount - transfer.amount_reversed;
  const amount = input.amount ?? left;
  if (left === 0 || amount > left) {
    const message =
      left === 0
        ? `Transfer ${transfer.id} is already fully reversed.`
        : `Reversal amount (${inWords(amount, transfer.currency)}) is greater than unreversed amount on transfer (${inWords(left, transfer.currency)})`;
    throw invalidRequest(message, { param: 'amount' });
  }
  checkStep(amount, transfer.currency);
  const availableOn = dateOfReversal(world, transfer, amount);
  const id = world.id('trr');
  const reversal: TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: record(world, {
      type: 'transfer_refund',
      category: 'transfer_reversal',
      amount,
      currency: transfer.currency,
      source: id,
      availableOn,
    }).id,
    created: world.now(),
    currency: transfer.currency,
    destination_payment_refund: takeBack(world, transfer, amount, availableOn),
    metadata: input.metadata({}),
    source_refund: null,
    transfer: transfer.id,
  };
  world.add(world.state.transferReversals, reversal);
  world.emit('transfer.reversed', reversed(world, transfer, amount), transfer);
  return reversal;
}

/** @returns when the money moves; @throws ApiError when the connected account cannot cover it */
function dateOfReversal(world: World, transfer: Transfer, amount: number): number {
  const arrives = find(
    world,
    world.state.balanceTransactions,
    'balance_transaction',
    transfer.balance_transaction ?? '',
  );
  if (arrives.status !== 'available') return arrives.available_on;
  if (availableFunds(world, transfer.destination ?? '', transfer.currency) >= amount) return world.now();
  throw invalidRequest(
    `The connected account ${transfer.destination} does not have enough available balance to reverse ${inWords(amount, transfer.currency)}.`,
    { code: 'balance_insufficient' },
  );
}

/** What the connected account sees of a reversal: a refund of the payment to it. */
function takeBack(world: World, transfer: Transfer, amount: number, availableOn: number): string {
  const owner = transfer.destination ?? '';
  const payment = find(world, world.state.charges, 'charge', transfer.destination_payment ?? '', {
    account: owner,
  });
  const id = world.id('pyr');
  const { id: transaction } = record(world, {
    owner,
    type: 'payment_refund',
    category: 'refund',
    amount: -amount,
    currency: transfer.currency,
    source: id,
    availableOn,
  });
  const refunded = payment.amount_refunded + amount;
  world.change(world.state.charges, payment, {
    amount_refunded: refunded,
    refunded: refunded === payment.amount,
  });
  const { destination_details: _, ...refund } = blankRefund(world, payment, amount, { status: 'succeeded' });
  return world.add(world.state.refunds, { ...refund, id, balance_transaction: transaction }, owner).id;
}

function reversed(world: World, transfer: Transfer, amount: number): Transfer {
  const sum = transfer.amount_reversed + amount;
  return world.change(world.state.transfers, transfer, {
    amount_reversed: sum,
    reversals: listOf(reversalsOf(world, transfer.id).reverse(), transfer.reversals.url),
    reversed: sum === transfer.amount,
  });
}

function reversalsOf(world: World, transfer: string): TransferReversal[] {
  return [...world.state.transferReversals.values()].filter((reversal) => reversal.transfer === transfer);
}

function findReversal(world: World, call: Call): TransferReversal {
  findTransfer(world, call.id(0));
  return find(world, world.state.transferReversals, 'transfer_reversal', call.id(1));
}

export const transferReversalRoutes: Route[] = [
  route('POST', '/v1/transfers/{}/reversals', readCreate, create),
  route('GET', '/v1/transfers/{}/reversals', readListQuery, (world, query, call) => {
    const { transferReversals } = world.state;
    const transfer = findTransfer(world, call.id(0)).id;
    return page(
      world,
      call,
      'transfer_reversal',
      transferReversals,
      query,
      (item) => item.transfer === transfer,
    );
  }),
  route(
    'GET',
    '/v1/transfers/{}/reversals/{}',
    () => null,
    (world, _input, call) => findReversal(world, call),
  ),
];
