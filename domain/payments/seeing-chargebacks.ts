import { bankMoved, chargebackLost, chargebackRecovered } from './ledger.ts';
import type { MoneyDraft } from './money-draft.ts';
import { CHARGEBACK_STATES, type ChargebackRecord, type ChargebackState } from './payment.ts';
import type { ChargebackFact } from './stripe-facts.ts';
import { take } from './taking.ts';

/**
 * Takes in where a complaint at the payer's bank stands. What the bank took is in suspense until it has decided; then it is
 * somebody's loss, or back. The two are compared whenever something changed, so that an appeal finds its way, too.
 */
export function seeChargeback(draft: MoneyDraft, fact: ChargebackFact): void {
  const { payment } = draft;
  const known = payment.chargebacks.find(({ id }) => id === fact.id);
  const state = further(known?.state, fact.state);
  const fresh = fact.movements.filter(
    ({ balanceTransactionId }) => !known?.posted.includes(balanceTransactionId),
  );
  if (known?.state === state && fresh.length === 0) return;

  for (const movement of fresh) draft.post(bankMoved(movement, payment.currency));
  const record: ChargebackRecord = {
    id: fact.id,
    amount: fact.amount,
    state,
    posted: [...(known?.posted ?? []), ...fresh.map(({ balanceTransactionId }) => balanceTransactionId)],
    taken: fresh.reduce((taken, { amount }) => taken - amount, known?.taken ?? 0n),
    lost: known?.lost ?? 0n,
  };
  const lost = settleLoss(draft, record);
  draft.pay({
    chargebacks: [...payment.chargebacks.filter(({ id }) => id !== fact.id), { ...record, lost }],
  });
  if (known?.state !== state) draft.tell({ kind: 'chargeback', state, amount: fact.amount });
}

/** Writes down what the bank keeps, once it has decided, and no more than that. Gives back what is written down now. */
function settleLoss(draft: MoneyDraft, record: ChargebackRecord): bigint {
  const { state, taken, lost } = record;
  const decided = state === 'lost' ? taken : state === 'won' ? (lost < taken ? lost : taken) : lost;
  const { payerId, payeeId, currency, amountLost } = draft.payment;
  const more = decided - lost;
  if (more > 0n) {
    const { held, owed, released, rest } = take(draft, more);
    draft.pay({
      amountRecoverable: draft.payment.amountRecoverable + released,
      amountLost: amountLost + more,
    });
    const source = { held, owed, receivable: released, loss: rest };
    draft.post(chargebackLost(record, currency, more, { payerId, payeeId }, source));
  } else if (more < 0n) {
    draft.pay({ amountLost: amountLost + more });
    draft.post(chargebackRecovered(record, currency, -more));
  }
  return decided;
}

function further(known: ChargebackState | undefined, told: ChargebackState): ChargebackState {
  if (known === undefined) return told;
  return CHARGEBACK_STATES.indexOf(told) > CHARGEBACK_STATES.indexOf(known) ? told : known;
}
