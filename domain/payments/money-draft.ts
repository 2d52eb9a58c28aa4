import type { LedgerPosting } from './ledger.ts';
import {
  type ChargebackState,
  isOpenStep,
  type Money,
  type Payment,
  type PaymentAttempt,
  type PaymentFailure,
  type PaymentSplit,
  type PaymentStep,
  type StepKind,
  type StepParams,
} from './payment.ts';

/** What a change of the money means for its subject, if anything. */
export type MoneyNews =
  /** Money is held, or a card is saved for later. */
  | { kind: 'attempt_succeeded'; attempt: PaymentAttempt }
  /** The payer's bank wants to hear from the payer. */
  | { kind: 'awaits_payer'; attempt: PaymentAttempt }
  | { kind: 'attempt_failed'; attempt: PaymentAttempt; failure: PaymentFailure }
  | { kind: 'captured'; amount: bigint }
  /** The hold was given back, as we wanted. */
  | { kind: 'hold_released' }
  /** The hold is gone, and we did not want that. */
  | { kind: 'hold_lost' }
  | { kind: 'refunded'; amount: bigint }
  | { kind: 'refund_failed'; amount: bigint }
  | { kind: 'transferred'; amount: bigint }
  | { kind: 'chargeback'; state: ChargebackState; amount: bigint };

/**
 * A change of one subject's money: the state after it, what it posts to the ledger, and by how much it changes what the
 * payee owes from earlier pay (`receivable`, minor units; negative when some was taken off their pay now).
 */
export type MoneyChange = {
  before: Money | null;
  after: Money;
  postings: LedgerPosting[];
  receivable: bigint;
  news: MoneyNews | null;
};

/** Two changes in a row, as one. The first one's news is what it is about. */
export function followedBy(first: MoneyChange, second: MoneyChange | null): MoneyChange {
  if (!second) return first;
  return {
    before: first.before,
    after: second.after,
    postings: [...first.postings, ...second.postings],
    receivable: first.receivable + second.receivable,
    news: first.news ?? second.news,
  };
}

/** A change in the making. It never outlives the decision that makes it, so that decisions stay pure. */
export class MoneyDraft {
  readonly now: Date;
  readonly #before: Money | null;
  #money: Money;
  #postings: LedgerPosting[] = [];
  #receivable = 0n;
  #news: MoneyNews | null = null;

  /** @param before null for money that is new */
  constructor(before: Money | null, money: Money, now: Date) {
    this.#before = before;
    this.#money = money;
    this.now = now;
  }

  static of(money: Money, now: Date): MoneyDraft {
    return new MoneyDraft(money, money, now);
  }

  get money(): Money {
    return this.#money;
  }

  get payment(): Payment {
    return this.#money.payment;
  }

  /** Changes the payment; what is as it was leaves it untouched. */
  pay(changes: Partial<Payment>): void {
    const payment = changed(this.payment, changes, this.now);
    if (payment !== this.payment) this.#money = { ...this.#money, payment };
  }

  addAttempt(
    attempt: Omit<PaymentAttempt, 'id' | 'paymentId' | 'position' | 'createdAt' | 'updatedAt'>,
  ): PaymentAttempt {
    const { payment, attempts } = this.#money;
    const position = attempts.length + 1;
    const added: PaymentAttempt = {
      ...attempt,
      id: `${payment.id}-a${position}`,
      paymentId: payment.id,
      position,
      createdAt: this.now,
      updatedAt: this.now,
    };
    this.#money = { ...this.#money, attempts: [...attempts, added] };
    return added;
  }

  /** Changes an attempt and gives it back as it is now. */
  changeAttempt(attempt: PaymentAttempt, changes: Partial<PaymentAttempt>): PaymentAttempt {
    const next = changed(attempt, changes, this.now);
    this.#money = {
      ...this.#money,
      attempts: this.#money.attempts.map((other) => (other.id === next.id ? next : other)),
    };
    return next;
  }

  /** Owes one more call to Stripe. A blocked or parked one waits for something to happen. */
  addStep(params: StepParams, state: 'ready' | 'blocked' | 'parked' = 'ready'): void {
    const { payment, steps } = this.#money;
    const position = steps.length + 1;
    const step: PaymentStep = {
      id: `${payment.id}-s${position}`,
      paymentId: payment.id,
      position,
      params,
      state,
      generation: 1,
      tries: 0,
      dueAt: state === 'ready' ? this.now : null,
      firstCalledAt: null,
      lastCalledAt: null,
      answered: false,
      result: null,
      error: null,
      version: 1,
      createdAt: this.now,
      updatedAt: this.now,
    };
    this.#money = { ...this.#money, steps: [...steps, step] };
  }

  /** Ends a step, unless it is over already. Says whether it did. */
  endStep(step: PaymentStep, how: Pick<PaymentStep, 'result' | 'error'>): boolean {
    const current = this.#money.steps.find(({ id }) => id === step.id);
    if (!current || !isOpenStep(current)) return false;
    const ended: PaymentStep = {
      ...current,
      ...how,
      state: how.error ? 'failed' : 'done',
      dueAt: null,
      version: current.version + 1,
      updatedAt: this.now,
    };
    this.#money = {
      ...this.#money,
      steps: this.#money.steps.map((other) => (other.id === ended.id ? ended : other)),
    };
    return true;
  }

  /** The step that made an object at Stripe, if it is one of that kind. */
  stepOf<K extends StepKind>(
    stepId: string | null,
    kind: K,
  ): (PaymentStep & { params: Extract<StepParams, { kind: K }> }) | null {
    const step = this.#money.steps.find(({ id, params }) => id === stepId && params.kind === kind);
    // The kind was just looked at; a predicate over a nested field cannot say so.
    return (step as ReturnType<typeof this.stepOf<K>>) ?? null;
  }

  divide(split: PaymentSplit): void {
    this.#money = { ...this.#money, split };
  }

  /** Posts to the ledger; a posting that moves nothing is left out. */
  post(posting: LedgerPosting): void {
    if (posting.entries.length > 0) this.#postings.push(posting);
  }

  /** Changes what the payee owes from earlier pay. */
  owe(delta: bigint): void {
    this.#receivable += delta;
  }

  /** The first news is what the change is about. */
  tell(news: MoneyNews): void {
    this.#news ??= news;
  }

  /** The finished change; null when nothing changed. */
  finish(): MoneyChange | null {
    if (this.#money === this.#before) return null;
    return {
      before: this.#before,
      after: this.#money,
      postings: this.#postings,
      receivable: this.#receivable,
      news: this.#news,
    };
  }
}

function changed<T extends object>(object: T, changes: Partial<T>, now: Date): T {
  const entries = Object.entries(changes).filter(([key, value]) => !same(object[key as keyof T], value));
  return entries.length === 0 ? object : { ...object, ...Object.fromEntries(entries), updatedAt: now };
}

function same(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
