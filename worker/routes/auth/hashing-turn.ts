import { ApiError } from '../../errors.ts';

/** One hash keeps the isolate's only thread busy for about this long. */
const HASH_MS = 150;

/** Whoever would wait longer is refused: they would have gone by then. */
const MOST_WAIT_MS = 5_000;

let freeAt = 0;

/**
 * Waits until it is this request's turn to hash a password, and refuses with UPSTREAM_UNAVAILABLE when too many are
 * waiting. workerd computes scrypt on the thread that everything else in the isolate runs on, so hashes come one at a
 * time, spaced out, and other requests go on between them.
 *
 * A turn is a time and not a lock: a request whose client has gone never gets to release one.
 */
export async function hashingTurn(): Promise<void> {
  const now = Date.now();
  const at = Math.max(now, freeAt);
  if (at - now > MOST_WAIT_MS) {
    throw new ApiError(
      { code: 'UPSTREAM_UNAVAILABLE', message: 'Too many people are signing in just now. Try again.' },
      Math.ceil(MOST_WAIT_MS / 1_000),
    );
  }
  freeAt = at + HASH_MS;
  if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
}
