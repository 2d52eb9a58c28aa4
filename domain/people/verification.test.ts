import { describe, expect, it } from 'vitest';
import { mayMoveVerification, VERIFICATION_STATUSES } from './verification.ts';

describe('verification', () => {
  it('never lets anybody verify or reject themselves', () => {
    for (const from of VERIFICATION_STATUSES) {
      expect(mayMoveVerification('self', from, 'verified')).toBe(false);
      expect(mayMoveVerification('self', from, 'rejected')).toBe(false);
    }
  });

  it('may be asked for while pending and again after a rejection, but not when verified', () => {
    expect(mayMoveVerification('self', 'pending', 'pending')).toBe(true);
    expect(mayMoveVerification('self', 'rejected', 'pending')).toBe(true);
    expect(mayMoveVerification('self', 'verified', 'pending')).toBe(false);
  });

  it('is decided by an admin, who may also take a decision back, but never ask', () => {
    expect(mayMoveVerification('admin', 'pending', 'verified')).toBe(true);
    expect(mayMoveVerification('admin', 'pending', 'rejected')).toBe(true);
    expect(mayMoveVerification('admin', 'verified', 'rejected')).toBe(true);
    expect(mayMoveVerification('admin', 'rejected', 'verified')).toBe(true);
    for (const from of VERIFICATION_STATUSES)
      expect(mayMoveVerification('admin', from, 'pending')).toBe(false);
    expect(mayMoveVerification('admin', 'verified', 'verified')).toBe(false);
  });
});
