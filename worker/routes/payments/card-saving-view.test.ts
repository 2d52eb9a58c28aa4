import { expect, it } from 'vitest';
import type { CardSaving } from '#payments/stripe/cards.ts';
import { viewCardSaving } from './card-saving-view.ts';

const ASKED: CardSaving = {
  state: 'awaits_payer',
  setupIntentId: 'seti_1',
  clientSecret: 'seti_1_secret_2',
};

it("whom the bank asks is sent to a simulator's page, and nowhere where there is none", () => {
  const simulated = viewCardSaving(ASKED, { STRIPE_API_URL: 'http://127.0.0.1:4242' });
  expect(simulated.setup.actionUrl).toBe('http://127.0.0.1:4242/authenticate/seti_1');
  expect(viewCardSaving(ASKED, {})).toEqual({
    paymentMethod: null,
    setup: { id: 'seti_1', status: 'awaits_payer', clientSecret: 'seti_1_secret_2', actionUrl: null },
  });
});

it('who has yet to give a card is sent nowhere', () => {
  const begun: CardSaving = { ...ASKED, state: 'awaits_method' };
  expect(viewCardSaving(begun, { STRIPE_API_URL: 'http://127.0.0.1:4242' }).setup.actionUrl).toBeNull();
});
