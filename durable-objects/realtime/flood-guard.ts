/** What a socket may send: bursts of 40 frames, 20 a second in the long run, which is also the most that devices fix. */
const BURST = 40;
const PER_SECOND = 20;

type Bucket = { tokens: number; at: number };

/**
 * A token bucket per socket, in memory: an object can only be hibernated after seconds of silence, by which time every
 * bucket is full again, so forgetting them changes nothing.
 */
export class FloodGuard {
  readonly #buckets = new WeakMap<WebSocket, Bucket>();

  /** Whether this socket may send one more frame at `now`. */
  admits(socket: WebSocket, now: Date): boolean {
    const { tokens, at } = this.#buckets.get(socket) ?? { tokens: BURST, at: now.getTime() };
    const elapsed = Math.max(0, now.getTime() - at);
    const left = Math.min(BURST, tokens + (elapsed / 1_000) * PER_SECOND) - 1;
    this.#buckets.set(socket, { tokens: Math.max(0, left), at: now.getTime() });
    return left >= 0;
  }
}
