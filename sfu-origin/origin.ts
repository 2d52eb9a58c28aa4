import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { v7 as uuidv7 } from 'uuid';
import type { OriginLoad } from '#contract/origin.ts';
import type { OriginConfiguration } from './configuration.ts';
import { createApp } from './control/app.ts';
import { handlersFor } from './control/handlers.ts';
import type { Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { Edge } from './reports/edge.ts';
import { Registration } from './reports/registration.ts';
import { RoomReports } from './reports/room-reports.ts';
import { Rooms } from './rooms/rooms.ts';
import { WorkerPool } from './workers/worker-pool.ts';

const TICK_MS = 1_000;
/** While it drains, it looks so often whether the rooms are gone. */
const DRAINED_LOOK_MS = 100;

export type OriginOptions = {
  readonly configuration: OriginConfiguration;
  readonly logger: Logger;
  /** Milliseconds; for leases, and the times in states. Signatures always go by the real time. */
  readonly now?: () => number;
};

type Server = ReturnType<typeof createAdaptorServer>;

type Parts = Required<OriginOptions> & { bootId: string; pool: WorkerPool; rooms: Rooms };

/** A media origin: workers, rooms on them, the API by which live rooms command it, and what it reports to the edge. */
export class Origin {
  readonly rooms: Rooms;
  readonly pool: WorkerPool;
  readonly bootId: string;
  readonly #configuration: OriginConfiguration;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #registration: Registration;
  readonly #reports: RoomReports;
  readonly #measuring: { stop: () => Promise<void> };
  readonly #ticking: { stop: () => Promise<void> };
  readonly #hurry = new AbortController();
  #stopped: Promise<void> | null = null;

  /** @throws Error when a port is taken, or the media worker does not start */
  static async create({ configuration, logger, now = Date.now }: OriginOptions): Promise<Origin> {
    const bootId = uuidv7();
    const scoped = logger.child({ originId: configuration.originId, bootId });
    const pool = await WorkerPool.create(configuration, scoped);
    const rooms = new Rooms({ configuration, bootId, pool, logger: scoped, now });
    const origin = new Origin({ configuration, logger: scoped, now, bootId, pool, rooms });
    try {
      await origin.#listen();
      return origin;
    } catch (error) {
      await origin.stop({ graceful: false });
      throw error;
    }
  }

  private constructor({ configuration, logger, now, bootId, pool, rooms }: Parts) {
    this.#configuration = configuration;
    this.#logger = logger;
    this.bootId = bootId;
    this.pool = pool;
    this.rooms = rooms;
    const edge = new Edge(configuration);
    const app = createApp({
      configuration,
      handlers: handlersFor({ rooms, load: () => this.load(), drain: () => this.drain() }),
      metrics: new Metrics({ rooms, pool, originId: configuration.originId }),
      health: () => this.health(),
      logger,
    });
    this.#server = createAdaptorServer({ fetch: app.fetch });
    this.#reports = new RoomReports(rooms, edge, logger);
    this.#registration = new Registration({
      configuration,
      bootId,
      address: () => this.address,
      edge,
      logger,
      now,
      facts: () => ({ ...this.load(), draining: rooms.draining }),
    });
    for (const event of ['workerdied', 'workerreplaced'] as const) {
      pool.on(event, () => this.#registration.changed());
    }
    // Each by itself: what a room asks of a worker that hangs is answered when measuring has found that out.
    this.#measuring = repeatedly(() => pool.measure(), logger);
    this.#ticking = repeatedly(() => rooms.tick(), logger);
  }

  /** Where its control API is reached from the edge. */
  get address(): string {
    const { host, address } = this.#configuration.control;
    return address ?? `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  get port(): number {
    // A server that listens on TCP has an address with a port.
    return (this.#server.address() as AddressInfo).port;
  }

  load(): OriginLoad {
    const { producers, consumers } = this.pool.census;
    return {
      load: this.pool.load,
      workers: this.pool.workers.length,
      rooms: this.rooms.size,
      participants: this.rooms.participants,
      producers,
      consumers,
    };
  }

  health(): { status: 'ok' | 'draining' | 'failing' } & Record<string, unknown> {
    const failing = this.pool.workers.length === 0;
    const status = failing ? 'failing' : this.rooms.draining ? 'draining' : 'ok';
    const { originId, workers } = this.#configuration;
    return { status, originId, bootId: this.bootId, workersExpected: workers, ...this.load() };
  }

  /** Takes no new rooms, and asks those that are here to go elsewhere. */
  drain(): void {
    if (this.rooms.draining) return;
    this.#logger.info('draining', { rooms: this.rooms.size });
    this.rooms.drain();
    this.#registration.changed();
  }

  /**
   * Drains, waits until the rooms have moved (at most `drainSeconds`), and leaves nothing behind. Not `graceful`: at once,
   * which also cuts a stop short that is waiting.
   */
  stop({ graceful }: { graceful: boolean }): Promise<void> {
    if (!graceful) this.#hurry.abort();
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.drain();
    const end = performance.now() + this.#configuration.drainSeconds * 1_000;
    while (this.rooms.size > 0 && performance.now() < end && !this.#hurry.signal.aborted) {
      await sleep(DRAINED_LOOK_MS, undefined, { signal: this.#hurry.signal }).catch(() => {});
    }
    this.rooms.closeAll();
    await this.#ticking.stop();
    await this.#measuring.stop();
    if (this.#hurry.signal.aborted) await this.#registration.stop();
    else await Promise.all([this.#reports.finish(), this.#registration.finish()]);
    await this.pool.close();
    if (this.#server.listening) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
      await closed;
    }
    this.#logger.info('stopped');
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#configuration.control;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.#registration.start();
    this.#logger.info('listening', { address: this.address });
  }
}

/** Does `work` every second, never twice at once. */
function repeatedly(work: () => Promise<void>, logger: Logger): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await work().catch((error: unknown) => logger.error('tick_failed', {}, error));
      await sleep(TICK_MS, undefined, { signal }).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
