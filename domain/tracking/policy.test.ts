import { describe, expect, it } from 'vitest';
import { ORDER_STATUSES } from '../orders/order.ts';
import { LEASE_MS, LEASE_RENEW_MS, maySeeTrack, mayTrack } from './policy.ts';

describe('tracking policy', () => {
  it('follows a provider from being accepted until the work ends', () => {
    expect(ORDER_STATUSES.filter(mayTrack)).toEqual(['accepted', 'active']);
  });

  it('shows the track to the parties and to admins only', () => {
    expect((['creator', 'provider', 'admin', 'stranger'] as const).filter(maySeeTrack)).toEqual([
      'creator',
      'provider',
      'admin',
    ]);
  });

  it('lets a lease survive a renewal that was lost', () => {
    expect(LEASE_MS).toBeGreaterThan(2 * LEASE_RENEW_MS);
  });
});
