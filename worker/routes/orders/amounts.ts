import { type AmountProblem, toMinorUnits } from '#domain/money/money.ts';
import { rejectField } from '../../errors.ts';

/** An amount of a body in minor units. The request ends with VALIDATION_ERROR on `field` when it is none of its currency. */
export function minorUnits(field: string, amount: number, currency: string): bigint {
  const minor = toMinorUnits(amount, currency);
  if (minor.ok) return minor.value;
  if (minor.error === 'unsupported_currency') return rejectField('currency', 'is not supported');
  return rejectField(field, wordsFor(minor.error, currency));
}

function wordsFor(problem: Exclude<AmountProblem, 'unsupported_currency'>, currency: string): string {
  switch (problem) {
    case 'not_finite':
      return 'must be a number';
    case 'negative':
      return 'must not be negative';
    case 'too_many_decimals':
      return `has more decimals than ${currency} has`;
    case 'too_large':
      return 'is more than one order may cost';
  }
}
