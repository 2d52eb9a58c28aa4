/**
 * Lets something that changes often go out at most once a tick: the first change at once, those within the tick
 * together at its end. It holds one timeout only while there is something to send, so that an idle room can hibernate.
 */
export class LatestPerTick {
  readonly #tickMs: number;
  readonly #send: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #changed = false;

  /** `send` reads the latest state itself, at the moment it goes out. */
  constructor(tickMs: number, send: () => void) {
    this.#tickMs = tickMs;
    this.#send = send;
  }

  /** Something changed. */
  change(): void {
    if (this.#timer) {
      this.#changed = true;
      return;
    }
    this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#changed) return;
      this.#changed = false;
      this.change();
    }, this.#tickMs);
  }
}
