import { type Plan, RATE_LIMITS, type RateWindow, takeFromWindow } from '#domain/people/limits.ts';

/** How one request fared; `resetAt` in epoch milliseconds. */
export type LimitAnswer = { allowed: boolean; limit: number; remaining: number; resetAt: number };

/** The person's requests of this window, all devices together. Kept with every request, so the count is exact. */
export class RequestLimit {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** Counts one request against the limit of this plan. */
  take(plan: Plan, now: Date): LimitAnswer {
    const limit = RATE_LIMITS[plan];
    const held = this.#kv.get<RateWindow>('rate_window') ?? null;
    const { window, allowed, remaining, resetAt } = takeFromWindow(held, limit, now);
    if (allowed) this.#kv.put('rate_window', window);
    return { allowed, limit, remaining, resetAt: resetAt.getTime() };
  }
}
