/** Somebody who was asked and has not joined again within this is asked once more. */
const ASK_AGAIN_AFTER_MS = 10_000;
/** A state that was formed before somebody joined may arrive after. */
const OLD_NEWS_MS = 2_000;

/**
 * Who has to be asked to join again. States go on naming them until they have, and a thousand who come back are a thousand states: each is asked
 * once for that. Held in memory only; to be asked once too often does no harm.
 */
export class RejoinCalls {
  readonly #asked = new Map<string, number>();
  readonly #joined = new Map<string, number>();

  /** Of these, who is to be asked now. */
  due(participantIds: readonly string[], now: Date): string[] {
    const at = now.getTime();
    return participantIds.filter((id) => {
      const joinedAt = this.#joined.get(id) ?? Number.NEGATIVE_INFINITY;
      const askedAt = this.#asked.get(id) ?? Number.NEGATIVE_INFINITY;
      if (at - joinedAt < OLD_NEWS_MS) return false;
      if (askedAt > joinedAt && at - askedAt < ASK_AGAIN_AFTER_MS) return false;
      this.#asked.set(id, at);
      return true;
    });
  }

  /** Somebody joins, asked or not. */
  joined(participantId: string, now: Date): void {
    this.#asked.delete(participantId);
    this.#joined.set(participantId, now.getTime());
  }

  forget(participantId: string): void {
    this.#asked.delete(participantId);
    this.#joined.delete(participantId);
  }
}
