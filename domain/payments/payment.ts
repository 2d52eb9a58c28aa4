export const PAYMENT_STATUSES = [
  'pending',
  'processing',
  'authorized',
  'succeeded',
  'failed',
  'cancelled',
  'refunded',
] as const;
/**
 * - `pending`: nothing is held on a card yet, though one may be saved.
 * - `processing`: an attempt to hold the money is under way.
 * - `authorized`: the money is held on the payer's card.
 * - `succeeded`: it was captured, in whole or in part, into escrow.
 * - `failed`: no attempt succeeded, or the hold was lost.
 * - `cancelled`: the hold was given back.
 * - `refunded`: all that was captured was given back.
 */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * What a subject (an order) costs and what became of it. Amounts are minor units of `currency`. Each is the sum of
 * what Stripe has confirmed, never of what was asked for.
 */
export type Payment = {
  id: string;
  subjectType: 'order';
  subjectId: string;
  payerId: string;
  /** Who is paid out of escrow: whoever is being accepted, or was. */
  payeeId: string | null;
  currency: string;
  /** What was agreed, gross. */
  amount: bigint;
  status: PaymentStatus;
  amountAuthorized: bigint;
  amountCaptured: bigint;
  amountRefunded: bigint;
  /** Taken back by the payer's bank for good. */
  amountLost: bigint;
  /** What is in escrow: captured, and not yet released, refunded or lost. */
  amountHeld: bigint;
  /** Left escrow for the payee, gross. */
  amountReleased: bigint;
  /** Sent to the payee's connected account. */
  amountTransferred: bigint;
  /** Taken back from there. */
  amountReversed: bigint;
  /** Owed to the payer, because a refund could not be made or came back. */
  amountOwed: bigint;
  /** What the payee owes back of this payment, and was not reversed or handed to their receivable yet. */
  amountRecoverable: bigint;
  /** The payer as Stripe knows them, and their card. */
  customerId: string;
  paymentMethodId: string;
  /** The PaymentIntent that holds or held the money; null while none does. */
  paymentIntentId: string | null;
  chargeId: string | null;
  /** When the hold lapses by itself. */
  captureBefore: Date | null;
  /** Until when the payer may give another card, after theirs failed. */
  cardDueAt: Date | null;
  goal: PaymentGoal;
  refunds: RefundRecord[];
  chargebacks: ChargebackRecord[];
  /** Stripe's own fee is in the ledger. */
  feePosted: boolean;
  /** When it was captured, and when the payee was sent their share. */
  processedAt: Date | null;
  settledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/**
 * What is to become of the money, as the subject's commands have decided; steps are planned from it until it is so.
 * `capture`: how much of the hold to take (null: nothing is decided, zero: give the hold back). `payee`: the payee's
 * gross share of what was captured (null: it stays in escrow); the rest is refunded.
 */
export type PaymentGoal = { capture: bigint | null; payee: bigint | null };

/**
 * A refund as Stripe has it. Whether its money came out of escrow or out of what was released was decided when it was made;
 * one that is only `asked` for has moved nothing yet.
 */
export type RefundRecord = { id: string; amount: bigint; status: 'asked' | 'made' | 'failed' };

/** In the order in which they follow each other; a bank may skip some, and goes back to none. */
export const CHARGEBACK_STATES = ['inquiry', 'closed', 'open', 'lost', 'won'] as const;
export type ChargebackState = (typeof CHARGEBACK_STATES)[number];

/** A chargeback as Stripe has it. `open` freezes release and refunds; an `inquiry` moves nothing, and may be `closed` as one. */
export type ChargebackRecord = {
  id: string;
  amount: bigint;
  state: ChargebackState;
  /** Balance transactions that are in the ledger. */
  posted: string[];
  /** What the bank has of our money now: in suspense, or (`lost`) written down as somebody's loss. */
  taken: bigint;
  lost: bigint;
};

/**
 * Why an attempt is made: to accept an application (`accept`), because the time for an authorization has come
 * (`schedule`), because the one that there is lapses (`renewal`), or with another card of the payer (`replacement`).
 */
export const ATTEMPT_PURPOSES = ['accept', 'schedule', 'renewal', 'replacement'] as const;
export type AttemptPurpose = (typeof ATTEMPT_PURPOSES)[number];

export const ATTEMPT_STATES = ['open', 'authorized', 'saved', 'failed', 'closed'] as const;
/**
 * `open` until Stripe says `authorized` (money is held) or `saved` (the card may be charged later), or that it
 * `failed`; `closed` when nobody wants it any longer. What arrives for a closed attempt is given back.
 */
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** One try to hold the money, or to save a card for later. At most one of a payment is open. */
export type PaymentAttempt = {
  /** `<payment>-a<position>` */
  id: string;
  paymentId: string;
  position: number;
  purpose: AttemptPurpose;
  method: 'authorization' | 'setup';
  /** For `accept`: the application that it accepts. */
  applicationId: string | null;
  amount: bigint;
  currency: string;
  paymentMethodId: string;
  state: AttemptState;
  /** The PaymentIntent or SetupIntent, once Stripe has made it. */
  intentId: string | null;
  /** The bank wants the payer to confirm it is them. */
  awaitsPayer: boolean;
  failure: PaymentFailure | null;
  /** When it is given up; null where nobody is asked. */
  openUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** Why a payment failed, in Stripe's words for programs and ours for people. */
export type PaymentFailure = { code: string; declineCode: string | null; message: string };

/** How a payee's gross share is divided. Always gross = platformFee + processingFee + net. */
export type PaymentSplit = {
  paymentId: string;
  payeeId: string;
  currency: string;
  gross: bigint;
  platformFee: bigint;
  processingFee: bigint;
  net: bigint;
  createdAt: Date;
  updatedAt: Date;
};

/** All that is known of one subject's money, and all that a decision on it needs. */
export type Money = {
  payment: Payment;
  attempts: PaymentAttempt[];
  steps: PaymentStep[];
  split: PaymentSplit | null;
};

/** What is known of a payee beyond the payment: where their share may be sent, and what they owe from earlier pay. */
export type PayeeFacts = {
  /** Their connected account, if transfers to it are possible now. */
  accountId: string | null;
  /** When Stripe was last asked for what is known of their account; null: they have none. */
  observedAt: Date | null;
  /** Minor units of the payment's currency. */
  receivable: bigint;
};

/** A payee who has no account yet and owes nothing. */
export const NEW_PAYEE: PayeeFacts = { accountId: null, observedAt: null, receivable: 0n };

export const STEP_KINDS = [
  'authorize',
  'setup',
  'capture',
  'void',
  'refund',
  'transfer',
  'reversal',
] as const;

export const STEP_STATES = ['ready', 'running', 'done', 'failed', 'unknown', 'blocked', 'parked'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** What a step asks of Stripe. Fixed when the step is made: other parameters are another step. */
export type StepParams =
  /** Makes and confirms a PaymentIntent with manual capture. */
  | {
      kind: 'authorize';
      attemptId: string;
      amount: bigint;
      currency: string;
      customerId: string;
      paymentMethodId: string;
      /** Whether the payer is away, so that nobody can answer their bank. */
      offSession: boolean;
    }
  /** Makes and confirms a SetupIntent, so that the card can be charged while the payer is away. */
  | { kind: 'setup'; attemptId: string; customerId: string; paymentMethodId: string }
  | { kind: 'capture'; paymentIntentId: string; amount: bigint; currency: string }
  /** Cancels a PaymentIntent or a SetupIntent. */
  | { kind: 'void'; intentId: string; method: PaymentAttempt['method'] }
  | { kind: 'refund'; paymentIntentId: string; amount: bigint; currency: string }
  /** `accountId` is filled in when the step leaves `blocked`, before it is ever called. */
  | {
      kind: 'transfer';
      payeeId: string;
      accountId: string | null;
      chargeId: string;
      amount: bigint;
      currency: string;
    }
  | { kind: 'reversal'; transferId: string; accountId: string; amount: bigint; currency: string };

export type StepKind = StepParams['kind'];

/** One call to Stripe that is owed: the outbox of money. `steps.ts` has its states and exits. */
export type PaymentStep = {
  /** `<payment>-s<position>`; stands in the metadata of whatever it makes. */
  id: string;
  paymentId: string;
  /** Steps of a payment run one after another, in this order. */
  position: number;
  params: StepParams;
  state: StepState;
  /** Part of the idempotency key: a new one is another request to Stripe. */
  generation: number;
  /** How often it was deferred, or looked for in vain, since its last call. */
  tries: number;
  /** When something should be done about it; null: nothing, until something happens. */
  dueAt: Date | null;
  /** When this generation was first called; Stripe forgets keys after a day. */
  firstCalledAt: Date | null;
  lastCalledAt: Date | null;
  /** Whether the last call is over for certain, though its answer said nothing (5xx). */
  answered: boolean;
  /** The id of what it made or changed at Stripe. */
  result: string | null;
  error: StepError | null;
  /** The compare-and-set of changes that are the step's alone. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

/** Why Stripe refused. `available`: for a reversal without cover, what the connected account has (minor units). */
export type StepError = {
  code: string;
  declineCode: string | null;
  message: string;
  available?: bigint;
};

/** Why a step ended that was not needed any longer. */
export const NOT_WANTED: StepError = {
  code: 'not_wanted',
  declineCode: null,
  message: 'It was not needed any longer.',
};

/** Whether the payer's bank has to decide first: nothing is released, sent or refunded meanwhile. */
export function isFrozen({ chargebacks }: Payment): boolean {
  return chargebacks.some(({ state }) => state === 'open');
}

/** The attempt that is under way, if one is. */
export function openAttempt({ attempts }: Money): PaymentAttempt | null {
  return attempts.find(({ state }) => state === 'open') ?? null;
}

/** Whether a step has still to be carried out, whatever keeps it. */
export function isOpenStep({ state }: PaymentStep): boolean {
  return state !== 'done' && state !== 'failed';
}

/** The steps of one kind, with their parameters as that kind has them. */
export function stepsOf<K extends StepKind>(
  { steps }: Money,
  kind: K,
): (PaymentStep & { params: Extract<StepParams, { kind: K }> })[] {
  // The filter is what makes the parameters of that kind; a predicate over a nested field cannot say so.
  return steps.filter(({ params }) => params.kind === kind) as ReturnType<typeof stepsOf<K>>;
}
