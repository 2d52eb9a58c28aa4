import type Stripe from 'stripe';
import type {
  ChargebackFact,
  IntentError,
  IntentFact,
  RefundFact,
  ReversalFact,
  SetupFact,
  StripeFee,
  TransferFact,
} from '#domain/payments/stripe-facts.ts';
import { fromStripe, wholeFromStripe } from './amounts.ts';
import { stepIdOf } from './step-context.ts';

/** What intents are read with, so that their charge and its fee are known. */
export const EXPANDED_CHARGE = ['latest_charge.balance_transaction'];

export function intentFact(intent: Stripe.PaymentIntent): IntentFact {
  const { id, amount, amount_received, currency, metadata, last_payment_error, client_secret } = intent;
  const status = intentStatus(intent.status);
  return {
    kind: 'intent',
    id,
    stepId: stepIdOf(metadata),
    status,
    amount: fromStripe(amount, currency),
    amountCaptured: fromStripe(amount_received, currency),
    error: errorFact(last_payment_error),
    charge: isDeclined(status) ? null : chargeOf(intent),
    clientSecret: status === 'awaits_payer' ? client_secret : null,
  };
}

function intentStatus(status: Stripe.PaymentIntent.Status): IntentFact['status'] {
  switch (status) {
    case 'requires_payment_method':
      return 'awaits_method';
    case 'requires_confirmation':
    case 'requires_action':
      return 'awaits_payer';
    case 'processing':
      return 'processing';
    case 'requires_capture':
      return 'authorized';
    case 'succeeded':
      return 'captured';
    case 'canceled':
      return 'cancelled';
    default:
      throw new RangeError(`Unknown status of a PaymentIntent: ${status}`);
  }
}

/** Where no money is held or taken, the latest charge is the one that failed. */
function isDeclined(status: IntentFact['status']): boolean {
  return status === 'awaits_method' || status === 'awaits_payer';
}

/** In an error the intent has its charge as an id only. */
function chargeOf({ latest_charge: charge, currency }: Stripe.PaymentIntent): IntentFact['charge'] {
  if (!charge) return null;
  if (typeof charge === 'string') return { id: charge, captureBefore: null, fee: null };
  const captureBefore = charge.payment_method_details?.card?.capture_before;
  return {
    id: charge.id,
    captureBefore: captureBefore === undefined ? null : new Date(captureBefore * 1000),
    fee: feeOf(charge.balance_transaction, currency),
  };
}

/** A fee in another currency is none of the payment's: its charge was converted. */
function feeOf(transaction: Stripe.Charge['balance_transaction'], currency: string): StripeFee | null {
  if (!transaction || typeof transaction === 'string' || transaction.currency !== currency) return null;
  const amount = readableFee(transaction);
  return amount === null ? null : { balanceTransactionId: transaction.id, amount };
}

/**
 * What Stripe took, or null where that is no whole number of ours: money that has moved is no less so for it. It is said in the
 * log, and by the comparison of the ledger with Stripe's balance, which differs by it.
 */
function readableFee({ id, fee, currency }: Stripe.BalanceTransaction): bigint | null {
  const amount = wholeFromStripe(fee, currency);
  if (amount === null) {
    const facts = { balanceTransactionId: id, fee, currency };
    console.error(JSON.stringify({ level: 'error', event: 'stripe_fee_unreadable', ...facts }));
  }
  return amount;
}

export function setupFact(intent: Stripe.SetupIntent): SetupFact {
  const { id, metadata, last_setup_error, client_secret } = intent;
  const status = setupStatus(intent.status);
  return {
    kind: 'setup',
    id,
    stepId: stepIdOf(metadata),
    status,
    error: errorFact(last_setup_error),
    clientSecret: status === 'awaits_payer' ? client_secret : null,
  };
}

function setupStatus(status: Stripe.SetupIntent.Status): SetupFact['status'] {
  switch (status) {
    case 'requires_payment_method':
      return 'awaits_method';
    case 'requires_confirmation':
    case 'requires_action':
      return 'awaits_payer';
    case 'processing':
      return 'processing';
    case 'succeeded':
      return 'saved';
    case 'canceled':
      return 'cancelled';
    default:
      throw new RangeError(`Unknown status of a SetupIntent: ${status}`);
  }
}

function errorFact(
  error: Stripe.PaymentIntent['last_payment_error'] | Stripe.SetupIntent['last_setup_error'],
): IntentError | null {
  return error && { code: error.code ?? error.type, declineCode: error.decline_code ?? null };
}

export function refundFact(refund: Stripe.Refund): RefundFact {
  const { id, amount, currency, metadata, payment_intent, balance_transaction } = refund;
  return {
    kind: 'refund',
    id,
    stepId: stepIdOf(metadata),
    paymentIntentId: idOf(payment_intent),
    amount: fromStripe(amount, currency),
    status: refundStatus(refund),
    moved: balance_transaction !== null,
  };
}

function refundStatus({ status, balance_transaction }: Stripe.Refund): RefundFact['status'] {
  if (status === 'failed' || status === 'canceled') return 'failed';
  // Pending ones have left the balance, as a rule, and come back if they fail; some wait until it has enough.
  if (balance_transaction !== null) return 'made';
  return status === 'succeeded' ? 'hold' : 'asked';
}

export function transferFact({ id, amount, currency, metadata, destination }: Stripe.Transfer): TransferFact {
  const accountId = idOf(destination);
  if (!accountId) throw new TypeError(`A transfer to nobody: ${id}`);
  return {
    kind: 'transfer',
    id,
    stepId: stepIdOf(metadata),
    amount: fromStripe(amount, currency),
    accountId,
  };
}

export function reversalFact(reversal: Stripe.TransferReversal): ReversalFact {
  const { id, amount, currency, metadata, transfer } = reversal;
  return {
    kind: 'reversal',
    id,
    stepId: stepIdOf(metadata),
    transferId: typeof transfer === 'string' ? transfer : transfer.id,
    amount: fromStripe(amount, currency),
  };
}

export function chargebackFact(dispute: Stripe.Dispute): ChargebackFact {
  const { id, charge, payment_intent, amount, currency, balance_transactions } = dispute;
  const movements = balance_transactions.map((transaction) => {
    // Charges are made in settlement currencies only, so that nothing of them is ever converted.
    if (transaction.currency !== currency)
      throw new RangeError(`Dispute ${id} moved ${transaction.currency}, not ${currency}.`);
    return {
      balanceTransactionId: transaction.id,
      amount: fromStripe(transaction.amount, currency),
      fee: readableFee(transaction) ?? 0n,
    };
  });
  return {
    kind: 'chargeback',
    id,
    chargeId: typeof charge === 'string' ? charge : charge.id,
    paymentIntentId: idOf(payment_intent),
    amount: fromStripe(amount, currency),
    state: chargebackState(dispute.status, movements),
    movements,
  };
}

/**
 * Inquiries move nothing, also when they are closed: whoever waits for their end waits for no money. What ended in a way
 * that does not say who won, the money says. Any other state, those of appeals among them, is one that still runs.
 */
function chargebackState(
  status: Stripe.Dispute.Status,
  movements: ChargebackFact['movements'],
): ChargebackFact['state'] {
  switch (status) {
    case 'warning_needs_response':
    case 'warning_under_review':
      return 'inquiry';
    case 'won':
      return 'won';
    case 'lost':
      return 'lost';
    case 'warning_closed':
    case 'prevented': {
      if (movements.length === 0) return 'closed';
      return movements.reduce((sum, { amount }) => sum + amount, 0n) < 0n ? 'lost' : 'won';
    }
    default:
      return 'open';
  }
}

function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (!reference) return null;
  return typeof reference === 'string' ? reference : reference.id;
}
