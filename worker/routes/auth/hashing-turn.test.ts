import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hashingTurn } from './hashing-turn.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets hashes in one by one, and refuses whoever would wait too long', async () => {
  const settled: string[] = [];
  const turns = Array.from({ length: 50 }, () =>
    hashingTurn().then(
      () => settled.push('in'),
      ({ rejection }) => settled.push(rejection.code),
    ),
  );
  await vi.advanceTimersByTimeAsync(0);
  const refused = settled.filter((outcome) => outcome === 'UPSTREAM_UNAVAILABLE').length;
  expect(settled.filter((outcome) => outcome === 'in')).toHaveLength(1);
  expect(refused).toBeGreaterThan(0);

  await vi.advanceTimersByTimeAsync(5_000);
  await Promise.all(turns);
  expect(settled.filter((outcome) => outcome === 'in')).toHaveLength(50 - refused);

  // Nobody gave a turn back, and nobody had to.
  await vi.advanceTimersByTimeAsync(5_000);
  await expect(hashingTurn()).resolves.toBeUndefined();
});
