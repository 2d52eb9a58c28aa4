import { type Plan, RATE_LIMITS, type RateWindow, takeFromWindow } from '#domain/people/limits.ts';
import type { LimitAnswer } from '../rate-limiter/rate-limiter.ts';

/**
 * The count is written to disk at most so often: a write with every request would cost more than the request. Only a
 * crash forgets what came since; an object with something unwritten is not hibernated.
 */
const WRITE_BEHIND_MS = 1_000;

/** The person's requests of this window, all devices together. There is one such object, so the count is exact. */
export class RequestLimit {
  readonly #kv: SyncKvStorage;
  #window: RateWindow | null;
  #writing = false;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
    this.#window = kv.get<RateWindow>('rate_window') ?? null;
  }

  /** Counts one request against the limit of this plan. */
  take(plan: Plan, now: Date): LimitAnswer {
    const limit = RATE_LIMITS[plan];
    const { window, allowed, remaining, resetAt } = takeFromWindow(this.#window, limit, now);
    if (allowed) {
      this.#window = window;
      this.#writeSoon();
    }
    return { allowed, limit, remaining, resetAt: resetAt.getTime() };
  }

  #writeSoon(): void {
    if (this.#writing) return;
    this.#writing = true;
    setTimeout(() => {
      this.#writing = false;
      if (this.#window) this.#kv.put('rate_window', this.#window);
    }, WRITE_BEHIND_MS);
  }
}
