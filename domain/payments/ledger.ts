import type { PaymentSplit } from './payment.ts';

/**
 * The accounts of the ledger. Debit is positive.
 * - `stripe`: what Stripe holds for us, pending and available. `bank`: what was paid out of there to the platform.
 * - `escrow`: held for an order. `payable`: owed to a payee. `receivable`: owed by a payee. `refund_due`: owed to a payer.
 * - `platform_revenue`, `processing_revenue`: our fees. `stripe_fees`: Stripe's. `loss`: written off.
 * - `suspense`: what a bank took, until it is decided whose loss that is.
 */
export const LEDGER_ACCOUNTS = [
  'stripe',
  'escrow',
  'payable',
  'platform_revenue',
  'processing_revenue',
  'stripe_fees',
  'receivable',
  'refund_due',
  'suspense',
  'loss',
  'bank',
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** `partyId`: the payee for `payable` and `receivable`, the payer for `refund_due`. `amount`: minor units, debit positive. */
export type LedgerEntry = { account: LedgerAccount; partyId: string | null; amount: bigint };

export const POSTING_KINDS = [
  'capture',
  'fee',
  'release',
  'transfer',
  'refund',
  'refund_failed',
  'refund_owed',
  'reversal',
  'netting',
  'chargeback',
  'chargeback_lost',
  'payout',
  'write_off',
] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/**
 * One transaction of the ledger: its entries sum to zero. `cause` makes it unique, so that nothing is posted twice:
 * `stripe:<object>` for what Stripe did, `step:<id>` for what it would not do, `decision:<payment>:<word>` for what we decided.
 */
export type LedgerPosting = { cause: string; kind: PostingKind; currency: string; entries: LedgerEntry[] };

/** The cause of a posting for what Stripe did to one of its objects. */
export function causedByStripe(objectId: string, word?: string): string {
  return word ? `stripe:${objectId}:${word}` : `stripe:${objectId}`;
}

/** The cause of a posting for what Stripe would not do. */
export function causedByStep(stepId: string): string {
  return `step:${stepId}`;
}

/** The cause of a posting for a decision on a payment. */
export function causedByDecision(paymentId: string, word: string): string {
  return `decision:${paymentId}:${word}`;
}

/** Money taken from a card into escrow. */
export function captured(chargeId: string, currency: string, amount: bigint): LedgerPosting {
  return posting('capture', causedByStripe(chargeId), currency, [
    debit('stripe', amount),
    credit('escrow', amount),
  ]);
}

/** What Stripe took for a charge. */
export function feeTaken(balanceTransactionId: string, currency: string, amount: bigint): LedgerPosting {
  return posting('fee', causedByStripe(balanceTransactionId), currency, [
    debit('stripe_fees', amount),
    credit('stripe', amount),
  ]);
}

/** Escrow that is now a payee's, less our fees. */
export function released(split: PaymentSplit): LedgerPosting {
  return posting('release', causedByDecision(split.paymentId, 'release'), split.currency, [
    debit('escrow', split.gross),
    credit('payable', split.net, split.payeeId),
    credit('platform_revenue', split.platformFee),
    credit('processing_revenue', split.processingFee),
  ]);
}

/** What a payee owes is taken off what they are owed now. `word` tells several nettings of one payment apart. */
export function netted(
  paymentId: string,
  word: string,
  payeeId: string,
  currency: string,
  amount: bigint,
): LedgerPosting {
  return posting('netting', causedByDecision(paymentId, word), currency, [
    debit('payable', amount, payeeId),
    credit('receivable', amount, payeeId),
  ]);
}

/** A payee was sent their share. */
export function transferred(
  transferId: string,
  payeeId: string,
  currency: string,
  amount: bigint,
): LedgerPosting {
  return posting('transfer', causedByStripe(transferId), currency, [
    debit('payable', amount, payeeId),
    credit('stripe', amount),
  ]);
}

/** Some of it was taken back. */
export function reversed(
  reversalId: string,
  payeeId: string,
  currency: string,
  amount: bigint,
): LedgerPosting {
  return posting('reversal', causedByStripe(reversalId), currency, [
    debit('stripe', amount),
    credit('receivable', amount, payeeId),
  ]);
}

/** What a refund takes and from whom: escrow, what was owed already, and of what was released the payee's part and ours. */
export type RefundSource = {
  held: bigint;
  owed: bigint;
  payee: { payeeId: string; net: bigint; platformFee: bigint; processingFee: bigint } | null;
  /** What neither escrow nor a release can bear. */
  loss: bigint;
};

/** Money given back to a payer. */
export function refunded(
  refundId: string,
  currency: string,
  amount: bigint,
  payerId: string,
  { held, owed, payee, loss }: RefundSource,
): LedgerPosting {
  return posting('refund', causedByStripe(refundId), currency, [
    debit('escrow', held),
    debit('refund_due', owed, payerId),
    ...(payee
      ? [
          debit('receivable', payee.net, payee.payeeId),
          debit('platform_revenue', payee.platformFee),
          debit('processing_revenue', payee.processingFee),
        ]
      : []),
    debit('loss', loss),
    credit('stripe', amount),
  ]);
}

/** A refund did not arrive: the money came back to us. It makes up for what had to be borne as a loss; the rest is owed to the payer. */
export function refundFailed(
  refundId: string,
  payerId: string,
  currency: string,
  { owed, loss }: { owed: bigint; loss: bigint },
): LedgerPosting {
  return posting('refund_failed', causedByStripe(refundId, 'failed'), currency, [
    debit('stripe', owed + loss),
    credit('refund_due', owed, payerId),
    credit('loss', loss),
  ]);
}

/** A refund that Stripe would not make: the money leaves escrow, and is owed to the payer. `about`: the step or the refund. */
export function refundOwed(about: string, payerId: string, currency: string, amount: bigint): LedgerPosting {
  return posting('refund_owed', `${about}:owed`, currency, [
    debit('escrow', amount),
    credit('refund_due', amount, payerId),
  ]);
}

/** A payer's bank took money (`amount` negative) or gave it back; `fee` is what it costs us besides. */
export function bankMoved(
  { balanceTransactionId, amount, fee }: { balanceTransactionId: string; amount: bigint; fee: bigint },
  currency: string,
): LedgerPosting {
  return posting('chargeback', causedByStripe(balanceTransactionId), currency, [
    debit('stripe', amount - fee),
    debit('stripe_fees', fee),
    credit('suspense', amount),
  ]);
}

/** Whose loss a chargeback is: escrow's as far as it held the money, what the payer was owed, the payee's, then ours. */
export type ChargebackSource = { held: bigint; owed: bigint; receivable: bigint; loss: bigint };

/** It is decided that the payer keeps what their bank took. `posted`: how many of its movements are in the ledger. */
export function chargebackLost(
  { id, posted }: { id: string; posted: readonly string[] },
  currency: string,
  amount: bigint,
  parties: { payerId: string; payeeId: string | null },
  source: ChargebackSource,
): LedgerPosting {
  return posting('chargeback_lost', causedByStripe(id, `lost-${posted.length}`), currency, [
    debit('escrow', source.held),
    debit('refund_due', source.owed, parties.payerId),
    debit('receivable', source.receivable, parties.payeeId),
    debit('loss', source.loss),
    credit('suspense', amount),
  ]);
}

/** The bank gave back what was written down as lost already: our gain, until somebody decides whose it is. */
export function chargebackRecovered(
  { id, posted }: { id: string; posted: readonly string[] },
  currency: string,
  amount: bigint,
): LedgerPosting {
  return posting('chargeback_lost', causedByStripe(id, `recovered-${posted.length}`), currency, [
    debit('suspense', amount),
    credit('loss', amount),
  ]);
}

/** The platform's own money went to its bank; negative when it came back. */
export function paidOut(payoutId: string, currency: string, amount: bigint): LedgerPosting {
  return posting('payout', causedByStripe(payoutId, amount < 0n ? 'failed' : undefined), currency, [
    debit('bank', amount),
    credit('stripe', amount),
  ]);
}

function posting(kind: PostingKind, cause: string, currency: string, entries: LedgerEntry[]): LedgerPosting {
  return { kind, cause, currency, entries: entries.filter(({ amount }) => amount !== 0n) };
}

function debit(account: LedgerAccount, amount: bigint, partyId: string | null = null): LedgerEntry {
  return { account, partyId, amount };
}

function credit(account: LedgerAccount, amount: bigint, partyId: string | null = null): LedgerEntry {
  return { account, partyId, amount: -amount };
}
