import type { ReplyFrame } from '#contract/events.ts';
import { ApiError } from '../api/errors.ts';

const TIMEOUT_MS = 10_000;

type Pending = {
  resolve: (data: unknown) => void;
  reject: (error: ApiError) => void;
  timer: ReturnType<typeof setTimeout>;
};

/** The requests of one socket that wait for their replies, which may come in any order. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>();
  #last = 0;

  /** Sends a request with an id of its own; throws {@link ApiError}, `UNREACHABLE` when no reply comes. */
  ask(send: (id: string) => void): Promise<unknown> {
    const id = String(++this.#last);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(unreachable());
      }, TIMEOUT_MS);
      this.#pending.set(id, { resolve, reject, timer });
      send(id);
    });
  }

  /** Gives a reply to whoever asked. */
  settle(frame: ReplyFrame): void {
    const id = String(frame.reply);
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (frame.ok) {
      pending.resolve(frame.data);
      return;
    }
    const { code, message, details } = frame.error ?? {
      code: 'INTERNAL_ERROR',
      message: 'That did not work.',
    };
    pending.reject(new ApiError(code, message, { details }));
  }

  /** The connection is gone: no reply will come. */
  drop(): void {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(unreachable());
    }
    this.#pending.clear();
  }
}

/** Why a request could not be made, or stays without a reply. */
export function unreachable(): ApiError {
  return new ApiError('UNREACHABLE', 'The live connection is interrupted. Please try again in a moment.');
}
