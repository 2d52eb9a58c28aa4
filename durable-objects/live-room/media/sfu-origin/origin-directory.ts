import type { OriginRegistration } from '#contract/origin.ts';
import type { Env } from '../../../env.ts';
import { originRegistry } from '../../../stubs.ts';
import { within } from '../../../within.ts';

/** A thousand viewers who join at once must not be a thousand questions to the one registry. */
const GOOD_FOR_MS = 3_000;
const GOOD_WHILE_MISSED_MS = 250;
/** An origin that failed is tried again after so long, or as soon as it has booted anew. */
const AVOIDED_FOR_MS = 30_000;
/** Ways between origins do not open by themselves. */
const OUT_OF_REACH_FOR_MS = 10 * 60_000;

/** Which origins there are, as this room knows it, and which of them have just failed it. */
export class OriginDirectory {
  readonly #env: Env;
  readonly #now: () => Date;
  #asked: { at: number; answer: Promise<OriginRegistration[]> } | null = null;
  /** When, and in which boot, an origin failed. */
  readonly #failed = new Map<string, { bootId: string; at: number }>();
  /** Until when nothing is brought to an origin from the room's others. */
  readonly #outOfReach = new Map<string, number>();

  constructor(env: Env, now: () => Date) {
    this.#env = env;
    this.#now = now;
  }

  /**
   * Those that have been heard of lately and did not just fail. When all have failed, any may be well again, as one is a second after
   * its media worker died. Throws when the registry is out of reach.
   */
  async usable(): Promise<OriginRegistration[]> {
    const now = this.#now().getTime();
    for (const [id, { at }] of this.#failed) if (now - at >= AVOIDED_FOR_MS) this.#failed.delete(id);
    const all = await this.#list();
    const well = all.filter(({ originId, bootId }) => {
      const failed = this.#failed.get(originId);
      return !failed || failed.bootId < bootId;
    });
    return well.some(({ draining, workers }) => !draining && workers > 0) ? well : all;
  }

  /** To which origins nothing can be brought from others. What is published there itself can be watched there. */
  get outOfReach(): ReadonlySet<string> {
    const now = this.#now().getTime();
    for (const [id, until] of this.#outOfReach) if (now >= until) this.#outOfReach.delete(id);
    return new Set(this.#outOfReach.keys());
  }

  /** Nothing can be brought to this origin. */
  notReached(originId: string): void {
    this.#outOfReach.set(originId, this.#now().getTime() + OUT_OF_REACH_FOR_MS);
  }

  /** The origin did not answer, in this boot of it. */
  failed(originId: string, bootId: string): void {
    this.#failed.set(originId, { bootId, at: this.#now().getTime() });
    this.#asked = null;
  }

  #list(): Promise<OriginRegistration[]> {
    const now = this.#now().getTime();
    // While one is missed, its return is news that nobody should wait for long.
    const goodFor = this.#failed.size > 0 ? GOOD_WHILE_MISSED_MS : GOOD_FOR_MS;
    if (this.#asked && now - this.#asked.at < goodFor) return this.#asked.answer;
    const answer = within(originRegistry(this.#env).list());
    this.#asked = { at: now, answer };
    answer.catch(() => {
      if (this.#asked?.answer === answer) this.#asked = null;
    });
    return answer;
  }
}
