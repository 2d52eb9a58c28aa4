import { ApiError, invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { record } from '../money/balance.ts';
import { checkStep, inWords } from '../money/currencies.ts';
import { settledPart } from '../money/settlement.ts';
import type { BalanceTransaction, Charge, Refund } from '../state.ts';
import type { World } from '../world.ts';
import { cardNameOf, settledCharge } from './charges.ts';
import { find } from './find.ts';
import { blankRefund } from './refund-shape.ts';
import { behaviourOf } from './test-cards.ts';

/** When a refund that is not final at once ends. */
const REFUND_ENDS_AFTER = 60;

function readCreate(params: Params) {
  const charge = params.optional('charge');
  const paymentIntent = params.optional('payment_intent');
  if (!charge === !paymentIntent) {
    const message = charge
      ? 'You may only specify one of these parameters: charge, payment_intent.'
      : 'One of the following params should be provided for this request: payment_intent or charge.';
    throw invalidRequest(message, { code: charge ? 'parameters_exclusive' : 'parameter_missing' });
  }
  return {
    charge,
    paymentIntent,
    amount: params.amount('amount'),
    reason: params.oneOf('reason', ['duplicate', 'fraudulent', 'requested_by_customer']),
    metadata: params.metadata(),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>): Refund {
  const { charge, settled } = settledCharge(world, chargeToRefund(world, input));
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const amount = input.amount ?? left;
  if (amount > left) {
    const message = `Refund amount (${inWords(amount, charge.currency)}) is greater than unrefunded amount on charge (${inWords(left, charge.currency)})`;
    throw invalidRequest(message, { param: 'amount' });
  }
  checkStep(amount, charge.currency);
  const { refunds } = behaviourOf(cardNameOf(world, charge));
  const pending = refunds === 'are_pending_first';
  const blank = blankRefund(world, charge, amount, {
    metadata: input.metadata({}),
    reason: input.reason ?? null,
    status: pending ? 'pending' : 'succeeded',
    ...(pending ? { pending_reason: 'processing' } : {}),
  });
  const refund = world.add(world.state.refunds, {
    ...blank,
    balance_transaction: payBack(world, charge, settled, blank).id,
  });
  if (refunds !== 'succeed') {
    const outcome = refunds === 'fail_later' ? 'failed' : 'succeeded';
    world.later(REFUND_ENDS_AFTER, { kind: 'refund_ends', refund: refund.id, outcome });
  }
  world.emit('refund.created', refund);
  const changed = refundedBy(world, charge, amount);
  world.emit('charge.refunded', changed, charge);
  return refund;
}

function chargeToRefund(world: World, input: ReturnType<typeof readCreate>): Charge {
  const id = input.charge ?? latestChargeOf(world, input.paymentIntent ?? '');
  const charge = find(world, world.state.charges, 'charge', id, { param: 'charge' });
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalidRequest(
      `This charge (${charge.id}) was not captured: cancel its PaymentIntent to release it.`,
      {
        code: 'charge_not_refundable',
      },
    );
  }
  const lostOrOpen = [...world.state.disputes.values()].some(
    (dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable,
  );
  if (lostOrOpen) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  return charge;
}

function latestChargeOf(world: World, intentId: string): string {
  const intent = find(world, world.state.paymentIntents, 'payment_intent', intentId, {
    param: 'payment_intent',
  });
  if (intent.latest_charge) return intent.latest_charge;
  throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
}

/** The money leaves the balance, in the currency in which it came. */
function payBack(
  world: World,
  charge: Charge,
  settled: BalanceTransaction,
  refund: Refund,
): BalanceTransaction {
  const released = charge.amount - charge.amount_captured;
  const amount = settledPart(charge, settled, refund.amount, charge.amount_refunded - released);
  return record(world, {
    type: 'refund',
    category: 'refund',
    amount: -amount,
    currency: settled.currency,
    exchangeRate: settled.exchange_rate,
    source: refund.id,
    description: 'REFUND FOR CHARGE',
  });
}

function refundedBy(world: World, charge: Charge, amount: number): Charge {
  const refunded = charge.amount_refunded + amount;
  return world.change(world.state.charges, charge, {
    amount_refunded: refunded,
    refunded: refunded === charge.amount,
  });
}

/** The bank took the refund, or sent it back. One that has failed is over. */
export function endRefund(world: World, id: string, outcome: 'succeeded' | 'failed'): Refund {
  const refund = find(world, world.state.refunds, 'refund', id);
  if (refund.status === 'failed' || refund.status === outcome) return refund;
  const { pending_reason: _, ...settled } = refund;
  if (outcome === 'succeeded') {
    const succeeded = world.add(world.state.refunds, { ...settled, status: 'succeeded' });
    world.emit('refund.updated', succeeded, refund);
    return succeeded;
  }
  const charge = find(world, world.state.charges, 'charge', refund.charge ?? '');
  const paid = world.state.balanceTransactions.get(refund.balance_transaction ?? '');
  const returned =
    paid &&
    record(world, {
      type: 'refund_failure',
      category: 'refund_failure',
      amount: -paid.amount,
      currency: paid.currency,
      exchangeRate: paid.exchange_rate,
      source: refund.id,
      description: 'REFUND FAILURE',
    });
  const failed = world.add(world.state.refunds, {
    ...settled,
    ...(returned ? { failure_balance_transaction: returned.id } : {}),
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  });
  refundedBy(world, charge, -refund.amount);
  world.emit('refund.updated', failed, refund);
  world.emit('charge.refund.updated', failed, refund);
  world.emit('refund.failed', failed, refund);
  return failed;
}

interface RefundFilter extends ListQuery {
  charge: string | undefined;
  paymentIntent: string | undefined;
}

function readFilter(params: Params): RefundFilter {
  return {
    ...readListQuery(params),
    charge: params.optional('charge'),
    paymentIntent: params.optional('payment_intent'),
  };
}

function list(world: World, query: RefundFilter, call: Call) {
  return page(world, call, 'refund', world.state.refunds, query, (refund) => {
    if (query.charge && refund.charge !== query.charge) return false;
    return !query.paymentIntent || refund.payment_intent === query.paymentIntent;
  });
}

function update(world: World, input: { metadata: ReturnType<Params['metadata']> }, call: Call): Refund {
  const refund = find(world, world.state.refunds, 'refund', call.id(0));
  const changed = world.change(world.state.refunds, refund, {
    metadata: input.metadata(refund.metadata ?? {}),
  });
  world.emit('refund.updated', changed, refund);
  return changed;
}

function cancel(world: World, _input: null, call: Call): Refund {
  const { id } = find(world, world.state.refunds, 'refund', call.id(0));
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message: `Only refunds that require the customer's action can be canceled; ${id} does not.`,
  });
}

export const refundRoutes: Route[] = [
  route('POST', '/v1/refunds', readCreate, create),
  route('GET', '/v1/refunds', readFilter, list, { onConnected: true }),
  route(
    'GET',
    '/v1/refunds/{}',
    () => null,
    (world, _input, call) =>
      find(world, world.state.refunds, 'refund', call.id(0), { account: call.account }),
    { onConnected: true },
  ),
  route('POST', '/v1/refunds/{}', (params) => ({ metadata: params.metadata() }), update),
  route('POST', '/v1/refunds/{}/cancel', () => null, cancel),
];
