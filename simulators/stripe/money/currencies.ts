import { invalidRequest } from '../api/errors.ts';

interface CurrencyRule {
  /** Minor units of one major unit, on Stripe's wire: ISK is sent as if it had two decimals. */
  minorUnits: 1 | 100 | 1000;
  /** Amounts must be multiples of this. */
  step: number;
  /** What one US dollar is worth, in major units: rough, and fixed so that tests repeat. */
  perDollar: number;
  /** Least charge in minor units, where Stripe's documents name one. */
  minimum?: number;
}

const two = (perDollar: number, minimum?: number): CurrencyRule => rule(100, 1, perDollar, minimum);
const zero = (perDollar: number, minimum?: number): CurrencyRule => rule(1, 1, perDollar, minimum);
const three = (perDollar: number): CurrencyRule => rule(1000, 10, perDollar);

function rule(minorUnits: CurrencyRule['minorUnits'], step: number, perDollar: number, minimum?: number) {
  return { minorUnits, step, perDollar, ...(minimum === undefined ? {} : { minimum }) };
}

/** https://docs.stripe.com/currencies: presentment currencies, zero-decimal and three-decimal ones, special cases. */
const currencies: Record<string, CurrencyRule> = {
  usd: two(1, 50),
  aed: two(3.67, 200),
  aud: two(1.5, 50),
  bgn: two(1.7, 100),
  brl: two(5.4, 50),
  cad: two(1.38, 50),
  chf: two(0.8, 50),
  cop: two(4000),
  czk: two(21, 1500),
  dkk: two(6.4, 250),
  egp: two(48),
  eur: two(0.86, 50),
  gbp: two(0.75, 30),
  hkd: two(7.8, 400),
  huf: two(335, 17_500),
  idr: two(16_500),
  ils: two(3.4),
  inr: two(88, 50),
  kes: two(129),
  mad: two(9),
  mxn: two(18.5, 1000),
  myr: two(4.2, 200),
  ngn: two(1450),
  nok: two(10, 300),
  nzd: two(1.7, 50),
  pen: two(3.5),
  php: two(58),
  pkr: two(281),
  pln: two(3.6, 200),
  qar: two(3.64),
  ron: two(4.3, 200),
  sar: two(3.75),
  sek: two(9.4, 300),
  sgd: two(1.3, 50),
  thb: two(32, 1000),
  try: two(42),
  twd: two(31),
  uah: two(42),
  uyu: two(40),
  zar: two(17.3),
  isk: rule(100, 100, 125),
  bif: zero(2950),
  clp: zero(950),
  djf: zero(178),
  gnf: zero(8650),
  jpy: zero(150, 50),
  kmf: zero(424),
  krw: zero(1430),
  mga: zero(4450),
  pyg: zero(7050),
  rwf: zero(1450),
  vnd: zero(26_300),
  vuv: zero(122),
  xaf: zero(565),
  xof: zero(565),
  xpf: zero(103),
  bhd: three(0.376),
  jod: three(0.709),
  kwd: three(0.307),
  omr: three(0.385),
  tnd: three(2.9),
};

/** Up to eight digits. */
const LARGEST_AMOUNT = 99_999_999;

/** @returns the code in lower case, as all of Stripe's objects have it. @throws ApiError when Stripe has no such currency */
export function checkCurrency(code: string, param = 'currency'): string {
  const currency = code.toLowerCase();
  ruleOf(currency, param);
  return currency;
}

/**
 * What Stripe asks of an amount to be charged.
 * @throws ApiError `amount_too_small`, `amount_too_large`, or a plain one for an amount between two steps
 */
export function checkChargeAmount(amount: number, currency: string): void {
  const { step, minorUnits, perDollar, minimum } = ruleOf(currency, 'currency');
  checkStep(amount, currency);
  const least = minimum ?? Math.ceil((0.5 * perDollar * minorUnits) / step) * step;
  if (amount < least) {
    const message = `Amount must be at least ${inWords(least, currency)}`;
    throw invalidRequest(message, { code: 'amount_too_small', param: 'amount' });
  }
  if (amount > LARGEST_AMOUNT) {
    const message = `Amount must be no more than ${inWords(LARGEST_AMOUNT, currency)}`;
    throw invalidRequest(message, { code: 'amount_too_large', param: 'amount' });
  }
}

/** Three-decimal amounts end in 0, ISK has no hundredths. @throws ApiError */
export function checkStep(amount: number, currency: string, param = 'amount'): void {
  const { step } = ruleOf(currency, 'currency');
  if (amount % step === 0) return;
  throw invalidRequest(`Amount must be evenly divisible by ${step} for ${currency}`, { param });
}

/** Converts between currencies at the simulator's fixed rates, rounded to the nearest step. */
export function convert(amount: number, from: string, to: string): number {
  return from === to ? amount : rounded(amount * exchangeRate(from, to), to);
}

/** To the nearest step. */
export function rounded(amount: number, currency: string): number {
  const { step } = ruleOf(currency, 'currency');
  return Math.round(amount / step) * step;
}

/** Minor units of `to` for one minor unit of `from`. */
export function exchangeRate(from: string, to: string): number {
  const source = ruleOf(from, 'currency');
  const target = ruleOf(to, 'currency');
  return (target.perDollar * target.minorUnits) / (source.perDollar * source.minorUnits);
}

/** `10.00 usd`, as Stripe's messages say amounts. */
export function inWords(amount: number, currency: string): string {
  const { minorUnits } = ruleOf(currency, 'currency');
  return `${(amount / minorUnits).toFixed(Math.log10(minorUnits))} ${currency}`;
}

function ruleOf(currency: string, param: string): CurrencyRule {
  const found = Object.hasOwn(currencies, currency) ? currencies[currency] : undefined;
  if (found) return found;
  const known = Object.keys(currencies).join(', ');
  throw invalidRequest(
    `Invalid currency: ${currency}. Stripe currently supports these currencies: ${known}`,
    { param },
  );
}
