import { describe, expect, it } from 'vitest';
import { ORDER_STATUSES } from '../orders/order.ts';
import { LEASE_MS, LEASE_RENEW_MS, mayTrack } from './policy.ts';

describe('tracking policy', () => {
  it('follows a provider from being accepted until the work ends', () => {
    expect(ORDER_STATUSES.filter(mayTrack)).toEqual(['accepted', 'active']);
  });

  it('lets a lease survive a renewal that was lost', () => {
    expect(LEASE_MS).toBeGreaterThan(2 * LEASE_RENEW_MS);
  });
});
