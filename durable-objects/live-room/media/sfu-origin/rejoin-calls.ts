/** Somebody who was asked and has not joined again within this is asked once more. */
const ASK_AGAIN_AFTER_MS = 10_000;

/**
 * Who has to be asked to join again. States go on naming them until they have, and a thousand who come back are a thousand states: each is asked
 * once for that. Held in memory only; to be asked once too often does no harm.
 */
export class RejoinCalls {
  readonly #askedAt = new Map<string, number>();
  /** The origin's last state before they joined, by its number. */
  readonly #joinedAfter = new Map<string, number>();

  /** Of these, whom the state `n` names, who is to be asked now. A state from before somebody joined says nothing of that. */
  due(participantIds: readonly string[], n: number, now: Date): string[] {
    const at = now.getTime();
    return participantIds.filter((id) => {
      if (n <= (this.#joinedAfter.get(id) ?? 0)) return false;
      if (at - (this.#askedAt.get(id) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_AFTER_MS) return false;
      this.#askedAt.set(id, at);
      return true;
    });
  }

  /** Somebody has joined, asked or not, after the origin's state `n`. */
  joined(participantId: string, n: number): void {
    this.#askedAt.delete(participantId);
    this.#joinedAfter.set(participantId, n);
  }

  forget(participantId: string): void {
    this.#askedAt.delete(participantId);
    this.#joinedAfter.delete(participantId);
  }
}
