import { STATE_EVERY_SECONDS } from '#contract/origin.ts';
import type { Logger } from '../logger.ts';

/** Changes within so short a time leave as one state. */
const SOON_MS = 50;
const RETRY_MS = [250, 1_000, 2_500, 5_000];
/** A last state is worth so many attempts. */
const LAST_ATTEMPTS = 3;

/**
 * Tells a whole state on change and from time to time, one after another, the latest only: what cannot be delivered is not
 * kept, for the next says it all.
 */
export class Reporter {
  readonly #tell: (signal: AbortSignal) => Promise<void>;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #wake: () => void = () => {};
  /** When the next state is to be told. */
  #dueAt = 0;
  readonly #running: Promise<void>;

  /** @param tell sends the state of its moment */
  constructor(tell: (signal: AbortSignal) => Promise<void>, logger: Logger) {
    this.#tell = tell;
    this.#logger = logger;
    this.#running = this.#run();
  }

  /** There is something new to tell, within this time. */
  changed(withinMs = SOON_MS): void {
    const dueAt = performance.now() + withinMs;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#wake();
  }

  /** Tells the last state, if that can be done soon, and no more. */
  async finish(): Promise<void> {
    await this.stop();
    for (let attempt = 0; attempt < LAST_ATTEMPTS; attempt += 1) {
      try {
        return await this.#tell(new AbortController().signal);
      } catch (error) {
        this.#logger.warn('last_report_failed', { attempt }, error);
        if (attempt + 1 < LAST_ATTEMPTS)
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS[attempt]));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      this.#dueAt = performance.now() + STATE_EVERY_SECONDS * 1_000;
      try {
        await this.#tell(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        // Once says it all; an edge that stays away does not fill the log.
        if (failures === 0) this.#logger.warn('report_failed', {}, error);
        await this.#wait(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0);
        failures += 1;
        continue;
      }
      for (;;) {
        const left = this.#dueAt - performance.now();
        if (signal.aborted || left <= 0) break;
        await this.#wait(left, { orChange: true });
      }
    }
  }

  /** So long, or until the stop, or until something changes. */
  #wait(ms: number, { orChange = false } = {}): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      if (orChange) this.#wake = end;
    });
  }
}
