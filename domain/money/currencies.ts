/** What is known of a currency; amounts in its minor units. */
export type CurrencyRules = {
  /** How many decimals its major unit has (ISO 4217). */
  readonly exponent: 0 | 2 | 3;
  /** The least that an order may cost. */
  readonly minimumAmount: bigint;
  /** The most that one charge may be. */
  readonly maximumAmount: bigint;
};

/** A charge has at most eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const EIGHT_DIGITS = 99_999_999n;

const whole = (minimumAmount: bigint) => rules(0, minimumAmount);
const hundredths = (minimumAmount: bigint) => rules(2, minimumAmount);
const thousandths = (minimumAmount: bigint) => rules(3, minimumAmount);

function rules(exponent: CurrencyRules['exponent'], minimumAmount: bigint): CurrencyRules {
  return { exponent, minimumAmount, maximumAmount: EIGHT_DIGITS };
}

/**
 * The currencies that an order may be priced in. Minimums are Stripe's least charge where Stripe names one (page
 * above), elsewhere a round amount above 0.50 USD. UGX is left out: Stripe's pages contradict each other on its
 * decimals.
 */
export const CURRENCIES = {
  AED: hundredths(2_00n),
  AUD: hundredths(50n),
  BRL: hundredths(50n),
  CAD: hundredths(50n),
  CHF: hundredths(50n),
  CZK: hundredths(15_00n),
  DKK: hundredths(2_50n),
  EUR: hundredths(50n),
  GBP: hundredths(30n),
  HKD: hundredths(4_00n),
  HUF: hundredths(175_00n),
  ILS: hundredths(3_00n),
  INR: hundredths(50n),
  MXN: hundredths(10_00n),
  MYR: hundredths(2_00n),
  NOK: hundredths(3_00n),
  NZD: hundredths(50n),
  PHP: hundredths(50_00n),
  PLN: hundredths(2_00n),
  RON: hundredths(2_00n),
  SAR: hundredths(3_00n),
  SEK: hundredths(3_00n),
  SGD: hundredths(50n),
  THB: hundredths(10_00n),
  TWD: hundredths(30_00n),
  USD: hundredths(50n),
  ZAR: hundredths(15_00n),
  CLP: whole(1_000n),
  // Stripe counts the króna in hundredths although it has none, so two of the eight digits are lost.
  ISK: { exponent: 0, minimumAmount: 100n, maximumAmount: 999_999n },
  JPY: whole(50n),
  KRW: whole(1_000n),
  PYG: whole(10_000n),
  VND: whole(20_000n),
  XOF: whole(500n),
  BHD: thousandths(500n),
  JOD: thousandths(500n),
  KWD: thousandths(500n),
  OMR: thousandths(500n),
  TND: thousandths(2_000n),
} as const satisfies Record<string, CurrencyRules>;

/** An ISO 4217 code, upper case. */
export type Currency = keyof typeof CURRENCIES;

/** Whether a code is one of the supported currencies, spelled as ISO 4217 spells it. */
function isCurrency(code: string): code is Currency {
  return Object.hasOwn(CURRENCIES, code);
}

/** The rules of a currency, or null when it is not supported. */
export function currencyRules(code: string): CurrencyRules | null {
  return isCurrency(code) ? CURRENCIES[code] : null;
}
