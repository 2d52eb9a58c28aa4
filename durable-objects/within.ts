import pTimeout from 'p-timeout';

/** The platform lets one invocation hold so many calls at once. */
export const CALLS_AT_ONCE = 6;

/** How long one object waits for another. */
const CALL_TIMEOUT_MS = 5_000;

/** A call to another object that does not wait for ever. Rejects with a TimeoutError; the call may still have happened. */
export function within<P extends Promise<unknown>>(call: P): Promise<Awaited<P>> {
  // A call that may answer one of several shapes is typed as one of several promises; this makes one of them.
  return pTimeout(Promise.resolve(call), { milliseconds: CALL_TIMEOUT_MS });
}
