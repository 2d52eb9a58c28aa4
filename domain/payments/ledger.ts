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

export type LedgerEntry = {
  account: LedgerAccount;
  /** Whose: the payee's for payable and receivable, the payer's for refund_due, else null. */
  partyId: string | null;
  /** Minor units, debit positive. */
  amount: bigint;
};

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

/** `cause` is unique: `step:<id>`, `stripe:<object id>[:word]`, `decision:<payment id>:<word>`. */
export type LedgerPosting = { cause: string; kind: PostingKind; currency: string; entries: LedgerEntry[] };
