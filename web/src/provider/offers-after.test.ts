import { describe, expect, it } from 'vitest';
import type { PersonFrame } from '../realtime/frames.ts';
import { offersAfter } from './offers-after.ts';

const at = '2026-11-23T20:00:00.000Z';

function offered(id: string, title = id): PersonFrame {
  const order = {
    id,
    creatorId: 'c',
    providerId: null,
    title,
    description: null,
    location: { latitude: 0, longitude: 0, address: null, locality: null, precision: 'cell' as const },
    serviceRadius: 5_000,
    baseAmount: 25,
    agreedAmount: null,
    accepting: false,
    currency: 'EUR',
    status: 'pending' as const,
    liveShowId: null,
    version: 1,
    scheduledFor: null,
    acceptedAt: null,
    arrivalDueAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    requirements: [],
    tags: [],
    createdAt: at,
    updatedAt: at,
  };
  return { event: 'offer:created', data: { order, distanceMeters: 100 }, at };
}
const titles = (...frames: PersonFrame[]) => frames.reduce(offersAfter, []).map(({ order }) => order.title);

describe('offers', () => {
  it('stand with the newest first', () => {
    expect(titles(offered('a'), offered('b'))).toEqual(['b', 'a']);
  });

  it('are replaced when the order changes', () => {
    expect(titles(offered('a', 'old'), offered('b'), offered('a', 'new'))).toEqual(['new', 'b']);
  });

  it('go when they are taken back', () => {
    expect(
      titles(offered('a'), offered('b'), { event: 'offer:withdrawn', data: { orderId: 'a' }, at }),
    ).toEqual(['b']);
  });

  it('are not touched by anything else', () => {
    expect(titles(offered('a'), { event: 'room:resumed', data: { through: 9 }, at })).toEqual(['a']);
  });
});
