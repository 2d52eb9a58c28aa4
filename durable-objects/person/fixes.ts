import type { FixBody } from '#contract/places.ts';
import { type Fix, type FixFlag, type FixHistory, judgeFix, NO_FIXES } from '#domain/tracking/fix.ts';

/** The person's fixes: each is judged by those before it, and the last trusted one is kept. */
export class Fixes {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** Judges a fix. `flagged` says why it is not to be relied on. Without a time of its own it is of its arrival. */
  take(body: FixBody, now: Date): { fix: Fix; flagged: FixFlag | null } {
    const fix: Fix = { ...body, at: body.at === undefined ? now : new Date(body.at) };
    const { history, ...judgement } = judgeFix(this.#history(), fix, now);
    this.#kv.put('fixes', history);
    return { fix, flagged: judgement.verdict === 'flagged' ? judgement.reason : null };
  }

  /** The last fix that was trusted, however old. */
  last(): Fix | null {
    return this.#history().trusted;
  }

  #history(): FixHistory {
    return this.#kv.get<FixHistory>('fixes') ?? NO_FIXES;
  }
}
