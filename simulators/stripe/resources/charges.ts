import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { settle } from '../money/settlement.ts';
import type { BalanceTransaction, Charge, PaymentIntent, PaymentMethod } from '../state.ts';
import type { World } from '../world.ts';
import {
  approvedOutcome,
  blankCharge,
  cardDetails,
  refusedOutcome,
  withoutDeadline,
} from './charge-shape.ts';
import { find } from './find.ts';
import { behaviourOf, type Decline, type TestCard } from './test-cards.ts';

const DAY = 24 * 60 * 60;
/** https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
const AUTHORIZATION_LASTS = 7 * DAY;
/** Visa's window for payments without the card's owner, shorter since 2024: 4 days 18 hours. */
const MERCHANT_INITIATED_VISA_LASTS = 4 * DAY + 18 * 60 * 60;
/** How long the money of an asynchronous capture stays unaccounted for. */
const ASYNCHRONOUS_CAPTURE_TAKES = 60;
const DISPUTE_COMES_AFTER = 60;

/** One attempt to charge a payment intent's amount; declined when `decline` is given, else authorized, not yet captured. */
export function attemptCharge(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  { offSession, decline }: { offSession: boolean; decline: Decline | null },
): Charge {
  const card = cardOf(world, method);
  const manual = intent.capture_method === 'manual' && !decline;
  const lasts = offSession && card.brand === 'visa' ? MERCHANT_INITIATED_VISA_LASTS : AUTHORIZATION_LASTS;
  const captureBefore = manual ? world.now() + lasts : undefined;
  const charge = world.add(world.state.charges, {
    ...blankCharge(world.id('ch'), world.now()),
    amount: intent.amount,
    billing_details: method.billing_details,
    calculated_statement_descriptor: decline ? null : 'SIMULATED PLATFORM',
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    metadata: intent.metadata,
    outcome: decline ? refusedOutcome(decline) : approvedOutcome,
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: cardDetails(method, card, intent, captureBefore) },
    receipt_email: intent.receipt_email,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: decline ? 'failed' : 'succeeded',
    transfer_group: intent.transfer_group,
  });
  if (captureBefore !== undefined) {
    world.at(captureBefore, { kind: 'authorization_expires', paymentIntent: intent.id });
  }
  return charge;
}

/**
 * Takes the money of an authorized charge.
 * @param asynchronously its balance transaction comes later, with `charge.updated`
 */
export function captureCharge(world: World, charge: Charge, amount: number, asynchronously: boolean): Charge {
  const captured = world.change(world.state.charges, charge, {
    amount_captured: amount,
    captured: true,
    payment_method_details: withoutDeadline(charge.payment_method_details),
  });
  const { dispute } = behaviourOf(cardNameOf(world, charge));
  if (dispute) world.later(DISPUTE_COMES_AFTER, { kind: 'dispute_opens', charge: charge.id, ...dispute });
  if (!asynchronously) return settleCharge(world, captured);
  world.later(ASYNCHRONOUS_CAPTURE_TAKES, { kind: 'charge_settles', charge: charge.id });
  return captured;
}

/** Scheduled: an asynchronous capture ends. */
export function endAsynchronousCapture(world: World, id: string): void {
  settledCharge(world, find(world, world.state.charges, 'charge', id));
}

/** A captured charge and the balance transaction of its money; an asynchronous capture is ended for it. */
export function settledCharge(world: World, charge: Charge): { charge: Charge; settled: BalanceTransaction } {
  const known = world.state.balanceTransactions.get(charge.balance_transaction ?? '');
  if (known) return { charge, settled: known };
  const changed = settleCharge(world, charge);
  world.emit('charge.updated', changed, charge);
  return {
    charge: changed,
    settled: find(
      world,
      world.state.balanceTransactions,
      'balance_transaction',
      changed.balance_transaction ?? '',
    ),
  };
}

function settleCharge(world: World, charge: Charge): Charge {
  const { availableAtOnce } = behaviourOf(cardNameOf(world, charge));
  const { id } = settle(world, charge, availableAtOnce);
  return world.change(world.state.charges, charge, { balance_transaction: id });
}

export function cardOf(world: World, method: PaymentMethod): TestCard {
  return behaviourOf(world.state.cards.get(method.id) ?? 'visa');
}

/** The name of the test card that was charged. */
export function cardNameOf(world: World, charge: Charge) {
  return world.state.cards.get(charge.payment_method ?? '') ?? 'visa';
}

interface ChargeFilter extends ListQuery {
  customer: string | undefined;
  paymentIntent: string | undefined;
  transferGroup: string | undefined;
}

function readFilter(params: Params): ChargeFilter {
  return {
    ...readListQuery(params),
    customer: params.optional('customer'),
    paymentIntent: params.optional('payment_intent'),
    transferGroup: params.optional('transfer_group'),
  };
}

function list(world: World, query: ChargeFilter, call: Call) {
  return page(world, call, 'charge', world.state.charges, query, (charge) => {
    if (query.customer && charge.customer !== query.customer) return false;
    if (query.paymentIntent && charge.payment_intent !== query.paymentIntent) return false;
    return !query.transferGroup || charge.transfer_group === query.transferGroup;
  });
}

function update(world: World, input: ReturnType<typeof readUpdate>, call: Call): Charge {
  const charge = find(world, world.state.charges, 'charge', call.id(0));
  const changed = world.change(world.state.charges, charge, {
    description: input.description === undefined ? charge.description : input.description,
    metadata: input.metadata(charge.metadata),
    transfer_group: regrouped(charge, input.transferGroup),
  });
  world.emit('charge.updated', changed, charge);
  return changed;
}

function readUpdate(params: Params) {
  return {
    description: params.unsettable('description'),
    metadata: params.metadata(),
    transferGroup: params.optional('transfer_group'),
  };
}

function regrouped(charge: Charge, group: string | undefined): string | null {
  if (group === undefined) return charge.transfer_group;
  if (charge.transfer_group === null || charge.transfer_group === group) return group;
  throw invalidRequest('You cannot change the transfer_group of a charge.', { param: 'transfer_group' });
}

export const chargeRoutes: Route[] = [
  route('GET', '/v1/charges', readFilter, list, { onConnected: true }),
  route(
    'GET',
    '/v1/charges/{}',
    () => null,
    (world, _input, call) =>
      find(world, world.state.charges, 'charge', call.id(0), { account: call.account }),
    { onConnected: true },
  ),
  route('POST', '/v1/charges/{}', readUpdate, update),
];
