/** A bucket that fills by `perSecond`, up to `burst`. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/** How full a bucket was, at epoch milliseconds. */
export type Bucket = { readonly tokens: number; readonly at: number };

/** The bucket afterwards; `retryAfterMs` is null when it held what was taken, and otherwise how long until it will. */
export type Taken = { bucket: Bucket; retryAfterMs: number | null };

/**
 * Takes `cost` tokens at `now`; null is a bucket that was never used, which is full. One that holds too little gives nothing. A
 * clock that goes backwards fills nothing.
 */
export function takeTokens(bucket: Bucket | null, { burst, perSecond }: Rate, now: number, cost = 1): Taken {
  const { tokens, at } = bucket ?? { tokens: burst, at: now };
  const filled = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond);
  const held = { tokens: filled, at: Math.max(at, now) };
  if (filled < cost) return { bucket: held, retryAfterMs: Math.ceil(((cost - filled) / perSecond) * 1_000) };
  return { bucket: { ...held, tokens: filled - cost }, retryAfterMs: null };
}

/** Whether a bucket that nobody touches is full again at `now`, so that forgetting it changes nothing. */
export function isFull({ tokens, at }: Bucket, { burst, perSecond }: Rate, now: number): boolean {
  return tokens + ((now - at) / 1_000) * perSecond >= burst;
}
