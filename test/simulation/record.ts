import { NeonDbError } from '@neondatabase/serverless';
import type { Commit } from '#db/queries/order-commit.ts';
import type { Application, OrderState } from '#domain/orders/order.ts';
import type { LedgerPosting } from '#domain/payments/ledger.ts';
import type { MoneyChange } from '#domain/payments/money-draft.ts';
import {
  isFrozen,
  type Money,
  type PayeeFacts,
  type Payment,
  type PaymentSplit,
  type PaymentStep,
} from '#domain/payments/payment.ts';

/** What stands in the record of one order. */
type Entry = {
  state: OrderState;
  /** The commands that were committed, and as which event. */
  commands: Map<string, number>;
  events: string[];
  deadlineAt: Date | null;
};

/** A transaction of the ledger, and whose money it is. */
export type Posted = LedgerPosting & { paymentId: string };

/** Where a payee can be paid, as Stripe last described it. */
export type PayoutAccount = { accountId: string; transfersEnabled: boolean; observedAt: Date };

/**
 * The record in memory, with what Postgres holds: each commit whole or not at all, events in order and each command once, steps
 * only from the version that they were made from, every posting once and balanced, and the checks of the tables.
 */
export class SimulatedRecord {
  readonly entries = new Map<string, Entry>();
  readonly ledger: Posted[] = [];
  /** What payees owe from earlier pay, by {@link keyOf}. */
  readonly receivables = new Map<string, bigint>();
  readonly accounts = new Map<string, PayoutAccount>();
  readonly customers = new Map<string, string>();
  readonly #causes = new Set<string>();
  /** Grows with everything that is written. */
  revision = 0;

  read(orderId: string): OrderState | null {
    return this.entries.get(orderId)?.state ?? null;
  }

  get states(): OrderState[] {
    return [...this.entries.values()].map(({ state }) => state);
  }

  get payments(): Money[] {
    return this.states.map(({ money }) => money).filter((money) => money !== null);
  }

  seqOf(orderId: string, commandId: string): number | null {
    return this.entries.get(orderId)?.commands.get(commandId) ?? null;
  }

  payeeFacts(payeeId: string, currency: string): PayeeFacts {
    const account = this.accounts.get(payeeId);
    return {
      accountId: account?.transfersEnabled ? account.accountId : null,
      observedAt: account?.observedAt ?? null,
      receivable: this.receivables.get(keyOf(payeeId, currency)) ?? 0n,
    };
  }

  /** The order of an event of Stripe's: by the intent or charge that is known, or by the step that made it. */
  orderOf(about: { intentId: string | null; chargeId: string | null; stepId: string | null }): string | null {
    for (const { order, money } of this.states) {
      if (!money) continue;
      const { payment, attempts, steps } = money;
      const isAbout =
        (about.intentId !== null &&
          (payment.paymentIntentId === about.intentId ||
            attempts.some(({ intentId }) => intentId === about.intentId))) ||
        (about.chargeId !== null && payment.chargeId === about.chargeId) ||
        steps.some(({ id }) => id === about.stepId);
      if (isAbout) return order.id;
    }
    return null;
  }

  commit({ commandId, decision, deadlineAt }: Commit): void {
    const { event, state, changed } = decision;
    const { order } = state;
    const entry = this.entries.get(order.id);
    const seq = order.version;
    if (entry?.commands.has(commandId)) throw violated('order_events_command');
    if (entry ? entry.events.length >= seq : seq !== 1) throw violated('order_events_pkey');
    if (entry && seq !== entry.events.length + 1) throw new Error(`event ${seq} leaves a gap`);

    const { money, applications, rating } = changed;
    const next: OrderState = {
      order,
      applications: merged(entry?.state.applications ?? [], applications),
      ratings: rating ? [...(entry?.state.ratings ?? []), rating] : (entry?.state.ratings ?? []),
      money: money ? this.#written(entry?.state.money ?? null, money) : (entry?.state.money ?? null),
    };
    checkApplications(next.applications);
    if (money) {
      this.#checkPostings(money.postings);
      this.#checkMoney(next);
      checkDecision(money);
      this.#owe(money);
      for (const posting of money.postings) {
        this.#causes.add(posting.cause);
        this.ledger.push({ ...posting, paymentId: money.after.payment.id });
      }
    }
    this.entries.set(order.id, {
      state: next,
      commands: new Map(entry?.commands).set(commandId, seq),
      events: [...(entry?.events ?? []), event.name],
      deadlineAt,
    });
    this.revision += 1;
  }

  /** Puts a debt into the books that a payee has from before. */
  oweFromBefore(payeeId: string, currency: string, amount: bigint): void {
    const entries = [
      { account: 'receivable', partyId: payeeId, amount },
      { account: 'loss', partyId: null, amount: -amount },
    ] as const;
    const cause = `before:${keyOf(payeeId, currency)}`;
    this.ledger.push({ kind: 'write_off', cause, currency, entries: [...entries], paymentId: '' });
    this.receivables.set(keyOf(payeeId, currency), amount);
  }

  keepStep(before: PaymentStep, after: PaymentStep): boolean {
    const entry = [...this.entries.values()].find(
      ({ state }) => state.money?.payment.id === before.paymentId,
    );
    const { money } = entry?.state ?? {};
    const stands = money?.steps.find(({ id }) => id === before.id);
    if (!entry || !money || stands?.version !== before.version) return false;
    const steps = money.steps.map((step) => (step.id === after.id ? after : step));
    entry.state = { ...entry.state, money: { ...money, steps } };
    this.revision += 1;
    return true;
  }

  /** What stands there after the rows that changed were written, and no others. */
  #written(stands: Money | null, { before, after }: MoneyChange): Money {
    if (!before !== !stands) throw violated('payments_subject');
    const old = new Map((before?.steps ?? []).map((step) => [step.id, step]));
    for (const step of after.steps) {
      const from = old.get(step.id);
      const now = stands?.steps.find(({ id }) => id === step.id);
      if (!from && now) throw violated('payment_steps_pkey');
      if (from && from !== step && now?.version !== from.version) throw violated('payment_steps_version');
    }
    return {
      payment: stands && before?.payment === after.payment ? stands.payment : after.payment,
      attempts: rewritten(stands?.attempts ?? [], before?.attempts ?? [], after.attempts),
      steps: rewritten(stands?.steps ?? [], before?.steps ?? [], after.steps),
      split: stands && before?.split === after.split ? stands.split : after.split,
    };
  }

  #checkPostings(postings: LedgerPosting[]): void {
    for (const { cause, entries } of postings) {
      if (this.#causes.has(cause)) throw violated('ledger_transactions_cause');
      if (entries.reduce((sum, { amount }) => sum + amount, 0n) !== 0n) throw violated('ledger_balanced');
    }
    if (new Set(postings.map(({ cause }) => cause)).size < postings.length) {
      throw violated('ledger_transactions_cause');
    }
  }

  #checkMoney({ order, money }: OrderState): void {
    if (!money) return;
    const others = this.states.filter((other) => other.order.id !== order.id).map((other) => other.money);
    checkPayment(money.payment);
    if (money.split) checkSplit(money.split);
    if (money.attempts.filter(({ state }) => state === 'open').length > 1) {
      throw violated('payment_attempts_open');
    }
    const intents = money.attempts.map(({ intentId }) => intentId).filter((id) => id !== null);
    const elsewhere = others.flatMap((other) => other?.attempts.map(({ intentId }) => intentId) ?? []);
    if (new Set(intents).size < intents.length || intents.some((id) => elsewhere.includes(id))) {
      throw violated('payment_attempts_intent');
    }
    const { paymentIntentId, chargeId } = money.payment;
    for (const other of others) {
      if (paymentIntentId && other?.payment.paymentIntentId === paymentIntentId)
        throw violated('payments_intent');
      if (chargeId && other?.payment.chargeId === chargeId) throw violated('payments_charge');
    }
  }

  #owe({ after, receivable }: MoneyChange): void {
    if (receivable === 0n) return;
    const { payeeId, currency } = after.payment;
    if (payeeId === null) throw new TypeError('nobody owes what nobody was paid');
    const key = keyOf(payeeId, currency);
    const owes = (this.receivables.get(key) ?? 0n) + receivable;
    if (owes < 0n) throw violated('payee_receivables_not_negative');
    this.receivables.set(key, owes);
  }
}

/** By whom and in what something is owed. */
export function keyOf(personId: string, currency: string): string {
  return `${personId} ${currency}`;
}

function checkApplications(applications: Application[]): void {
  const open = applications.filter(({ status }) => status === 'pending').map(({ providerId }) => providerId);
  if (new Set(open).size < open.length) throw violated('order_applications_open');
  if (applications.filter(({ status }) => status === 'accepted').length > 1) {
    throw violated('order_applications_accepted');
  }
}

/** What no table can hold, and no decision may do. */
function checkDecision({ before, after, postings }: MoneyChange): void {
  const { payment } = after;
  const fresh = after.steps.slice(before?.steps.length ?? 0).map(({ params }) => params.kind);
  const gives = postings.some(({ kind }) => kind === 'release') || fresh.includes('refund');
  if (gives && isFrozen(payment)) throw new Error('money moves while a bank is at it');
  const { amountHeld, amountReleased, amountRefunded, amountOwed, amountLost, amountCaptured } = payment;
  const accountedFor = amountHeld + amountReleased + amountRefunded + amountOwed + amountLost;
  if (accountedFor < amountCaptured)
    throw new Error(`of ${amountCaptured} only ${accountedFor} is accounted for`);
}

function checkPayment(payment: Payment): void {
  const { amount, amountCaptured, amountHeld, amountReleased, amountTransferred, amountReversed, goal } =
    payment;
  const amounts = [
    payment.amountAuthorized,
    amountCaptured,
    payment.amountRefunded,
    payment.amountLost,
    amountHeld,
    amountReleased,
    amountTransferred,
    amountReversed,
    payment.amountOwed,
    payment.amountRecoverable,
    goal.capture ?? 0n,
    goal.payee ?? 0n,
  ];
  if (amounts.some((any) => any < 0n)) throw violated('payments_not_negative');
  if (amount <= 0n) throw violated('payments_amount_positive');
  if (amountCaptured > amount) throw violated('payments_captured_within_amount');
  if (amountHeld + amountReleased > amountCaptured) throw violated('payments_escrow_within_captured');
  if (amountReversed > amountTransferred) throw violated('payments_reversed_within_transferred');
}

function checkSplit({ gross, platformFee, processingFee, net }: PaymentSplit): void {
  if (gross !== platformFee + processingFee + net) throw violated('payment_splits_add_up');
  if ([gross, platformFee, processingFee, net].some((any) => any < 0n))
    throw violated('payment_splits_not_negative');
}

/** Rows after an update of those that changed between `before` and `after`, and an insert of new ones. */
function rewritten<T extends { id: string }>(stands: T[], before: T[], after: T[]): T[] {
  const old = new Map(before.map((row) => [row.id, row]));
  const changed = new Map(after.filter((row) => old.get(row.id) !== row).map((row) => [row.id, row]));
  const known = stands.map((row) => changed.get(row.id) ?? row);
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...[...changed.values()].filter(({ id }) => !ids.has(id))];
}

/** Applications are inserted, or their status is updated. */
function merged(stands: Application[], changed: Application[]): Application[] {
  const updates = new Map(changed.map((row) => [row.id, row]));
  const known = stands.map((row) => {
    const update = updates.get(row.id);
    return update ? { ...row, status: update.status, updatedAt: update.updatedAt } : row;
  });
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...changed.filter(({ id }) => !ids.has(id))];
}

/** A constraint, as the driver tells of it. */
function violated(constraint: string): NeonDbError {
  return Object.assign(new NeonDbError(`violates "${constraint}"`), { code: '23514', constraint });
}
