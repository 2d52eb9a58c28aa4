import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { record } from '../money/balance.ts';
import { inWords } from '../money/currencies.ts';
import { disputeFee } from '../money/fees.ts';
import { settledPart } from '../money/settlement.ts';
import type { BalanceTransaction, Dispute } from '../state.ts';
import type { World } from '../world.ts';
import { settledCharge } from './charges.ts';
import { type DisputeOpening, newDispute } from './dispute-shape.ts';
import { find } from './find.ts';

/** The card's owner complains to the bank. Unless it only asks, the bank takes the money back at once. */
export function openDispute(world: World, opening: DisputeOpening): Dispute {
  const found = find(world, world.state.charges, 'charge', opening.charge, { param: 'charge' });
  if (found.disputed || !found.captured) throw invalidRequest(`Charge ${found.id} cannot be disputed.`);
  const { charge } = settledCharge(world, found);
  const kept = charge.amount - charge.amount_refunded;
  const amount = opening.amount ?? kept;
  if (amount < 1 || amount > kept) {
    throw invalidRequest(`At most ${inWords(kept, charge.currency)} can be disputed.`, { param: 'amount' });
  }
  const dispute = world.add(world.state.disputes, newDispute(world, charge, amount, opening));
  const disputed = world.change(world.state.charges, charge, { disputed: true });
  world.emit('charge.dispute.created', dispute);
  world.emit('charge.updated', disputed, charge);
  return opening.inquiry ? dispute : withdraw(world, dispute);
}

function withdraw(world: World, dispute: Dispute): Dispute {
  const { charge, settled } = chargeOf(world, dispute);
  const released = charge.amount - charge.amount_captured;
  const taken = record(world, {
    type: 'adjustment',
    category: 'dispute',
    amount: -settledPart(charge, settled, dispute.amount, charge.amount_refunded - released),
    fee: disputeFee(settled.currency),
    currency: settled.currency,
    exchangeRate: settled.exchange_rate,
    source: dispute.id,
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  const withdrawn = world.change(world.state.disputes, dispute, { balance_transactions: [onWire(taken)] });
  world.emit('charge.dispute.funds_withdrawn', withdrawn, dispute);
  return withdrawn;
}

/** The bank is not content with an answer: an inquiry becomes a chargeback. */
export function escalate(world: World, id: string): Dispute {
  const dispute = findDispute(world, id);
  if (!isInquiry(dispute)) throw invalidRequest(`Dispute ${id} is no open inquiry.`);
  const escalated = world.change(world.state.disputes, dispute, {
    is_charge_refundable: false,
    status: 'needs_response',
  });
  world.emit('charge.dispute.updated', escalated, dispute);
  return withdraw(world, escalated);
}

/** The bank decides. Won, the money comes back, not the fee. An inquiry is only closed. */
export function decide(world: World, id: string, outcome: 'won' | 'lost'): Dispute {
  const dispute = findDispute(world, id);
  if (!isOpen(dispute)) throw invalidRequest(`This dispute is already closed: ${dispute.status}.`);
  const inquiry = isInquiry(dispute);
  const reinstated = outcome === 'won' && !inquiry ? giveBack(world, dispute) : null;
  const closed = world.change(world.state.disputes, dispute, {
    balance_transactions: reinstated
      ? [...dispute.balance_transactions, onWire(reinstated)]
      : dispute.balance_transactions,
    is_charge_refundable: inquiry || outcome === 'won',
    status: inquiry ? 'warning_closed' : outcome,
  });
  if (reinstated) world.emit('charge.dispute.funds_reinstated', closed, dispute);
  world.emit('charge.dispute.closed', closed, dispute);
  return closed;
}

function giveBack(world: World, dispute: Dispute): BalanceTransaction {
  const [taken] = dispute.balance_transactions;
  if (!taken) throw new Error(`Nothing was taken for ${dispute.id}`);
  return record(world, {
    type: 'adjustment',
    category: 'dispute_reversal',
    amount: -taken.amount,
    currency: taken.currency,
    exchangeRate: taken.exchange_rate,
    source: dispute.id,
    description: `Chargeback reversal for ${dispute.charge}`,
  });
}

function chargeOf(world: World, dispute: Dispute) {
  return settledCharge(world, find(world, world.state.charges, 'charge', dispute.charge));
}

function isInquiry({ status }: Dispute): boolean {
  return status === 'warning_needs_response' || status === 'warning_under_review';
}

function isOpen(dispute: Dispute): boolean {
  return isInquiry(dispute) || dispute.status === 'needs_response' || dispute.status === 'under_review';
}

const textEvidence = [
  'access_activity_log',
  'customer_email_address',
  'customer_name',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'uncategorized_text',
] as const;

function readUpdate(params: Params) {
  const evidence = params.hash('evidence');
  const texts = textEvidence.map((name) => [name, evidence?.optional(name)] as const);
  return {
    evidence: Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    metadata: params.metadata(),
    submit: params.boolean('submit') ?? evidence !== undefined,
  };
}

/** Stripe's own test words decide at once: `winning_evidence` and `losing_evidence`. */
function update(world: World, input: ReturnType<typeof readUpdate>, call: Call): Dispute {
  const dispute = findDispute(world, call.id(0));
  const given = Object.keys(input.evidence).length > 0;
  if (given && !isOpen(dispute)) throw invalidRequest('This dispute is already closed.');
  const submitted = given && input.submit;
  const changed = world.change(world.state.disputes, dispute, {
    evidence: { ...dispute.evidence, ...input.evidence },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: dispute.evidence_details.has_evidence || given,
      submission_count: dispute.evidence_details.submission_count + (submitted ? 1 : 0),
      submission_method: submitted ? 'manual' : dispute.evidence_details.submission_method,
    },
    metadata: input.metadata(dispute.metadata),
    status: submitted ? reviewed(dispute) : dispute.status,
  });
  world.emit('charge.dispute.updated', changed, dispute);
  if (!submitted) return changed;
  if (input.evidence.uncategorized_text === 'winning_evidence') return decide(world, dispute.id, 'won');
  if (input.evidence.uncategorized_text === 'losing_evidence') return decide(world, dispute.id, 'lost');
  return changed;
}

function reviewed(dispute: Dispute): Dispute['status'] {
  return isInquiry(dispute) ? 'warning_under_review' : 'under_review';
}

function findDispute(world: World, id: string): Dispute {
  return find(world, world.state.disputes, 'dispute', id);
}

/** A dispute carries its balance transactions whole. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's type allows an expanded source, a kept one only its id
function onWire(transaction: BalanceTransaction): any {
  return transaction;
}

interface DisputeFilter extends ListQuery {
  charge: string | undefined;
  paymentIntent: string | undefined;
}

function readFilter(params: Params): DisputeFilter {
  return {
    ...readListQuery(params),
    charge: params.optional('charge'),
    paymentIntent: params.optional('payment_intent'),
  };
}

function list(world: World, query: DisputeFilter, call: Call) {
  return page(world, call, 'dispute', world.state.disputes, query, (dispute) => {
    if (query.charge && dispute.charge !== query.charge) return false;
    return !query.paymentIntent || dispute.payment_intent === query.paymentIntent;
  });
}

export const disputeRoutes: Route[] = [
  route('GET', '/v1/disputes', readFilter, list),
  route(
    'GET',
    '/v1/disputes/{}',
    () => null,
    (world, _input, call) => findDispute(world, call.id(0)),
  ),
  route('POST', '/v1/disputes/{}', readUpdate, update),
  route(
    'POST',
    '/v1/disputes/{}/close',
    () => null,
    (world, _input, call) => decide(world, call.id(0), 'lost'),
  ),
];
