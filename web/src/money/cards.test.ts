import { describe, expect, it } from 'vitest';
import { cardExpiry, cardName, isExpired } from './cards.ts';

describe('a card', () => {
  it('is called by its brand and its last digits', () => {
    expect(cardName({ brand: 'visa', last4: '4242' })).toBe('Visa ending in 4242');
    expect(cardName({ brand: 'amex', last4: '8431' })).toBe('American Express ending in 8431');
    expect(cardName({ brand: 'brand_of_tomorrow', last4: '0001' })).toBe('Card ending in 0001');
  });

  it('shows its expiry as it stands on it', () => {
    expect(cardExpiry({ expMonth: 4, expYear: 2030 })).toBe('04/30');
  });

  it('can be used until the end of its month', () => {
    const card = { expMonth: 11, expYear: 2026 };
    expect(isExpired(card, new Date(2026, 10, 30, 23, 59))).toBe(false);
    expect(isExpired(card, new Date(2026, 11, 1))).toBe(true);
    expect(isExpired({ expMonth: 1, expYear: 2027 }, new Date(2026, 11, 31))).toBe(false);
  });
});
