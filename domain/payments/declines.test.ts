import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceFor } from './declines.ts';

const sentence = (declineCode: string | null, code = 'card_declined') => sentenceFor({ code, declineCode });

describe('what a person is told of a declined card', () => {
  it('says what they can do about it', () => {
    expect(sentence('insufficient_funds')).toBe(
      'There is not enough money on this card. Please use another card.',
    );
    expect(sentence(null, 'expired_card')).toMatch(/expired/);
    expect(sentence('authentication_required')).toMatch(/confirm/);
    expect(sentence(null, 'payment_intent_authentication_failure')).toMatch(/confirm/);
  });

  it.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card', 'restricted_card', 'merchant_blacklist'])(
    'never tells that the bank suspects something: %s',
    (declineCode) => {
      expect(sentence(declineCode)).toBe(sentence('generic_decline'));
      expect(sentence(declineCode)).not.toMatch(/fraud|lost|stolen|suspect|pick|restrict|black/i);
    },
  );

  it('is a sentence whatever the bank says, and never the words of the bank', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: null }), (code, declineCode) => {
        expect(sentenceFor({ code, declineCode })).toMatch(/^[A-Z].*\.$/);
      }),
    );
    for (const word of ['toString', 'constructor', '__proto__']) {
      expect(sentence(word)).toBe(sentence('generic_decline'));
      expect(sentence(null, word)).toBe(sentence('generic_decline'));
    }
  });
});
