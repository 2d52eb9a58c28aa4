import { describe, expect, it } from 'vitest';
import type { OrderView } from '#domain/orders/order-view.ts';
import { formatDateTime } from '../format/time.ts';
import { cancellationTerms } from './cancellation-terms.ts';
import { order, payment } from './samples.ts';

const ACCEPTED_AT = '2026-11-23T19:00:00.000Z';
const held = payment({ status: 'authorized', amountAuthorized: 25 });
const termsAt = (time: string, facts: Partial<OrderView> = {}) =>
  cancellationTerms(order({ acceptedAt: ACCEPTED_AT, ...facts }), held, 'creator', new Date(time));

describe('what cancelling means for the money', () => {
  it('is nothing just after choosing, and it is told from when on it costs', () => {
    expect(termsAt('2026-11-23T19:04:00.000Z')).toBe(
      `It costs nothing: the €25 that is held is given back. From ${formatDateTime('2026-11-23T19:05:00.000Z')} on it costs €5.`,
    );
  });

  it('is a fee later', () => {
    expect(termsAt('2026-11-23T19:05:00.000Z')).toBe(
      'It is late to cancel: €5 of the €25 that is held is taken. The rest is given back.',
    );
  });

  it('is nothing long before the time of a scheduled order', () => {
    const scheduledFor = '2026-11-26T12:00:00.000Z';
    expect(termsAt('2026-11-24T12:00:00.000Z', { scheduledFor })).toContain(
      `From ${formatDateTime('2026-11-25T12:00:00.000Z')} on`,
    );
    expect(termsAt('2026-11-25T12:00:01.000Z', { scheduledFor })).toContain('It is late');
  });

  it('is nothing for a provider, and where nothing is held', () => {
    const now = new Date('2026-11-23T20:00:00.000Z');
    expect(cancellationTerms(order(), held, 'provider', now)).toBe(
      'The €25 that is held goes back to the creator.',
    );
    expect(cancellationTerms(order(), payment(), 'creator', now)).toBe(
      'Nothing is held yet, so it costs nothing.',
    );
  });

  it('is not spoken of before anybody was chosen', () => {
    const open = order({ status: 'pending', agreedAmount: null, acceptedAt: null });
    expect(cancellationTerms(open, null, 'creator', new Date(ACCEPTED_AT))).toBeNull();
  });
});
