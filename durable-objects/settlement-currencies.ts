import type { Env } from './env.ts';

/** The currencies that can be charged, as ISO 4217 codes: those that the platform's Stripe balance holds, so that nothing is converted. */
export function settlementCurrencies({
  SETTLEMENT_CURRENCIES,
}: Pick<Env, 'SETTLEMENT_CURRENCIES'>): string[] {
  const codes = (SETTLEMENT_CURRENCIES ?? '').split(',').map((code) => code.trim());
  return codes.filter((code) => code !== '');
}
