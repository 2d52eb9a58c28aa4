import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../realtime/frames.ts';
import { describeEvent } from './describe-event.ts';

type Told = Exclude<LoggedEvent, { event: 'message:received' }>;
type DataOf<N extends Told['event']> = Extract<Told, { event: N }>['data'];

const nameOf = (userId: string) => (userId === 'me' ? 'You' : userId);

/** What the log says of one event; `by` and `status` are the same for all. */
function told<N extends Told['event']>(
  event: N,
  facts: Omit<DataOf<N>, 'by' | 'status'>,
  by: string | null = null,
) {
  const frame = {
    seq: 1,
    event,
    data: { by, status: 'completed', ...facts },
    at: '2026-11-23T20:00:00.000Z',
  };
  // The name and its facts belong together by the parameters' types, which a union cannot see.
  return describeEvent(frame as unknown as Told, nameOf, 'EUR');
}

const paid = { paymentId: 'p', amount: 25, currency: 'EUR' };

describe('the log in words', () => {
  it('says where the money went, in its currency', () => {
    expect(told('payment:authorized', paid).text).toBe('€25 is held on the card');
    expect(told('payment:completed', paid).text).toBe('€25 went into escrow');
    expect(told('payment:cancelled', paid).text).toBe('€25 is no longer held on the card');
    expect(told('payment:refunded', { ...paid, amount: 10.5 }).text).toBe('€10.50 was paid back');
    expect(told('payment:transferred', { ...paid, amount: 21.25 }).text).toBe('€21.25 was paid out');
    expect(told('payment:completed', { ...paid, amount: 1200, currency: 'JPY' }).text).toBe(
      '¥1,200 went into escrow',
    );
  });

  it('tells asking the bank from the bank that asks', () => {
    const [begun, asked] = [false, true].map((requiresAction) =>
      told('payment:processing', { ...paid, requiresAction }),
    );
    expect(begun?.text).toBe('The bank was asked for €25');
    expect(asked?.text).toBe('The bank wants a confirmation for €25');
  });

  it.each([
    ['declined', 'The payment was declined'],
    ['expired', 'The bank was not answered in time'],
    ['authorization_lapsed', 'The hold on the card was lost'],
  ] as const)('says why money could not be held: %s', (reason, text) => {
    expect(told('payment:failed', { ...paid, reason })).toMatchObject({ text, tone: 'bad' });
  });

  it.each([
    ['inquiry', 'The bank asks about €25', 'plain'],
    ['open', 'The bank disputes €25', 'bad'],
    ['won', 'The bank gave €25 back', 'good'],
    ['lost', 'The bank took €25 back for good', 'bad'],
  ] as const)('says how a complaint at the bank stands: %s', (state, text, tone) => {
    expect(told('payment:chargeback', { ...paid, state })).toMatchObject({ text, tone });
  });

  it('says what a late cancellation cost, with the reason, and nothing where it cost nothing', () => {
    const cancelled = (reason: string | null, fee: number | null) =>
      told('order:cancelled', { reason, fee }, 'me').note;
    expect(cancelled('rain', 5)).toBe('“rain” It was late: €5 was taken.');
    expect(cancelled(null, 5)).toBe('It was late: €5 was taken.');
    expect(cancelled(null, null)).toBeNull();
    expect(cancelled('card_due', null)).toBe('No other card was given in time.');
  });

  it("says the provider's share of a dispute that was split", () => {
    expect(
      told('order:resolved', { outcome: 'split', providerShare: 10, reason: null }, 'ada'),
    ).toMatchObject({
      text: 'The dispute was settled: the pay is shared',
      note: "The provider's share is €10.",
    });
  });
});
