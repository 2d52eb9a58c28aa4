import type { LedgerFindings } from '#db/queries/ledger-check.ts';
import { currencyRules } from '#domain/money/currencies.ts';
import { LEDGER_ACCOUNTS } from '#domain/payments/ledger.ts';
import type { StripeComparison } from './stripe-comparison.ts';

/** One thing that should be true of the books, and where it is not. A `warning` says what to look at, and is no fault of the books. */
type Check = { verdict: Verdict; statement: string; about: string; offenders: string[] };
type Verdict = 'passed' | 'failed' | 'warning' | 'not_looked_at';

const MARKS: Record<Verdict, string> = { passed: '✓', failed: '✗', warning: '!', not_looked_at: '–' };

/** More of them than anybody reads say nothing more. */
const MOST_OFFENDERS = 20;

/** What was found, as lines for people, and whether all of it is well. `stripe`: null when there is no key to ask it with. */
export function reportOf(
  findings: LedgerFindings,
  stripe: StripeComparison | null,
): { lines: string[]; allWell: boolean } {
  const checks = checksOf(findings, stripe);
  const width = Math.max(...checks.map(({ statement }) => statement.length));
  return {
    lines: [
      ...checks.flatMap(({ verdict, statement, about, offenders }) => [
        `  ${MARKS[verdict]} ${statement.padEnd(width)}  ${about}`.trimEnd(),
        ...offenders.slice(0, MOST_OFFENDERS).map((offender) => `      ${offender}`),
        ...(offenders.length > MOST_OFFENDERS
          ? [`      … and ${offenders.length - MOST_OFFENDERS} more`]
          : []),
      ]),
      ...tableOf(findings),
    ],
    allWell: checks.every(({ verdict }) => verdict !== 'failed'),
  };
}

function checksOf(findings: LedgerFindings, stripe: StripeComparison | null): Check[] {
  const { transactions, payments, endedOrders, balances, parkedSteps } = findings;
  const sums = Map.groupBy(balances, ({ currency }) => currency);
  const unbalancedSums = [...sums].flatMap(([currency, of]) => {
    const sum = of.reduce((total, { balance }) => total + balance, 0n);
    return sum === 0n ? [] : [`${spell(sum, currency)} together`];
  });
  return [
    check(
      'every transaction sums to zero',
      `${transactions} transactions`,
      findings.unbalanced.map(
        ({ cause, currency, total }) => `${cause}: ${currency ? spell(total, currency) : 'no entries'}`,
      ),
    ),
    check('everything together is zero', [...sums.keys()].join(', '), unbalancedSums),
    check(
      'orders that are over hold nothing in escrow',
      `${endedOrders} orders`,
      findings.escrowLeft.map(
        ({ orderId, currency, amount }) => `order ${orderId}: ${spell(amount, currency)}`,
      ),
    ),
    check('payments say what the ledger says', `${payments} payments`, [
      ...findings.disagreements.map(
        ({ orderId, figure, currency, ofPayment, ofLedger }) =>
          `order ${orderId}: ${figure} ${spell(ofPayment, currency)}, in the ledger ${spell(ofLedger, currency)}`,
      ),
      ...findings.receivables.map(
        ({ payeeId, currency, ofRecord, ofLedger }) =>
          `payee ${payeeId}: owes ${spell(ofRecord, currency)}, in the ledger ${spell(ofLedger, currency)}`,
      ),
    ]),
    check(
      'no step waits for an admin',
      `${parkedSteps.length} parked`,
      parkedSteps.map(({ orderId, stepId, kind }) => `order ${orderId}: ${kind}, step ${stepId}`),
      'warning',
    ),
    comparisonWith(stripe),
  ];
}

function comparisonWith(stripe: StripeComparison | null): Check {
  const statement = 'Stripe holds what the ledger says';
  if (stripe === null) {
    const about = 'not compared: STRIPE_SECRET_KEY is not set';
    return { verdict: 'not_looked_at', statement, about, offenders: [] };
  }
  const { balances, unposted } = stripe;
  return check(statement, balances.map(({ ofStripe, currency }) => spell(ofStripe, currency)).join(', '), [
    ...balances
      .filter(({ ofLedger, ofStripe }) => ofLedger !== ofStripe)
      .map(
        ({ currency, ofLedger, ofStripe }) =>
          `Stripe has ${spell(ofStripe, currency)}, the ledger ${spell(ofLedger, currency)}`,
      ),
    ...(unposted?.movements ?? []).map(
      ({ type, category, currency, net, count, latest }) =>
        `not posted by us: ${type} (${category}), ${count} of them, ${spell(net, currency)} in all, the latest ${latest.id} of ${latest.at.toISOString()}`,
    ),
    ...(unposted?.wereMore
      ? [`only the latest ${unposted.lookedAt} movements at Stripe were looked at`]
      : []),
  ]);
}

function check(
  statement: string,
  about: string,
  offenders: string[],
  otherwise: 'failed' | 'warning' = 'failed',
): Check {
  return { verdict: offenders.length === 0 ? 'passed' : otherwise, statement, about, offenders };
}

/** What every account holds, a column for each currency. */
function tableOf({ balances }: LedgerFindings): string[] {
  const currencies = [...new Set(balances.map(({ currency }) => currency))].sort();
  if (currencies.length === 0) return [];
  const rows = LEDGER_ACCOUNTS.map((account) => [
    account,
    ...currencies.map((currency) => {
      const found = balances.find((balance) => balance.account === account && balance.currency === currency);
      return found ? major(found.balance, currency) : '';
    }),
  ]);
  const table = [['debit is positive', ...currencies], ...rows];
  const widths = currencies.map((_, index) => Math.max(...table.map((row) => row[index + 1]?.length ?? 0)));
  const line = ([account = '', ...cells]: string[]) =>
    `  ${account.padEnd(20)}${cells.map((cell, index) => cell.padStart((widths[index] ?? 0) + 2)).join('')}`;
  return ['', ...table.map((row) => line(row).trimEnd())];
}

function spell(amount: bigint, currency: string): string {
  return `${major(amount, currency)} ${currency}`;
}

/** Exactly, at any size; a currency that no order may have is left in minor units. */
function major(amount: bigint, currency: string): string {
  const exponent = currencyRules(currency)?.exponent ?? 0;
  const digits = (amount < 0n ? -amount : amount).toString().padStart(exponent + 1, '0');
  const spelled = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return amount < 0n ? `-${spelled}` : spelled;
}
