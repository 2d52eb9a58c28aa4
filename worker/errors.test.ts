import { describe, expect, it } from 'vitest';
import { err } from '#domain/result.ts';
import { ApiError, toApiError, valueOrReject } from './errors.ts';

describe('a refusal', () => {
  const away = { code: 'UPSTREAM_UNAVAILABLE', message: 'The order could not be reached.' } as const;

  it('asks for another try soon when something is away, also when a room is the one to say so', () => {
    const refused = () => valueOrReject(err(away));
    expect(refused).toThrow(expect.objectContaining({ rejection: away, retryAfter: 2 }));
  });

  it('waits as long as whoever refuses says', () => {
    expect(new ApiError(away, 5).retryAfter).toBe(5);
  });

  it('asks for no other try of what will be refused again', () => {
    expect(new ApiError({ code: 'CONFLICT', message: 'Taken.' }).retryAfter).toBeNull();
    expect(toApiError(new Error('a fault of ours')).retryAfter).toBeNull();
  });
});
