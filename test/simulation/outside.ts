import { currencyRules } from '#domain/money/currencies.ts';
import { openAttempt } from '#domain/payments/payment.ts';
import { AnswerLost, type ApiRequest } from '#simulators/stripe/api/wire.ts';
import type { Charge } from '#simulators/stripe/state.ts';
import type { Stage } from './stage.ts';

/** Something that may happen now, and how likely it is beside others. */
type Happening = readonly [weight: number, happens: () => void];

/** Something happens to Stripe without us: banks, card holders and payees do something, or we ourselves in Stripe's dashboard. */
export function outsideHappens(stage: Stage): void {
  const possible: Happening[] = [
    ...askedByBanks(stage),
    ...browsers(stage),
    ...complaints(stage),
    ...verdicts(stage),
    ...refundsComingBack(stage),
    ...dashboard(stage),
    ...payees(stage),
  ];
  if (possible.length > 0) stage.chance.weighed(possible)();
}

/** Card owners answer their banks, or fail to. */
function askedByBanks(stage: Stage): Happening[] {
  const { stripe, chance } = stage;
  const { paymentIntents, setupIntents } = stripe.world.state;
  const asked = [...paymentIntents.values(), ...setupIntents.values()].filter(
    ({ status }) => status === 'requires_action',
  );
  return asked.map(({ id }) => [
    12,
    () => {
      const succeeded = chance.happens(0.7);
      stage.tell(succeeded ? '3-D Secure succeeded' : '3-D Secure failed', () => id);
      stripe.controls.authenticate(id, succeeded);
    },
  ]);
}

/** Payers try once more in their browsers, whatever we think of that attempt by now. */
function browsers(stage: Stage): Happening[] {
  const inHand = stage.record.payments.flatMap(({ attempts }) =>
    attempts.filter(({ awaitsPayer }) => awaitsPayer).map(({ intentId }) => intentId),
  );
  const declined = [...stage.stripe.world.state.paymentIntents.values()].filter(
    ({ id, status }) => status === 'requires_payment_method' && inHand.includes(id),
  );
  return declined.map(({ id }) => [
    3,
    () => {
      stage.tell('tried again in the browser', () => id);
      onTheirOwn(stage, `/v1/payment_intents/${id}/confirm`, 'payment_method=pm_card_visa');
    },
  ]);
}

/** Payers complain at their banks, of all or of a part. */
function complaints(stage: Stage): Happening[] {
  const { chance, stripe } = stage;
  const possible = capturedCharges(stage).filter(
    ({ disputed, amount, amount_refunded }) => !disputed && amount_refunded < amount,
  );
  return possible.map(({ id, amount, amount_refunded, currency }) => [
    1,
    () => {
      const kept = amount - amount_refunded;
      const inquiry = chance.happens(0.3);
      const disputed = chance.happens(0.4) ? part(stage, kept, currency) : kept;
      stage.tell(inquiry ? 'inquiry' : disputed < kept ? 'chargeback of a part' : 'chargeback', () => id);
      stripe.controls.openDispute({ charge: id, reason: 'fraudulent', inquiry, amount: disputed });
    },
  ]);
}

/** Banks decide what is complained of; an inquiry may become a chargeback. */
function verdicts(stage: Stage): Happening[] {
  const { chance, stripe } = stage;
  return openDisputes(stage).flatMap(({ id, status, charge, amount }): Happening[] => {
    const decides: Happening = [
      2,
      () => {
        const outcome = chance.pick(['won', 'lost'] as const);
        stage.tell(`complaint ${outcome}`, () => id);
        stripe.controls.decideDispute(id, outcome);
      },
    ];
    const { charges } = stripe.world.state;
    const left = (charges.get(charge)?.amount ?? 0) - (charges.get(charge)?.amount_refunded ?? 0);
    // What was given back in the meantime is not taken.
    if (!status.startsWith('warning') || left < amount) return [decides];
    const escalates: Happening = [
      2,
      () => {
        stage.tell('inquiry becomes a chargeback', () => id);
        stripe.controls.escalateDispute(id);
      },
    ];
    return [decides, escalates];
  });
}

/** The complaints that a bank has yet to decide. */
export function openDisputes({ stripe }: Stage) {
  const open = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'];
  return [...stripe.world.state.disputes.values()].filter(({ status }) => open.includes(status));
}

/** Banks send refunds back, be it after they had taken them. */
function refundsComingBack(stage: Stage): Happening[] {
  const { stripe } = stage;
  const made = [...stripe.world.state.refunds.values()].filter(
    ({ id, status, balance_transaction }) =>
      id.startsWith('re_') && balance_transaction && status !== 'failed',
  );
  return made.map(({ id }) => [
    0.7,
    () => {
      stage.tell('refund comes back', () => id);
      stripe.controls.endRefund(id, 'failed');
    },
  ]);
}

/** We ourselves refund, cancel or capture in Stripe's dashboard. */
function dashboard(stage: Stage): Happening[] {
  const held = [...stage.stripe.world.state.paymentIntents.values()].filter(
    ({ status }) => status === 'requires_capture',
  );
  const refundable = capturedCharges(stage).filter(({ amount, amount_refunded }) => amount_refunded < amount);
  return [
    ...held.map(
      ({ id }): Happening => [
        0.1,
        () => {
          stage.tell('hold cancelled in the dashboard', () => id);
          onTheirOwn(stage, `/v1/payment_intents/${id}/cancel`, '');
        },
      ],
    ),
    ...held
      .filter(({ id }) => isOnlyHold(stage, id))
      .map(
        ({ id, amount, currency }): Happening => [
          0.1,
          () => {
            const taken = stage.chance.happens(0.5) ? amount : part(stage, amount, currency);
            stage.tell('hold captured in the dashboard', () => `${taken} of ${id}`);
            onTheirOwn(stage, `/v1/payment_intents/${id}/capture`, `amount_to_capture=${taken}`);
          },
        ],
      ),
    ...refundable.map(
      ({ id, amount, amount_refunded, currency }): Happening => [
        0.5,
        () => {
          const left = amount - amount_refunded;
          const given = stage.chance.happens(0.5) ? left : part(stage, left, currency);
          stage.tell('refund in the dashboard', () => `${given} of ${id}`);
          onTheirOwn(stage, '/v1/refunds', `charge=${id}&amount=${given}`);
        },
      ],
    ),
  ];
}

/** Whether it is the hold that its payment knows of, and no other is being made. What is taken beside that nobody makes up for. */
function isOnlyHold({ record }: Stage, intentId: string): boolean {
  return record.payments.some(
    (money) => money.payment.paymentIntentId === intentId && openAttempt(money) === null,
  );
}

/** Payees give Stripe what it asks for, or it wants more of them and sends them nothing until then. */
function payees(stage: Stage): Happening[] {
  const { stripe, accounts } = stage;
  return [...accounts.values()].map((id) => {
    const ready = stripe.world.state.accounts.get(id)?.capabilities?.transfers === 'active';
    if (ready) {
      return [
        0.2,
        () => {
          stage.tell('account disabled', () => id);
          stripe.controls.requireMore(id, ['individual.verification.document'], true);
        },
      ];
    }
    return [
      1.5,
      () => {
        stage.tell('onboarded', () => id);
        stripe.controls.finishOnboarding(id);
      },
    ];
  });
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
function onTheirOwn(stage: Stage, path: string, body: string): void {
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
    `somebody at ${path}`,
    stage.stripe.handle(request).catch((error: unknown) => {
      if (!(error instanceof AnswerLost)) throw error;
    }),
  );
}
