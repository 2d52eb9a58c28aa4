/** Why the bank refuses; `declineCode` for `code: card_declined` only. */
export interface Decline {
  code: string;
  declineCode: string | null;
  message: string;
}

export interface TestCard {
  brand: 'visa' | 'mastercard' | 'amex';
  last4: string;
  country: string;
  /** What the bank says to a payment; null: yes. */
  decline: Decline | null;
  /** Whether the bank lets it be saved with a customer. */
  attaches: boolean;
  /**
   * When 3-D Secure is asked for. `unless_set_up`: not without its owner, once it was set up.
   * `with_owner_only`: as if it had been set up before.
   */
  authentication: 'never' | 'always' | 'unless_set_up' | 'with_owner_only';
  dispute: { reason: string; inquiry: boolean } | null;
  refunds: 'succeed' | 'fail_later' | 'are_pending_first';
  /** Whether its money skips the pending balance. */
  availableAtOnce: boolean;
}

const ordinary: TestCard = {
  brand: 'visa',
  last4: '4242',
  country: 'US',
  decline: null,
  attaches: true,
  authentication: 'never',
  dispute: null,
  refunds: 'succeed',
  availableAtOnce: false,
};

const declined = (last4: string, declineCode: string, message = 'Your card was declined.'): TestCard => ({
  ...ordinary,
  last4,
  decline: { code: 'card_declined', declineCode, message },
  attaches: false,
});

const refused = (last4: string, code: string, message: string): TestCard => ({
  ...ordinary,
  last4,
  decline: { code, declineCode: null, message },
  attaches: false,
});

const chargeDeclined = declined('0002', 'generic_decline');
const insufficientFunds = declined('9995', 'insufficient_funds', 'Your card has insufficient funds.');

/** Stripe's test payment methods (https://docs.stripe.com/testing), by their id without `pm_card_`. */
export const testCards = {
  visa: ordinary,
  visa_debit: { ...ordinary, last4: '5556' },
  mastercard: { ...ordinary, brand: 'mastercard', last4: '4444' },
  amex: { ...ordinary, brand: 'amex', last4: '8431' },
  bypassPending: { ...ordinary, last4: '0077', availableAtOnce: true },

  visa_chargeDeclined: chargeDeclined,
  chargeDeclined,
  visa_chargeDeclinedInsufficientFunds: insufficientFunds,
  chargeDeclinedInsufficientFunds: insufficientFunds,
  visa_chargeDeclinedLostCard: declined('9987', 'lost_card'),
  visa_chargeDeclinedStolenCard: declined('9979', 'stolen_card'),
  visa_chargeDeclinedVelocityLimitExceeded: declined('6975', 'card_velocity_exceeded'),
  chargeDeclinedFraudulent: declined('0019', 'fraudulent'),
  chargeDeclinedExpiredCard: refused('0069', 'expired_card', 'Your card has expired.'),
  chargeDeclinedIncorrectCvc: refused('0127', 'incorrect_cvc', "Your card's security code is incorrect."),
  chargeDeclinedProcessingError: refused(
    '0119',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  // Saving it works, charging it never does.
  chargeCustomerFail: { ...declined('0341', 'generic_decline'), attaches: true },

  authenticationRequired: { ...ordinary, last4: '3184', authentication: 'always' },
  authenticationRequiredOnSetup: { ...ordinary, last4: '3155', authentication: 'unless_set_up' },
  authenticationRequiredSetupForOffSession: { ...ordinary, last4: '0446', authentication: 'with_owner_only' },
  authenticationRequiredChargeDeclinedInsufficientFunds: {
    ...insufficientFunds,
    last4: '8260',
    attaches: true,
    authentication: 'always',
  },

  createDispute: { ...ordinary, last4: '0259', dispute: { reason: 'fraudulent', inquiry: false } },
  createDisputeProductNotReceived: {
    ...ordinary,
    last4: '2685',
    dispute: { reason: 'product_not_received', inquiry: false },
  },
  createDisputeInquiry: {
    ...ordinary,
    last4: '1976',
    dispute: { reason: 'product_not_received', inquiry: true },
  },

  refundFail: { ...ordinary, last4: '5126', refunds: 'fail_later' },
  pendingRefund: { ...ordinary, last4: '7726', refunds: 'are_pending_first' },
} as const satisfies Record<string, TestCard>;

export type TestCardName = keyof typeof testCards;

/** @param id `pm_card_visa`; @returns null when it is no test id */
export function testCardNamed(id: string): TestCardName | null {
  const name = id.replace(/^pm_card_/, '');
  return id.startsWith('pm_card_') && isTestCardName(name) ? name : null;
}

export function behaviourOf(name: TestCardName): TestCard {
  return testCards[name];
}

function isTestCardName(name: string): name is TestCardName {
  return Object.hasOwn(testCards, name);
}
