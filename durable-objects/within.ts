import pTimeout from 'p-timeout';

/** How long one object waits for another. */
const CALL_TIMEOUT_MS = 5_000;

/** A call to another object that does not wait for ever. Rejects with a TimeoutError; the call may still have happened. */
export function within<T>(call: Promise<T>): Promise<T> {
  return pTimeout(call, { milliseconds: CALL_TIMEOUT_MS });
}
