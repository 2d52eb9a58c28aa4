import { min, type SQL, sql } from 'drizzle-orm';
import type { LedgerAccount } from '#domain/payments/ledger.ts';
import type { StepKind } from '#domain/payments/payment.ts';
import type { Database } from '../client.ts';
import { ledgerTransactions } from '../schema/index.ts';

/** What an account holds in one currency: minor units, debit positive. */
export type LedgerBalance = { account: LedgerAccount; currency: string; balance: bigint };

/** The books as they stand, and every place where they contradict themselves or the payments; amounts are minor units. */
export type LedgerFindings = {
  transactions: number;
  payments: number;
  endedOrders: number;
  balances: LedgerBalance[];
  /** Transactions that do not sum to zero. */
  unbalanced: { cause: string; currency: string | null; total: bigint }[];
  /** Orders that are over and still hold money, with nothing under way that would move it by itself. */
  escrowLeft: { orderId: string; currency: string; amount: bigint }[];
  /** Steps that wait for an admin, and whatever is behind them. */
  parkedSteps: { orderId: string; stepId: string; kind: StepKind }[];
  /** Figures of payments that are not what the ledger says. */
  disagreements: {
    orderId: string;
    figure: string;
    currency: string;
    ofPayment: bigint;
    ofLedger: bigint;
  }[];
  /** Payees who owe something else than the ledger says. */
  receivables: { payeeId: string; currency: string; ofRecord: bigint; ofLedger: bigint }[];
};

/** Goes through the whole ledger. Each finding comes of one statement, so that it is true also while money moves. */
export async function checkLedger(db: Database): Promise<LedgerFindings> {
  const [counted, balances, unbalanced, escrowLeft, parked, disagreements, receivables] = await db.batch([
    db.execute<{ transactions: string; payments: string; ended_orders: string }>(sql`
      select (select count(*) from ledger_transactions)::text as transactions,
        (select count(*) from payments)::text as payments,
        (select count(*) from live_stream_orders "order" where ${isOver})::text as ended_orders`),
    db.execute<{ account: LedgerAccount; currency: string; balance: string }>(sql`
      select account, currency, sum(amount)::text as balance from ledger_entries
        group by account, currency order by currency, account`),
    db.execute<{ cause: string; currency: string | null; total: string }>(sql`
      select posted.cause, entry.currency, coalesce(sum(entry.amount), 0)::text as total
        from ledger_transactions posted left join ledger_entries entry on entry.transaction_id = posted.id
        group by posted.id, posted.cause, entry.currency
        having coalesce(sum(entry.amount), 0) <> 0 or count(entry.amount) < 2
        order by posted.id`),
    db.execute<{ order_id: string; currency: string; amount: string }>(sql`
      select payment.subject_id as order_id, entry.currency, (-sum(entry.amount))::text as amount
        from live_stream_orders "order"
        join payments payment on payment.subject_type = 'order' and payment.subject_id = "order".id
        join ledger_transactions posted on posted.payment_id = payment.id
        join ledger_entries entry on entry.transaction_id = posted.id and entry.account = 'escrow'
        where ${isOver}
          -- While a bank has not decided, nothing leaves escrow.
          and not payment.chargebacks @> '[{"state": "open"}]'
          -- A blocked step is a transfer: its money has left escrow. A parked one keeps what is behind it.
          and not exists (select from payment_steps step
            where step.payment_id = payment.id and step.state in ('ready', 'running', 'unknown')
              and not exists (select from payment_steps earlier
                where earlier.payment_id = step.payment_id and earlier.position < step.position
                  and earlier.state = 'parked'))
        group by payment.id, entry.currency having sum(entry.amount) <> 0
        order by payment.subject_id`),
    db.execute<{ order_id: string; step_id: string; kind: StepKind }>(sql`
      select payment.subject_id as order_id, step.id as step_id, step.params ->> 'kind' as kind
        from payment_steps step join payments payment on payment.id = step.payment_id
        where step.state = 'parked' order by payment.subject_id, step.position`),
    db.execute<{
      order_id: string;
      figure: string;
      currency: string;
      of_payment: string;
      of_ledger: string;
    }>(sql`
      with posted as (
        select posted.payment_id,
          sum(amount) filter (where kind = 'capture' and account = 'stripe') as captured,
          -sum(amount) filter (where kind in ('refund', 'refund_failed') and account = 'stripe') as refunded,
          -sum(amount) filter (where kind = 'chargeback_lost' and account = 'suspense') as lost,
          -sum(amount) filter (where account = 'escrow') as held,
          -- What was released, less what of it was given back or lost since.
          sum(amount) filter (where kind = 'release' and account = 'escrow')
            - coalesce(sum(amount) filter (where kind in ('refund', 'chargeback_lost')
                and account in ('receivable', 'platform_revenue', 'processing_revenue')), 0) as released,
          sum(amount) filter (where account = 'suspense') as disputed,
          -sum(amount) filter (where kind = 'transfer' and account = 'stripe') as transferred,
          sum(amount) filter (where kind = 'reversal' and account = 'stripe') as reversed,
          -sum(amount) filter (where account = 'refund_due') as owed,
          -sum(amount) filter (where account = 'payable') as payable
        from ledger_transactions posted join ledger_entries entry on entry.transaction_id = posted.id
        group by posted.payment_id)
      select payment.subject_id as order_id, figure, payment.currency, of_payment::text, of_ledger::text
        from payments payment left join posted on posted.payment_id = payment.id
        cross join lateral (values
          ('captured', amount_captured, captured), ('refunded', amount_refunded, refunded), ('lost', amount_lost, lost),
          ('held', amount_held, held), ('released', amount_released, released),
          ('transferred', amount_transferred, transferred), ('reversed', amount_reversed, reversed), ('owed', amount_owed, owed),
          -- What banks have, and is not written down as lost.
          ('disputed', (select coalesce(sum((chargeback ->> 'taken')::bigint - (chargeback ->> 'lost')::bigint), 0)
            from jsonb_array_elements(payment.chargebacks) chargeback), disputed),
          ('to be transferred', (select coalesce(sum((step.params ->> 'amount')::bigint), 0) from payment_steps step
            where step.payment_id = payment.id and step.params ->> 'kind' = 'transfer'
              and step.state not in ('done', 'failed')), payable)
        ) as compared (figure, of_payment, of_ledger)
        where of_payment <> coalesce(of_ledger, 0)
        order by payment.subject_id, figure`),
    db.execute<{ payee_id: string; currency: string; of_record: string; of_ledger: string }>(sql`
      with said as (
        select party_id as payee_id, currency, 0::numeric as of_record, amount::numeric as of_ledger
          from ledger_entries where account = 'receivable'
        union all select payee_id, currency, amount, 0 from payee_receivables
        union all select payee_id, currency, amount_recoverable, 0 from payments where amount_recoverable <> 0)
      select payee_id, currency, sum(of_record)::text as of_record, sum(of_ledger)::text as of_ledger from said
        group by payee_id, currency having sum(of_record) <> sum(of_ledger)
        order by payee_id, currency`),
  ]);
  const [counts] = counted.rows;
  return {
    transactions: Number(counts?.transactions),
    payments: Number(counts?.payments),
    endedOrders: Number(counts?.ended_orders),
    balances: balances.rows.map((row) => ({ ...row, balance: BigInt(row.balance) })),
    unbalanced: unbalanced.rows.map((row) => ({ ...row, total: BigInt(row.total) })),
    escrowLeft: escrowLeft.rows.map((row) => ({
      orderId: row.order_id,
      currency: row.currency,
      amount: BigInt(row.amount),
    })),
    parkedSteps: parked.rows.map(({ order_id, step_id, kind }) => ({
      orderId: order_id,
      stepId: step_id,
      kind,
    })),
    disagreements: disagreements.rows.map((row) => ({
      orderId: row.order_id,
      figure: row.figure,
      currency: row.currency,
      ofPayment: BigInt(row.of_payment),
      ofLedger: BigInt(row.of_ledger ?? 0),
    })),
    receivables: receivables.rows.map((row) => ({
      payeeId: row.payee_id,
      currency: row.currency,
      ofRecord: BigInt(row.of_record),
      ofLedger: BigInt(row.of_ledger),
    })),
  };
}

/** What the ledger says that Stripe holds, by currency. */
export async function stripeBalances(db: Database): Promise<Map<string, bigint>> {
  const { rows } = await db.execute<{ currency: string; balance: string }>(sql`
    select currency, sum(amount)::text as balance from ledger_entries where account = 'stripe' group by currency`);
  return new Map(rows.map(({ currency, balance }) => [currency, BigInt(balance)]));
}

/** When the first transaction was posted; null: there is none. */
export async function firstPostedAt(db: Database): Promise<Date | null> {
  const [first] = await db.select({ at: min(ledgerTransactions.at) }).from(ledgerTransactions);
  return first?.at ?? null;
}

/** Whether nothing more may become of an order's money by anyone's command. */
const isOver: SQL = sql`("order".status = 'cancelled'
  or "order".status = 'completed' and "order".released_at is not null)`;
