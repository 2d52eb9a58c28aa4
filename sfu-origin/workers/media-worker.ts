import { EventEmitter, once } from 'node:events';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { OriginConfiguration } from '../configuration.ts';
import type { Logger } from '../logger.ts';
import { Census } from './census.ts';

/** About what a core carries of one viewer's tracks. It only matters until the CPU tells more. */
const CONSUMERS_PER_CORE = 1_000;
/** Smaller differences in CPU say nothing. */
const CPU_STEP = 0.05;
/** A router costs little, but of two idle workers the one with fewer rooms is chosen. */
const WEIGHT_OF_ROUTER = 0.001;

/** A worker ends within milliseconds, unless it hangs. */
const ENDS_WITHIN_MS = 1_000;

/** Routers take what the contract promises to browsers; retransmission comes with each codec by itself. */
const MEDIA_CODECS = ROUTER_RTP_CAPABILITIES.codecs.filter(({ mimeType }) => mimeType !== 'video/rtx');

type CreateOptions = { index: number; configuration: OriginConfiguration; logger: Logger };
type ConstructorOptions = { index: number; worker: Worker; webRtcServer: WebRtcServer; census: Census };

export type MediaWorkerEvents = {
  /** Its process has ended without being asked to, and all media on it. */
  died: [];
};

/** One mediasoup worker: a process on a core, with one port for all of its browsers, UDP and TCP. */
export class MediaWorker extends EventEmitter<MediaWorkerEvents> {
  readonly index: number;
  readonly census: Census;
  readonly webRtcServer: WebRtcServer;
  readonly #worker: Worker;
  #cpuShare = 0;
  #measured: { cpuMs: number; at: number } | null = null;

  static async create({ index, configuration, logger }: CreateOptions): Promise<MediaWorker> {
    const worker = await withoutSignals(() =>
      createWorker({ logLevel: 'warn', logTags: ['ice', 'dtls', 'rtp', 'srtp', 'bwe'] }),
    );
    try {
      const census = new Census(worker);
      const { port, ...endpoint } = configuration.rtc;
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({
          protocol,
          ...endpoint,
          port: port + index,
        })),
      });
      logger.info('media_worker_started', { worker: index, pid: worker.pid, port: port + index });
      return new MediaWorker({ index, worker, webRtcServer, census });
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  private constructor({ index, worker, webRtcServer, census }: ConstructorOptions) {
    super();
    this.index = index;
    this.census = census;
    this.webRtcServer = webRtcServer;
    this.#worker = worker;
    worker.on('died', () => this.emit('died'));
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get closed(): boolean {
    return this.#worker.closed;
  }

  /** The share of a core that it used lately, 0 to 1. */
  get cpuShare(): number {
    return this.#cpuShare;
  }

  /** How much it has to do: what is placed goes where this is least. What was placed just now counts at once. */
  get weight(): number {
    const { consumers, routers } = this.census.counts;
    const cpu = Math.floor(this.#cpuShare / CPU_STEP) * CPU_STEP;
    return Math.max(cpu, consumers / CONSUMERS_PER_CORE) + routers * WEIGHT_OF_ROUTER;
  }

  createRouter(): Promise<Router> {
    return this.#worker.createRouter({ mediaCodecs: MEDIA_CODECS });
  }

  /** Measures its CPU since the last time. */
  async measure(): Promise<void> {
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    const now = { cpuMs: ru_utime + ru_stime, at: performance.now() };
    const before = this.#measured;
    if (before) {
      this.#cpuShare = Math.min(1, Math.max(0, (now.cpuMs - before.cpuMs) / (now.at - before.at)));
    }
    this.#measured = now;
  }

  /** Ends its process at once, as a crash would. */
  kill(): void {
    if (!this.closed) endProcess(this.pid);
  }

  /** Has its process say farewell and end; one that does not is ended. Resolves when it has. */
  async close(): Promise<void> {
    this.removeAllListeners();
    const worker = this.#worker;
    const { pid } = worker;
    worker.close();
    if (worker.subprocessClosed) return;
    const late = setTimeout(() => endProcess(pid), ENDS_WITHIN_MS);
    await once(worker, 'subprocessclose');
    clearTimeout(late);
  }
}

/** mediasoup listens for these as soon as it makes a worker, and ends it at the first: nothing could be drained any more. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Runs something that begins to listen for signals synchronously, and has it listen no longer. */
function withoutSignals<T>(make: () => T): T {
  const before = SIGNALS.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  const made = make();
  for (const { signal, listeners } of before) {
    for (const listener of process.listeners(signal)) {
      if (!listeners.includes(listener)) process.removeListener(signal, listener);
    }
  }
  return made;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
