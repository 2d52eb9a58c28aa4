/**
 * What a person is told when their card was declined, by Stripe's decline code
 * (https://docs.stripe.com/declines/codes). Codes that would tell a thief what the bank suspects (lost, stolen,
 * fraudulent) read as any other decline, as Stripe asks for.
 */
const SENTENCES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    authentication_required: 'Your bank wants you to confirm this payment yourself. Please try again.',
    approve_with_id: 'Your bank could not be reached. Please try again.',
    card_not_supported: 'This card cannot be used for this kind of payment. Please use another card.',
    card_velocity_exceeded: 'This card has reached its limit. Please use another card or ask your bank.',
    currency_not_supported: 'This card cannot pay in this currency. Please use another card.',
    expired_card: 'This card has expired. Please use another card.',
    incorrect_cvc: "The card's security code is wrong. Please check it and try again.",
    incorrect_number: 'The card number is wrong. Please check it and try again.',
    incorrect_zip: 'The postal code does not match the card. Please check it and try again.',
    insufficient_funds: 'There is not enough money on this card. Please use another card.',
    invalid_account: 'This card cannot be charged. Please use another card or ask your bank.',
    invalid_cvc: "The card's security code is wrong. Please check it and try again.",
    invalid_expiry_month: "The card's expiry date is wrong. Please check it and try again.",
    invalid_expiry_year: "The card's expiry date is wrong. Please check it and try again.",
    issuer_not_available: 'Your bank could not be reached. Please try again.',
    processing_error: 'Something went wrong while the card was charged. Please try again in a moment.',
    reenter_transaction: 'Your bank could not process this payment. Please try again.',
    try_again_later: 'Your bank could not process this payment just now. Please try again later.',
    withdrawal_count_limit_exceeded: 'This card has reached its limit. Please use another card.',
    /** Not a decline of the bank's: the payer did not confirm, or did so wrongly. */
    payment_intent_authentication_failure:
      'Your bank could not confirm that it is you. Please try again or use another card.',
    setup_intent_authentication_failure:
      'Your bank could not confirm that it is you. Please try again or use another card.',
  }),
);

const DECLINED = 'Your card was declined. Please use another card or ask your bank.';

/** The sentence for a failed payment; the decline code says most, the error code is the next best. */
export function sentenceFor({ code, declineCode }: { code: string; declineCode: string | null }): string {
  return SENTENCES.get(declineCode ?? code) ?? SENTENCES.get(code) ?? DECLINED;
}
