/** Raised when more commands wait than a room will remember. */
export class QueueFullError extends Error {
  override name = 'QueueFullError';
}

/** So many commands may wait; the next is turned away rather than answered minutes later. */
const MOST_WAITING = 100;

/**
 * Runs commands one after another. A call to the outside opens the object's input gate, so the platform alone does not
 * keep them in turn. The queue is held while a command decides and commits; one that must wait for somebody outside
 * (a payment) is two commands, and the queue is free between them.
 */
export class CommandQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Runs `command` when all before it are through, whatever became of them. Throws {@link QueueFullError} when too many wait. */
  async run<T>(command: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw new QueueFullError();
    this.#waiting += 1;
    const turn = this.#last.then(command, command);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
