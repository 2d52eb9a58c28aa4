/** No packets for so long, and a track does not flow any more. Opus sends at least every 400 ms, also in silence. */
const STILL_AFTER_MS = 3_000;

/** Whether packets of a track arrive, told from how many bytes have come so far. Times are milliseconds of one clock. */
export class Flow {
  #bytes = 0;
  #at: number | null = null;
  #since: number | null = null;
  #lastSeen: number | null = null;
  #flowing = false;
  #bitrate = 0;

  /** @param bytes all that have come so far, at the time `now` */
  observe(bytes: number, now: number): void {
    const grown = bytes - this.#bytes;
    if (this.#at !== null && now > this.#at) {
      this.#bitrate = (Math.max(0, grown) * 8_000) / (now - this.#at);
    }
    this.#at = now;
    this.#bytes = bytes;
    if (grown > 0) {
      if (!this.#flowing) this.#since = now;
      this.#flowing = true;
      this.#lastSeen = now;
    } else if (this.#flowing && this.#lastSeen !== null && now - this.#lastSeen >= STILL_AFTER_MS) {
      this.#flowing = false;
    }
  }

  get flowing(): boolean {
    return this.#flowing;
  }

  /** When the latest stretch of flowing began; null when it never flowed. */
  get since(): number | null {
    return this.#since;
  }

  get lastSeen(): number | null {
    return this.#lastSeen;
  }

  /** Bits per second between the last two observations. */
  get bitrate(): number {
    return this.#bitrate;
  }
}
