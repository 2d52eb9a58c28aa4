import type { MediaFact } from '#domain/live/media-fact.ts';
import { FACT_IS_OLD_AFTER_MS } from '#domain/live/media-fact.ts';
import type { ArrivalFacts } from '#domain/orders/commands.ts';
import type { Env } from '../env.ts';
import { logFailure } from '../log.ts';
import { liveRoom } from '../stubs.ts';
import { within } from '../within.ts';

const FACT = 'media_fact';

/** What the order's live room says of the provider's media: the last fact, kept so that `start` can be decided on it. */
export class MediaFacts {
  readonly #env: Env;
  readonly #kv: DurableObjectStorage['kv'];
  readonly #now: () => Date;

  constructor(env: Env, kv: DurableObjectStorage['kv'], now: () => Date) {
    this.#env = env;
    this.#kv = kv;
    this.#now = now;
  }

  /** The live room has found something out; what it found out earlier and comes late changes nothing. */
  take(fact: MediaFact | 'unverified'): void {
    const kept = this.#kv.get<MediaFact | 'unverified'>(FACT);
    const isLate = kept && kept !== 'unverified' && fact !== 'unverified' && fact.at < kept.at;
    if (!isLate) this.#kv.put(FACT, fact);
  }

  /**
   * Whether media flows, as far as is known. Of a show whose media nothing carries nobody can tell; before its first word what
   * carries the media of new shows is taken for what carries this one's.
   */
  known(): ArrivalFacts['media'] {
    const kept = this.#kv.get<MediaFact | 'unverified'>(FACT);
    if (kept === 'unverified') return kept;
    if (kept) return { flowing: kept.flowing, at: kept.at };
    return this.#env.MEDIA_BACKEND === 'none' ? 'unverified' : { flowing: false, at: this.#now() };
  }

  /**
   * Asks the live room, unless it has just said that media flows. Facts come every ten seconds, which is also how long one counts:
   * nobody shall be refused for coming a moment before the next.
   */
  async freshen(orderId: string): Promise<void> {
    const known = this.known();
    if (known === 'unverified') return;
    const age = this.#now().getTime() - known.at.getTime();
    if (known.flowing && age <= FACT_IS_OLD_AFTER_MS) return;
    try {
      const fact = await within(liveRoom(this.#env, orderId).freshFact());
      if (fact) this.take(fact);
    } catch (error) {
      logFailure('live room not asked', { orderId }, error);
    }
  }
}
