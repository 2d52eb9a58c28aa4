import type { Chance } from './chance.ts';

/** The life of one instance of a room. When it is over, nothing that it was doing goes on. */
export class Life {
  over = false;
}

type Waiting = { life: Life | null; since: number; goOn: () => void };

/**
 * Decides who goes on when several are under way. Whoever comes to a place where others may come in between may have to wait there;
 * with a life that ends meanwhile, for ever. Everything runs in turn, so that the same seed brings the same run.
 */
export class Turns {
  /** How likely one has to wait at such a place. */
  waitLikelihood: number;
  readonly #chance: Chance;
  readonly #now: () => number;
  #waiting: Waiting[] = [];

  constructor(chance: Chance, now: () => number, waitLikelihood: number) {
    this.#chance = chance;
    this.#now = now;
    this.waitLikelihood = waitLikelihood;
  }

  /** A place where others may come in between. `life`: null for what happens outside of us, such as at Stripe. */
  async at(life: Life | null): Promise<void> {
    if (life?.over) return new Promise(() => {});
    if (!this.#chance.happens(this.waitLikelihood)) return;
    await new Promise<void>((goOn) => this.#waiting.push({ life, since: this.#now(), goOn }));
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether something of this life waits. */
  isWaiting(life: Life): boolean {
    return this.#waiting.some((one) => one.life === life);
  }

  /** Since when the one waits that has waited longest. */
  get since(): number {
    return Math.min(this.#now(), ...this.#waiting.map(({ since }) => since));
  }

  /** Lets one of those who wait go on. */
  release(): void {
    const one = this.#chance.pick(this.#waiting);
    this.#waiting = this.#waiting.filter((other) => other !== one);
    one.goOn();
  }

  /** Ends a life: whatever it was doing stops where it stands. */
  end(life: Life): void {
    life.over = true;
    this.#waiting = this.#waiting.filter((other) => other.life !== life);
  }
}

/** Until all that can go on has come to where it waits. */
export function everyoneStands(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
