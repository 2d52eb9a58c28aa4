import type { SavedCardView } from '#contract/payments.ts';

/** Stripe's names of card brands as people know them. */
const BRANDS = new Map([
  ['amex', 'American Express'],
  ['cartes_bancaires', 'Cartes Bancaires'],
  ['diners', 'Diners Club'],
  ['discover', 'Discover'],
  ['eftpos_au', 'eftpos Australia'],
  ['jcb', 'JCB'],
  ['mastercard', 'Mastercard'],
  ['unionpay', 'UnionPay'],
  ['visa', 'Visa'],
]);

/** `Visa ending in 4242`. */
export function cardName({ brand, last4 }: Pick<SavedCardView, 'brand' | 'last4'>): string {
  return `${BRANDS.get(brand) ?? 'Card'} ending in ${last4}`;
}

/** As it stands on the card: `04/30`. */
export function cardExpiry({ expMonth, expYear }: Pick<SavedCardView, 'expMonth' | 'expYear'>): string {
  return `${String(expMonth).padStart(2, '0')}/${String(expYear % 100).padStart(2, '0')}`;
}

/** Whether the month that stands on the card is over. */
export function isExpired(
  { expMonth, expYear }: Pick<SavedCardView, 'expMonth' | 'expYear'>,
  now: Date,
): boolean {
  return now.getFullYear() * 12 + now.getMonth() + 1 > expYear * 12 + expMonth;
}
