/** What a person has subscribed to. */
export const PLANS = ['free', 'premium'] as const;
export type Plan = (typeof PLANS)[number];

/** Length of a rate limit's window. */
export const RATE_WINDOW_MS = 15 * 60_000;

/** Requests allowed in one window: for an anonymous address, and for an account by its plan. */
export const RATE_LIMITS: Readonly<Record<Plan | 'anonymous', number>> = {
  anonymous: 100,
  free: 1_000,
  premium: 5_000,
};

/** A window that has begun: when its first request came, and how many were let through since. */
export type RateWindow = { readonly startedAt: Date; readonly used: number };

/** The answer to one request, and the window to keep for the next. `remaining` is what is left after this request. */
export type RateDecision = {
  readonly window: RateWindow;
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetAt: Date;
};

/**
 * Counts one request against a fixed window that starts with its first request and lasts `RATE_WINDOW_MS`: exactly
 * `limit` requests pass in it. Refused ones are not counted, so that a raised limit takes effect at once.
 * A clock that steps back stays in the window that it is in.
 */
export function takeFromWindow(window: RateWindow | null, limit: number, now: Date): RateDecision {
  const current =
    window !== null && now.getTime() < window.startedAt.getTime() + RATE_WINDOW_MS
      ? window
      : { startedAt: now, used: 0 };
  const allowed = current.used < limit;
  const after = allowed ? { startedAt: current.startedAt, used: current.used + 1 } : current;
  return {
    window: after,
    allowed,
    remaining: Math.max(0, limit - after.used),
    resetAt: new Date(current.startedAt.getTime() + RATE_WINDOW_MS),
  };
}
