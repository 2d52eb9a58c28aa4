import type { BalanceTransaction, Charge } from '../state.ts';
import type { World } from '../world.ts';
import { record } from './balance.ts';
import { convert, exchangeRate } from './currencies.ts';
import { processingFee } from './fees.ts';

/** How long a card payment stays pending in the USA. */
export const SETTLEMENT_DELAY = 2 * 24 * 60 * 60;

/** The currency in which the platform's balance takes a charge in `currency`. */
export function settlementCurrency(world: World, currency: string): string {
  const { settlementCurrencies, defaultCurrency } = world.settings;
  return !settlementCurrencies || settlementCurrencies.includes(currency) ? currency : defaultCurrency;
}

/** Puts a captured charge's money in the balance, less Stripe's fee. */
export function settle(world: World, charge: Charge, atOnce: boolean): BalanceTransaction {
  const currency = settlementCurrency(world, charge.currency);
  const amount = convert(charge.amount_captured, charge.currency, currency);
  return record(world, {
    type: 'charge',
    category: 'charge',
    amount,
    fee: processingFee(amount, currency),
    currency,
    exchangeRate: currency === charge.currency ? null : exchangeRate(charge.currency, currency),
    source: charge.id,
    availableOn: world.now() + (atOnce ? 0 : SETTLEMENT_DELAY),
    description: charge.description,
  });
}

/**
 * What a part of a charge is in the settlement currency. Parts given back one after another add up to the whole, to the
 * last minor unit.
 * @param before what was given back already, in the charge's currency
 */
export function settledPart(
  charge: Charge,
  settled: BalanceTransaction,
  part: number,
  before: number,
): number {
  const upTo = (amount: number) => Math.round((amount * settled.amount) / charge.amount_captured);
  return upTo(before + part) - upTo(before);
}
