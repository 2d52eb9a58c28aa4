import { stepsOf } from '#domain/payments/payment.ts';
import type { Stage } from './stage.ts';

/** What the orders of a schedule went through, from what is left of it: for the tally. */
export function noteCoverage({ met, record, states }: Stage): void {
  for (const { kind } of record.ledger) met.add(`posting ${kind}`);
  for (const { order, money } of states) {
    met.add(`order ends ${order.status}${order.releasedAt ? ' and released' : ''}`);
    if (!money) continue;
    const { payment, attempts, steps } = money;
    met.add(`payment ends ${payment.status}`);
    for (const { purpose, method, state } of attempts) met.add(`attempt ${purpose} by ${method} ${state}`);
    for (const { params, state, generation } of steps) {
      met.add(`step ${params.kind} ${state}`);
      if (generation > 1) met.add(`step ${params.kind} called anew`);
    }
    for (const { state } of payment.chargebacks) met.add(`chargeback ends ${state}`);
    if (payment.amountOwed > 0n) met.add('refund is owed at the end');
    if (payment.amountRecoverable > 0n) met.add('payee owes what was not sent yet');
    if (stepsOf(money, 'reversal').length > 1) met.add('reversal tried again');
    if (stepsOf(money, 'refund').length > 1) met.add('more than one refund');
  }
  for (const [, owes] of record.receivables) if (owes > 0n) met.add('payee owes at the end');
}
