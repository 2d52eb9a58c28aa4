/** What the browser counts of a picture, from its beginning. */
export type FrozenFacts = { readonly bytesReceived: number; readonly framesDecoded: number };

export type PictureAdvice = 'fine' | 'ask_for_picture' | 'rejoin';

/** Looks, a second apart, in which bytes came but no frame. A first picture may have to be sent anew by its publisher. */
const ASK_AFTER_LOOKS = 3;
const REJOIN_AFTER_LOOKS = 10;

/**
 * Notices "connected but no picture": bytes arrive, yet nothing can be shown of them, as when a picture's beginning was lost. When no bytes
 * arrive either, the trouble is with whoever sends, and joining again would only add to it.
 */
export class PictureGuard {
  #last: FrozenFacts | null = null;
  #frozenLooks = 0;

  /** One look, of about one a second. */
  look(facts: FrozenFacts): PictureAdvice {
    const last = this.#last;
    this.#last = facts;
    if (!last || facts.framesDecoded > last.framesDecoded) {
      this.#frozenLooks = 0;
      return 'fine';
    }
    if (facts.bytesReceived <= last.bytesReceived) return 'fine';
    this.#frozenLooks++;
    if (this.#frozenLooks >= REJOIN_AFTER_LOOKS) {
      this.reset();
      return 'rejoin';
    }
    return this.#frozenLooks % ASK_AFTER_LOOKS === 0 ? 'ask_for_picture' : 'fine';
  }

  /** What is seen next is another picture. */
  reset(): void {
    this.#last = null;
    this.#frozenLooks = 0;
  }
}
