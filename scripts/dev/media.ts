import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import { isAbsolute } from 'node:path/posix';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Child, Children } from './children.ts';
import { ROOT } from './local-state.ts';
import { readLogLine } from './log-lines.ts';

/** What carries the video of a development system. `sfu-origin` runs beside it, `none` lets everything else be tried. */
export type MediaBackend = 'sfu-origin' | 'none';

export type MediaPlan = {
  /** How the Worker is configured for it. */
  readonly vars: Readonly<Record<string, string>>;
  /** How the origin is configured, as its README lists it; null where none runs. */
  readonly origin: Readonly<Record<string, string>> | null;
};

/** A stop does not wait for viewers here. */
const DRAIN_SECONDS = '0';

/** @param address where the edge is, as the origin reaches it */
export async function planMedia(backend: MediaBackend, address: string): Promise<MediaPlan> {
  if (backend === 'none') return { vars: { MEDIA_BACKEND: 'none' }, origin: null };
  // Edge and origin are told it at every start.
  const secret = randomBytes(32).toString('base64url');
  return {
    vars: { MEDIA_BACKEND: 'sfu-origin', MEDIA_ORIGIN_SECRET: secret },
    origin: {
      MEDIA_SECRET: secret,
      EDGE_URL: address,
      CONTROL_PORT: String(await freePort()),
      RTC_PORT: String(await freePort()),
      DRAIN_SECONDS,
    },
  };
}

/** How far video is, in words for whoever started the system. */
export type MediaProgress =
  | { readonly kind: 'off' }
  | { readonly kind: 'preparing'; readonly doing: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** An origin that ends so often so soon will not stay. */
const QUICK_MS = 10_000;
const MOST_QUICK_ENDS = 5;
const FIRST_PAUSE_MS = 250;

/**
 * Video beside a system that does not wait for it: finds, downloads or builds the media worker (minutes, once), runs an origin with
 * it, and starts that again whenever it dies.
 */
export class Media {
  readonly #plan: MediaPlan;
  readonly #children: Children;
  readonly #onProgress: (progress: MediaProgress) => void;
  #progress: MediaProgress = { kind: 'off' };

  constructor(plan: MediaPlan, children: Children, onProgress: (progress: MediaProgress) => void) {
    this.#plan = plan;
    this.#children = children;
    this.#onProgress = onProgress;
  }

  get progress(): MediaProgress {
    return this.#progress;
  }

  /** Brings it up. Resolves when there is nothing more to be done: it never runs, or everything is being stopped. */
  async run(): Promise<void> {
    const { origin } = this.#plan;
    if (!origin) return;
    this.#tell({ kind: 'preparing', doing: 'Looking for the media worker' });
    const worker = await this.#findWorker();
    if (worker === null || this.#children.isStopping) return;
    for (let quickEnds = 0; quickEnds < MOST_QUICK_ENDS; ) {
      const startedAt = performance.now();
      const child = this.#start(origin, worker);
      await child.exited;
      if (this.#children.isStopping) return;
      quickEnds = performance.now() - startedAt < QUICK_MS ? quickEnds + 1 : 0;
      if (quickEnds === MOST_QUICK_ENDS) this.#tell({ kind: 'unavailable', why: lastWords(child) });
      else await sleep(FIRST_PAUSE_MS * 2 ** quickEnds);
      if (this.#children.isStopping) return;
    }
  }

  /** The worker's path, or null. What it takes to get one is told as it goes. */
  async #findWorker(): Promise<string | null> {
    const search = this.#children.start('media worker', {
      args: ['scripts/media-worker.ts'],
      essential: false,
    });
    search.onLine((line) => {
      // A single word says how it ended.
      if (!isAbsolute(line) && line.trim().includes(' '))
        this.#tell({ kind: 'preparing', doing: line.trim() });
    });
    const outcome = await search.exited;
    const path = search.tail().findLast((line) => isAbsolute(line));
    if (outcome === 0 && path !== undefined) return path;
    if (!this.#children.isStopping) this.#tell({ kind: 'unavailable', why: lastWords(search) });
    return null;
  }

  #start(origin: Readonly<Record<string, string>>, worker: string): Child {
    const child = this.#children.start('media', {
      args: ['sfu-origin/main.ts'],
      env: { ...origin, MEDIASOUP_WORKER_BIN: worker },
      essential: false,
    });
    child.onLine((line) => {
      if (line.includes('"event":"listening"')) this.#tell({ kind: 'running' });
    });
    return child;
  }

  #tell(progress: MediaProgress): void {
    this.#progress = progress;
    this.#onProgress(progress);
  }
}

function lastWords(child: Child): string {
  const said = child.tail().flatMap((line) => readLogLine(line)?.text ?? []);
  return `${said.slice(-8).join('\n') || 'it said nothing'}\n(all in ${relative(ROOT, child.logFile)})`;
}
