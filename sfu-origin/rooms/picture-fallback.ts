/** So long without any layer that the connection could carry, and the picture is held back. */
const STARVED_FOR_MS = 3_000;
/** A picture that is tried again may take so long to come: the estimate of the bandwidth has to grow first. */
const TRIAL_MS = 8_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 80_000;
/** A picture that came back and stayed for so long is good: the next wait is a short one again. */
const GOOD_AFTER_MS = 30_000;

type State =
  | { readonly name: 'shown'; readonly since: number; readonly starvedSince: number | null }
  | { readonly name: 'held'; readonly until: number }
  | { readonly name: 'trial'; readonly until: number };

/**
 * When one viewer's picture is given up so that the sound comes through, and when it is tried again. Times are
 * milliseconds of one clock; waits between trials double, up to {@link LONGEST_WAIT_MS}.
 */
export class PictureFallback {
  #state: State;
  #waitMs = FIRST_WAIT_MS;

  constructor(now: number) {
    this.#state = { name: 'shown', since: now, starvedSince: null };
  }

  /** Whether the picture is held back: nothing of it is to be sent. */
  get held(): boolean {
    return this.#state.name === 'held';
  }

  /** @param starved whether at this time a picture is wanted, and there to be had, but not even its lowest layer fits */
  observe(starved: boolean, now: number): void {
    switch (this.#state.name) {
      case 'shown': {
        const { since } = this.#state;
        if (now - since >= GOOD_AFTER_MS) this.#waitMs = FIRST_WAIT_MS;
        const starvedSince = starved ? (this.#state.starvedSince ?? now) : null;
        if (starvedSince !== null && now - starvedSince >= STARVED_FOR_MS) this.#hold(now);
        else this.#state = { name: 'shown', since, starvedSince };
        return;
      }
      case 'held':
        if (now >= this.#state.until) this.#state = { name: 'trial', until: now + TRIAL_MS };
        return;
      case 'trial':
        if (!starved) this.#state = { name: 'shown', since: now, starvedSince: null };
        else if (now >= this.#state.until) this.#hold(now);
        return;
      default:
        this.#state satisfies never;
    }
  }

  #hold(now: number): void {
    this.#state = { name: 'held', until: now + this.#waitMs };
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }
}
