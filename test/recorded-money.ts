import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { moneyStatements } from '#db/queries/money.ts';
import type { Order } from '#domain/orders/order.ts';
import { beginAttempt, newMoney } from '#domain/payments/attempts.ts';
import { type MoneyChange, MoneyDraft } from '#domain/payments/money-draft.ts';
import {
  type ChargebackState,
  type Money,
  NEW_PAYEE,
  type PayeeFacts,
  type PaymentGoal,
  type StepKind,
  stepsOf,
} from '#domain/payments/payment.ts';
import { aim } from '#domain/payments/planning.ts';
import { observe } from '#domain/payments/settling.ts';
import type { IntentFact, StripeFact } from '#domain/payments/stripe-facts.ts';
import { RECORDED_AT } from './orders.ts';

const CARD = { customerId: 'cus_test', paymentMethodId: 'pm_test' };

/** Writes a change of money by itself, without the order's event that goes with it. */
export async function recordChange(db: Database, change: MoneyChange): Promise<void> {
  const [first, ...others] = moneyStatements(db, { ...change, at: RECORDED_AT, newTransactionId: uuidv7 });
  if (!first) throw new Error('nothing changed');
  await db.batch([first, ...others]);
}

/**
 * The money of one order as it goes its way: decided by the domain on what Stripe is said to have, and written into the
 * record, all of it at one moment.
 */
export class RecordedMoney {
  readonly #db: Database;
  money: Money;

  private constructor(db: Database, money: Money) {
    this.#db = db;
    this.money = money;
  }

  /** Begins to hold the order's base amount on its creator's card. */
  static async begin(db: Database, order: Order, payeeId: string): Promise<RecordedMoney> {
    const money = newMoney(
      {
        id: uuidv7(),
        subjectType: 'order',
        subjectId: order.id,
        payerId: order.creatorId,
        currency: order.currency,
        amount: order.baseAmount,
        card: CARD,
      },
      RECORDED_AT,
    );
    const draft = new MoneyDraft(null, money, RECORDED_AT);
    draft.pay({ payeeId });
    beginAttempt(draft, {
      purpose: 'accept',
      method: 'authorization',
      applicationId: null,
      amount: order.baseAmount,
      card: CARD,
      offSession: false,
    });
    const recorded = new RecordedMoney(db, money);
    await recorded.apply(draft.finish());
    return recorded;
  }

  /** The same, and it is held and captured: it is all in escrow. */
  static async captured(db: Database, order: Order, payeeId: string): Promise<RecordedMoney> {
    const recorded = await RecordedMoney.begin(db, order, payeeId);
    await recorded.see(recorded.intent('authorized'));
    await recorded.aim({ capture: order.baseAmount });
    await recorded.see(recorded.intent('captured'));
    return recorded;
  }

  /** The same, and it is released to its payee; sent, if they have an account. */
  static async released(
    db: Database,
    order: Order,
    payeeId: string,
    payee: PayeeFacts,
  ): Promise<RecordedMoney> {
    const recorded = await RecordedMoney.captured(db, order, payeeId);
    await recorded.aim({ payee: order.baseAmount }, payee);
    if (payee.accountId) await recorded.transfer(payee);
    return recorded;
  }

  /** Stripe says that the transfer was made. */
  async transfer(payee: PayeeFacts): Promise<void> {
    const { id, params } = this.step('transfer');
    if (!params.accountId) throw new Error('the transfer is blocked');
    const { amount, accountId } = params;
    await this.see({ kind: 'transfer', id: `tr_${id}`, stepId: id, amount, accountId }, payee);
  }

  /** Stripe says that the refund was made. */
  async refund(payee: PayeeFacts = NEW_PAYEE): Promise<void> {
    const { id, params } = this.step('refund');
    const { paymentIntentId, amount } = params;
    await this.see(
      {
        kind: 'refund',
        id: `re_${id}`,
        stepId: id,
        paymentIntentId,
        amount,
        status: 'made',
        moved: true,
      },
      payee,
    );
  }

  /** Stripe says that the reversal was made. */
  async reverse(payee: PayeeFacts): Promise<void> {
    const { id, params } = this.step('reversal');
    const { transferId, amount } = params;
    await this.see({ kind: 'reversal', id: `trr_${id}`, stepId: id, transferId, amount }, payee);
  }

  /** The payer's bank has taken all of it, and says where that stands. */
  async chargeback(state: ChargebackState, payee: PayeeFacts = NEW_PAYEE): Promise<void> {
    const { id, amountCaptured } = this.money.payment;
    await this.see(
      {
        kind: 'chargeback',
        id: `dp_${id}`,
        chargeId: `ch_${id}`,
        paymentIntentId: `pi_${id}`,
        amount: amountCaptured,
        state,
        movements: [{ balanceTransactionId: `txn_dp_${id}`, amount: -amountCaptured, fee: 1_500n }],
      },
      payee,
    );
  }

  async see(fact: StripeFact, payee: PayeeFacts = NEW_PAYEE): Promise<void> {
    await this.apply(observe(this.money, fact, payee, RECORDED_AT));
  }

  async aim(goal: Partial<PaymentGoal>, payee: PayeeFacts = NEW_PAYEE): Promise<void> {
    const draft = MoneyDraft.of(this.money, RECORDED_AT);
    aim(draft, goal, payee);
    await this.apply(draft.finish());
  }

  async apply(change: MoneyChange | null): Promise<void> {
    if (!change) throw new Error('nothing changed');
    await recordChange(this.#db, change);
    this.money = change.after;
  }

  /** What Stripe has of the PaymentIntent, whose fee is 1.00. */
  intent(status: IntentFact['status']): IntentFact {
    const { id, amount } = this.money.payment;
    return {
      kind: 'intent',
      id: `pi_${id}`,
      stepId: `${id}-s1`,
      status,
      amount,
      amountCaptured: status === 'captured' ? amount : 0n,
      error: null,
      charge: {
        id: `ch_${id}`,
        captureBefore: null,
        fee: status === 'captured' ? { balanceTransactionId: `txn_${id}`, amount: 100n } : null,
      },
      clientSecret: null,
    };
  }

  /** The last step of a kind. */
  step<K extends StepKind>(kind: K) {
    const step = stepsOf(this.money, kind).at(-1);
    if (!step) throw new Error(`no ${kind}`);
    return step;
  }
}
