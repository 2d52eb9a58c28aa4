import { currencyRules } from '#domain/money/currencies.ts';
import { ApiError } from '#simulators/stripe/api/errors.ts';
import { AnswerLost, type ApiRequest } from '#simulators/stripe/api/wire.ts';
import type { Charge } from '#simulators/stripe/state.ts';
import { PAYEES, type Stage } from './stage.ts';

/** What happens to Stripe without us: what banks, card holders and payees do, and we ourselves in Stripe's dashboard. */
const HAPPENINGS: readonly (readonly [number, (stage: Stage) => void])[] = [
  [8, answerBank],
  [1.5, complain],
  [2, decideComplaint],
  [1, escalateInquiry],
  [1, refundComesBack],
  [0.7, refundInDashboard],
  [0.3, cancelInDashboard],
  [2.5, onboard],
  [0.4, standStill],
];

export function outsideHappens(stage: Stage): void {
  stage.chance.weighed(HAPPENINGS)(stage);
}

/** A card's owner answers their bank, or fails to. */
function answerBank(stage: Stage): void {
  const { paymentIntents, setupIntents } = stage.stripe.world.state;
  const asked = [...paymentIntents.values(), ...setupIntents.values()].filter(
    ({ status }) => status === 'requires_action',
  );
  if (asked.length === 0) return;
  const { id } = stage.chance.pick(asked);
  const succeeded = stage.chance.happens(0.7);
  stage.tell(succeeded ? '3-D Secure succeeded' : '3-D Secure failed', () => id);
  stage.stripe.controls.authenticate(id, succeeded);
}

/** A payer complains at their bank, of all or of a part. */
function complain(stage: Stage): void {
  const { chance, stripe } = stage;
  const charges = capturedCharges(stage).filter(
    ({ disputed, amount, amount_refunded }) => !disputed && amount_refunded < amount,
  );
  if (charges.length === 0) return;
  const charge = chance.pick(charges);
  const kept = charge.amount - charge.amount_refunded;
  const inquiry = chance.happens(0.3);
  const amount = chance.happens(0.4) ? part(stage, kept, charge.currency) : kept;
  stage.tell(inquiry ? 'inquiry' : amount < kept ? 'chargeback of a part' : 'chargeback', () => charge.id);
  tolerant(() => stripe.controls.openDispute({ charge: charge.id, reason: 'fraudulent', inquiry, amount }));
}

function decideComplaint(stage: Stage): void {
  const open = openDisputes(stage);
  if (open.length === 0) return;
  const { id } = stage.chance.pick(open);
  const outcome = stage.chance.pick(['won', 'lost'] as const);
  stage.tell(`complaint ${outcome}`, () => id);
  stage.stripe.controls.decideDispute(id, outcome);
}

/** The complaints that a bank has yet to decide. */
export function openDisputes({ stripe }: Stage) {
  const open = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'];
  return [...stripe.world.state.disputes.values()].filter(({ status }) => open.includes(status));
}

function escalateInquiry(stage: Stage): void {
  const inquiries = openDisputes(stage).filter(({ status }) => status.startsWith('warning'));
  if (inquiries.length === 0) return;
  const { id, charge } = stage.chance.pick(inquiries);
  // What was given back in the meantime is not taken.
  const left = stage.stripe.world.state.charges.get(charge);
  if (
    left &&
    left.amount - left.amount_refunded < (openDisputes(stage).find((one) => one.id === id)?.amount ?? 0)
  )
    return;
  stage.tell('inquiry becomes a chargeback', () => id);
  stage.stripe.controls.escalateDispute(id);
}

/** A bank sends a refund back, be it after it had taken it. */
function refundComesBack(stage: Stage): void {
  const refunds = [...stage.stripe.world.state.refunds.values()].filter(
    ({ id, status, balance_transaction }) =>
      id.startsWith('re_') && balance_transaction && status !== 'failed',
  );
  if (refunds.length === 0) return;
  const { id } = stage.chance.pick(refunds);
  stage.tell('refund comes back', () => id);
  stage.stripe.controls.endRefund(id, 'failed');
}

function refundInDashboard(stage: Stage): void {
  const charges = capturedCharges(stage).filter(({ amount, amount_refunded }) => amount_refunded < amount);
  if (charges.length === 0) return;
  const { id, amount, amount_refunded, currency } = stage.chance.pick(charges);
  const left = amount - amount_refunded;
  const given = stage.chance.happens(0.5) ? left : part(stage, left, currency);
  stage.tell('refund in the dashboard', () => `${given} of ${id}`);
  inDashboard(stage, '/v1/refunds', `charge=${id}&amount=${given}`);
}

function cancelInDashboard(stage: Stage): void {
  const held = [...stage.stripe.world.state.paymentIntents.values()].filter(
    ({ status }) => status === 'requires_capture',
  );
  if (held.length === 0) return;
  const { id } = stage.chance.pick(held);
  stage.tell('hold cancelled in the dashboard', () => id);
  inDashboard(stage, `/v1/payment_intents/${id}/cancel`, '');
}

/** A payee opens an account, or gives Stripe what it asks for. */
function onboard(stage: Stage): void {
  const payee = stage.chance.pick(PAYEES);
  const account = stage.accounts.get(payee);
  if (!account) return;
  stage.tell('onboarded', () => payee);
  stage.stripe.controls.finishOnboarding(account);
}

/** Stripe wants more of a payee, and sends them nothing until then. */
function standStill(stage: Stage): void {
  const account = stage.accounts.get(stage.chance.pick(PAYEES));
  if (!account || !stage.stripe.world.state.accounts.get(account)?.details_submitted) return;
  stage.tell('account disabled', () => account);
  stage.stripe.controls.requireMore(account, ['individual.verification.document'], true);
}

function capturedCharges({ stripe }: Stage): Charge[] {
  return [...stripe.world.state.charges.values()].filter(
    ({ id, captured, payment_intent }) => id.startsWith('ch_') && captured && payment_intent,
  );
}

/** A part of one of Stripe's amounts, as Stripe takes it. */
function part({ chance }: Stage, amount: number, currency: string): number {
  const code = currency.toUpperCase();
  const step = code === 'ISK' ? 100 : currencyRules(code)?.exponent === 3 ? 10 : 1;
  return Math.max(step, chance.between(1, Math.floor(amount / step)) * step);
}

/** A request that is none of ours; refused, it is as if it had not been. */
function inDashboard(stage: Stage, path: string, body: string): void {
  const request: ApiRequest = {
    method: 'POST',
    path,
    headers: {
      authorization: 'Bearer sk_test_dashboard',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body,
  };
  stage.start(
    `dashboard ${path}`,
    stage.stripe.handle(request).catch((error: unknown) => {
      if (!(error instanceof AnswerLost)) throw error;
    }),
  );
}

function tolerant(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
