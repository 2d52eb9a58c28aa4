import type Stripe from 'stripe';
import type { StepErrorFact } from '#domain/payments/stripe-facts.ts';
import type { StripeClient } from './client.ts';
import { asked, StripeRefusal } from './failures.ts';

/** A card that a customer saved, as people recognise it. */
export type SavedCard = {
  id: string;
  /** In Stripe's spelling: `visa`, `amex`. */
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  createdAt: Date;
};

/** No more are listed. */
const MOST_CARDS = 100;

/** The cards that a customer saved, newest first. @throws StripeRefusal, StripeUnavailable */
export async function listCards(stripe: StripeClient, customerId: string): Promise<SavedCard[]> {
  const { data } = await asked(
    stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: MOST_CARDS }),
  );
  return data.map(cardFrom).filter((card) => card !== null);
}

/** The card with this id if this customer saved it; null for anybody else's, and for what is no card. */
export async function cardOf(
  stripe: StripeClient,
  customerId: string,
  paymentMethodId: string,
): Promise<SavedCard | null> {
  try {
    return cardFrom(await asked(stripe.customers.retrievePaymentMethod(customerId, paymentMethodId)));
  } catch (error) {
    if (error instanceof StripeRefusal) return null;
    throw error;
  }
}

/**
 * What became of saving a card:
 * - `saved`: it can be charged while its owner is away
 * - `awaits_method`: the payer's browser takes the card's number, and goes on with the secret
 * - `awaits_payer`: the payer's browser lets the bank ask them, and goes on with the secret
 * - `declined`: the bank will not have it saved
 * - `unusable`: no such payment method, or not this customer's, or used up
 */
export type CardSaving =
  | { state: 'saved'; setupIntentId: string; card: SavedCard }
  | { state: 'awaits_method' | 'awaits_payer'; setupIntentId: string; clientSecret: string }
  | { state: 'declined'; error: StepErrorFact }
  | { state: 'unusable' };

/** Only cards: nothing that leads the payer to another page and back. */
export const CARDS_ONLY = { enabled: true, allow_redirects: 'never' } as const;

/**
 * Begins to save a card: with a payment method that the payer's browser or a test gave it is tried at once.
 * @param idempotencyKey the same for the same request of the same person, and theirs alone
 * @throws StripeRefusal, StripeUnavailable
 */
export async function saveCard(
  stripe: StripeClient,
  {
    customerId,
    paymentMethodId,
    idempotencyKey,
  }: { customerId: string; paymentMethodId: string | null; idempotencyKey: string },
): Promise<CardSaving> {
  const creation: Stripe.SetupIntentCreateParams = {
    customer: customerId,
    usage: 'off_session',
    automatic_payment_methods: CARDS_ONLY,
    expand: ['payment_method'],
    ...(paymentMethodId ? { payment_method: paymentMethodId, confirm: true } : {}),
  };
  try {
    return savingFrom(await asked(stripe.setupIntents.create(creation, { idempotencyKey })));
  } catch (error) {
    if (!(error instanceof StripeRefusal) || !paymentMethodId) throw error;
    if (error.isDecline) {
      const { code, declineCode, reason } = error;
      return { state: 'declined', error: { code, declineCode, message: reason } };
    }
    // All else that was asked for is the same for everyone: what is wrong is the payment method.
    if (error.param === 'customer') throw error;
    return { state: 'unusable' };
  }
}

function savingFrom({ id, status, payment_method, client_secret }: Stripe.SetupIntent): CardSaving {
  if (status === 'succeeded') {
    const card = payment_method && typeof payment_method === 'object' ? cardFrom(payment_method) : null;
    return card ? { state: 'saved', setupIntentId: id, card } : { state: 'unusable' };
  }
  if (!client_secret) throw new TypeError(`SetupIntent ${id} has no secret.`);
  const state = status === 'requires_payment_method' ? 'awaits_method' : 'awaits_payer';
  return { state, setupIntentId: id, clientSecret: client_secret };
}

/**
 * Forgets a card of this customer's for good.
 * @returns whether there was one
 * @throws StripeUnavailable
 */
export async function detachCard(
  stripe: StripeClient,
  customerId: string,
  paymentMethodId: string,
): Promise<boolean> {
  if (!(await cardOf(stripe, customerId, paymentMethodId))) return false;
  try {
    await asked(stripe.paymentMethods.detach(paymentMethodId));
    return true;
  } catch (error) {
    // Somebody was faster.
    if (error instanceof StripeRefusal) return false;
    throw error;
  }
}

/** Null for other payment methods, and for whatever else an id such as `..` leads to. */
function cardFrom({ id, card, created }: Stripe.PaymentMethod): SavedCard | null {
  if (!card) return null;
  return {
    id,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    createdAt: new Date(created * 1000),
  };
}
