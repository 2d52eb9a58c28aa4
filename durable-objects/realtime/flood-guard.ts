import { type Bucket, type Rate, takeTokens } from '#domain/rates/token-bucket.ts';

/** What a socket may send: twenty frames a second in the long run is the most that devices fix. */
const FRAMES: Rate = { burst: 40, perSecond: 20 };

/**
 * A token bucket per socket, in memory: an object can only be hibernated after seconds of silence, by which time every
 * bucket is full again, so forgetting them changes nothing.
 */
export class FloodGuard {
  readonly #buckets = new WeakMap<WebSocket, Bucket>();

  /** Whether this socket may send one more frame at `now`. */
  admits(socket: WebSocket, now: Date): boolean {
    const { bucket, retryAfterMs } = takeTokens(this.#buckets.get(socket) ?? null, FRAMES, now.getTime());
    this.#buckets.set(socket, bucket);
    return retryAfterMs === null;
  }
}
