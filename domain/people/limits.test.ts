import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATE_LIMITS, RATE_WINDOW_MS, type RateWindow, takeFromWindow } from './limits.ts';

const start = Date.UTC(2026, 10, 23, 12);
/** Pauses between requests: mostly short ones, some around and beyond a whole window. */
const pauses = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: RATE_WINDOW_MS / 20 }) },
    fc.constantFrom(RATE_WINDOW_MS - 1, RATE_WINDOW_MS, RATE_WINDOW_MS + 1, 5 * RATE_WINDOW_MS),
  ),
  { maxLength: 80 },
);

describe('takeFromWindow', () => {
  it('lets exactly the limit pass in each window, and tells what is left and when it resets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), pauses, (limit, gaps) => {
        let window: RateWindow | null = null;
        let time = start;
        // The same, told by counting alone.
        let opened = Number.NEGATIVE_INFINITY;
        let passed = 0;
        for (const gap of gaps) {
          time += gap;
          if (time >= opened + RATE_WINDOW_MS) {
            opened = time;
            passed = 0;
          }
          const decision = takeFromWindow(window, limit, new Date(time));
          expect(decision.allowed).toBe(passed < limit);
          if (decision.allowed) passed += 1;
          expect(decision.remaining).toBe(limit - passed);
          expect(decision.resetAt.getTime()).toBe(opened + RATE_WINDOW_MS);
          expect(decision.resetAt.getTime()).toBeGreaterThan(time);
          window = decision.window;
        }
      }),
    );
  });

  it('applies a new limit within the window that is open', () => {
    const used = { startedAt: new Date(start), used: 10 };
    const now = new Date(start + 1);
    expect(takeFromWindow(used, 10, now)).toMatchObject({ allowed: false, remaining: 0 });
    expect(takeFromWindow(used, 50, now)).toMatchObject({ allowed: true, remaining: 39 });
    expect(takeFromWindow(used, 5, now)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('stays in its window when the clock steps back', () => {
    const used = { startedAt: new Date(start), used: 3 };
    expect(takeFromWindow(used, 3, new Date(start - 1_000)).allowed).toBe(false);
  });

  it('keeps the promised limits', () => {
    expect(RATE_WINDOW_MS).toBe(900_000);
    expect(RATE_LIMITS).toEqual({ anonymous: 100, free: 1_000, premium: 5_000 });
  });
});
