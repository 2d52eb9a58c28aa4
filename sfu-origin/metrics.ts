import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OriginOperationName } from '#contract/origin.ts';
import type { Rooms } from './rooms/rooms.ts';
import type { WorkerPool } from './workers/worker-pool.ts';

const PREFIX = 'taplive_origin_';

/** What Prometheus scrapes. Each origin has a registry of its own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #commands: Histogram<'operation' | 'status'>;

  constructor({ rooms, pool, originId }: { rooms: Rooms; pool: WorkerPool; originId: string }) {
    const register = this.#registry;
    register.setDefaultLabels({ origin: originId });
    collectDefaultMetrics({ register });
    this.#commands = new Histogram({
      name: `${PREFIX}command_seconds`,
      help: 'Time that commands of live rooms took, by operation and status',
      labelNames: ['operation', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [register],
    });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: PREFIX + name,
        help,
        registers: [register],
        collect() {
          this.set(read());
        },
      });
    gauge('rooms', 'Rooms that are open', () => rooms.size);
    gauge('participants', 'Participants who have joined', () => rooms.participants);
    gauge('draining', '1 when it takes no new rooms', () => (rooms.draining ? 1 : 0));
    for (const kind of ['routers', 'transports', 'producers', 'consumers'] as const) {
      gauge(kind, `mediasoup ${kind} on all workers, those of pipes included`, () => pool.census[kind]);
    }
    gauge('workers', 'Media workers that run', () => pool.workers.length);
    new Gauge({
      name: `${PREFIX}worker_cpu_share`,
      help: 'Share of a core that a media worker used lately, 0 to 1',
      labelNames: ['worker'],
      registers: [register],
      collect() {
        this.reset();
        for (const { index, cpuShare } of pool.workers) this.set({ worker: index }, cpuShare);
      },
    });
    new Counter({
      name: `${PREFIX}worker_deaths_total`,
      help: 'Media workers that have died',
      registers: [register],
      collect() {
        this.reset();
        this.inc(pool.deaths);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A command begins. @returns to be called with its status at its end */
  command(operation: OriginOperationName): (status: number) => void {
    const stop = this.#commands.startTimer({ operation });
    return (status) => stop({ status });
  }
}
