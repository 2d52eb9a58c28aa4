import type { OriginRegistration } from '#contract/origin.ts';
import type { Env } from '../../../env.ts';
import { originRegistry } from '../../../stubs.ts';
import { within } from '../../../within.ts';

/** A thousand viewers who join at once must not be a thousand questions to the one registry. */
const GOOD_FOR_MS = 3_000;
const GOOD_WHILE_MISSED_MS = 250;
/** An origin that failed is tried again after so long, or as soon as it has booted anew. */
const AVOIDED_FOR_MS = 30_000;

/** Which origins there are, as this room knows it, and which of them have just failed it. */
export class OriginDirectory {
  readonly #env: Env;
  readonly #now: () => Date;
  #asked: { at: number; answer: Promise<OriginRegistration[]> } | null = null;
  /** When, and in which boot, an origin failed. */
  readonly #failed = new Map<string, { bootId: string; at: number; until: number }>();

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
    for (const [id, { until }] of this.#failed) if (now >= until) this.#failed.delete(id);
    const all = await this.#list();
    const well = all.filter(({ originId, bootId }) => {
      const failed = this.#failed.get(originId);
      return !failed || failed.bootId < bootId;
    });
    return well.length > 0 ? well : all;
  }

  /** The origin did not answer, or is of no use, in this boot of it. It is avoided for so long. */
  failed(originId: string, bootId: string, avoidForMs = AVOIDED_FOR_MS): void {
    const at = this.#now().getTime();
    this.#failed.set(originId, { bootId, at, until: at + avoidForMs });
    this.#asked = null;
  }

  #list(): Promise<OriginRegistration[]> {
    const now = this.#now().getTime();
    // While one is missed, its return is news that nobody should wait for long.
    const isMissed = [...this.#failed.values()].some(({ at }) => now - at < AVOIDED_FOR_MS);
    const goodFor = isMissed ? GOOD_WHILE_MISSED_MS : GOOD_FOR_MS;
    if (this.#asked && now - this.#asked.at < goodFor) return this.#asked.answer;
    const answer = within(originRegistry(this.#env).list());
    this.#asked = { at: now, answer };
    answer.catch(() => {
      if (this.#asked?.answer === answer) this.#asked = null;
    });
    return answer;
  }
}
