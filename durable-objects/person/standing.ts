import type { Database } from '#db/client.ts';
import { standingsOf } from '#db/queries/standings.ts';
import { NO_STANDING, type ProviderStanding } from '#domain/matching/ranking.ts';
import { logFailure } from '../log.ts';

/** A standing changes with every order carried out, but little: the record is asked once in so long. */
const MAX_AGE_MS = 10 * 60_000;

/** The person's standing as a provider, as their leases say it. */
export class Standing {
  readonly #kv: SyncKvStorage;
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(kv: SyncKvStorage, db: Database, now: () => Date) {
    this.#kv = kv;
    this.#db = db;
    this.#now = now;
  }

  /** From the record, or as it was when the record does not answer. Never throws. */
  async of(userId: string): Promise<ProviderStanding> {
    const held = this.#kv.get<{ standing: ProviderStanding; readAt: Date }>('standing');
    if (held && this.#now().getTime() - held.readAt.getTime() < MAX_AGE_MS) return held.standing;
    try {
      const found = (await standingsOf(this.#db, [userId])).get(userId);
      if (!found) return NO_STANDING;
      const { username: _, ...standing } = found;
      this.#kv.put('standing', { standing, readAt: this.#now() });
      return standing;
    } catch (error) {
      logFailure('standing not read', {}, error);
      return held?.standing ?? NO_STANDING;
    }
  }
}
