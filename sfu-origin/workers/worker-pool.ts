import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OriginConfiguration } from '../configuration.ts';
import type { Logger } from '../logger.ts';
import { Census } from './census.ts';
import { MediaWorker } from './media-worker.ts';

/** A worker that dies is started again at once; if that fails (its port is not free yet, say), after these. */
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000, 5_000];

/** A worker answers within milliseconds, busy or not. */
const HANGS_AFTER_MS = 5_000;

export type WorkerPoolEvents = {
  /** What was on it must be put elsewhere. Another worker takes its place soon. */
  workerdied: [MediaWorker];
  /** One has taken the place of a worker that died. */
  workerreplaced: [MediaWorker];
};

/** A media worker for each core, started again when one dies. */
export class WorkerPool extends EventEmitter<WorkerPoolEvents> {
  readonly #configuration: OriginConfiguration;
  readonly #logger: Logger;
  readonly #workers = new Map<number, MediaWorker>();
  readonly #closing = new AbortController();
  #deaths = 0;

  /** @throws Error when a worker does not start: a binary that is not there, a port that is taken */
  static async create(configuration: OriginConfiguration, logger: Logger): Promise<WorkerPool> {
    const pool = new WorkerPool(configuration, logger);
    try {
      await Promise.all(Array.from({ length: configuration.workers }, (_, index) => pool.#start(index)));
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  private constructor(configuration: OriginConfiguration, logger: Logger) {
    super();
    this.#configuration = configuration;
    this.#logger = logger;
  }

  /** Those that run. */
  get workers(): readonly MediaWorker[] {
    return [...this.#workers.values()];
  }

  /** How many have died so far. */
  get deaths(): number {
    return this.#deaths;
  }

  get census(): ReturnType<typeof Census.sum> {
    return Census.sum(this.workers.map(({ census }) => census));
  }

  /** The mean share of the cores in use, 0 to 1. */
  get load(): number {
    const { workers } = this;
    return workers.reduce((sum, { cpuShare }) => sum + cpuShare, 0) / Math.max(1, workers.length);
  }

  /** The worker with least to do, of those that are not in `except`; null when there is none. */
  leastLoaded(except: ReadonlySet<MediaWorker> = new Set()): MediaWorker | null {
    const candidates = this.workers.filter((worker) => !except.has(worker));
    return candidates.reduce<MediaWorker | null>(
      (least, worker) => (least === null || worker.weight < least.weight ? worker : least),
      null,
    );
  }

  /** Measures the load of each. One that does not answer hangs, and with it all media on it: it is ended, so that another takes over. */
  async measure(): Promise<void> {
    await Promise.all(
      this.workers.map(async (worker) => {
        const answered = new AbortController();
        const { index, pid } = worker;
        void sleep(HANGS_AFTER_MS, undefined, { signal: answered.signal }).then(
          () => {
            this.#logger.error('media_worker_hangs', { worker: index, pid });
            worker.kill();
          },
          () => {},
        );
        await worker.measure().catch((error: unknown) => {
          // It dies at this moment, and that is dealt with elsewhere.
          if (!worker.closed) this.#logger.warn('measuring_failed', { worker: index }, error);
        });
        answered.abort();
      }),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const { workers } = this;
    this.#workers.clear();
    await Promise.all(workers.map((worker) => worker.close()));
  }

  async #start(index: number): Promise<void> {
    const worker = await MediaWorker.create({
      index,
      configuration: this.#configuration,
      logger: this.#logger,
    });
    if (this.#closing.signal.aborted) {
      await worker.close();
      return;
    }
    this.#workers.set(index, worker);
    worker.once('died', () => {
      this.#workers.delete(index);
      this.#deaths += 1;
      this.#logger.error('media_worker_died', { worker: index, pid: worker.pid });
      this.emit('workerdied', worker);
      void this.#restart(index);
    });
  }

  async #restart(index: number): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await sleep(RESTART_DELAYS_MS[attempt] ?? RESTART_DELAYS_MS.at(-1), undefined, { signal });
        await this.#start(index);
        const worker = this.#workers.get(index);
        if (worker) this.emit('workerreplaced', worker);
        return;
      } catch (error) {
        if (!signal.aborted)
          this.#logger.error('media_worker_not_started', { worker: index, attempt }, error);
      }
    }
  }
}
