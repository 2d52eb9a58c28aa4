import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '#scripts/free-port.ts';

/** What edge and origins share in these tests. */
export const MEDIA_ORIGIN_SECRET = 'only-for-tests-only-for-tests-only-for-tests';

/** What an origin says that it holds. */
export type OriginHealth = { rooms: number; participants: number; producers: number; consumers: number };

/** A media origin as a program of its own, which can be killed and started again where it was. */
export class OriginProcess {
  readonly #env: Readonly<Record<string, string>>;
  readonly address: string;
  #process: ChildProcess | null = null;

  static async start(
    cleanup: AsyncDisposableStack,
    edgeUrl: string,
    env: Readonly<Record<string, string>>,
  ): Promise<OriginProcess> {
    const [controlPort, rtcPort] = [await freePort(), await freePort()];
    const origin = new OriginProcess(controlPort, {
      EDGE_URL: edgeUrl,
      MEDIA_SECRET: MEDIA_ORIGIN_SECRET,
      MEDIA_WORKERS: '1',
      CONTROL_PORT: String(controlPort),
      RTC_PORT: String(rtcPort),
      DRAIN_SECONDS: '30',
      ...env,
    });
    cleanup.defer(() => origin.kill());
    await origin.start();
    return origin;
  }

  private constructor(controlPort: number, env: Readonly<Record<string, string>>) {
    this.address = `http://127.0.0.1:${controlPort}`;
    this.#env = env;
  }

  /** The process id of the one that runs, or ran last. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the origin was never started');
    return pid;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const started = spawn('setpriv', ['--pdeathsig=SIGKILL', process.execPath, 'sfu-origin/main.ts'], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = started;
    // A media worker warns of every packet that it cannot place, and there are many when something was killed.
    createInterface({ input: started.stderr }).on('line', (line) => {
      if (!line.includes('"level":"warn"')) console.error(line);
    });
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: started.stdout }).on('line', (line) => {
        if (line.includes('"event":"listening"')) resolve();
      });
      started.once('exit', () => reject(new Error('the origin did not start')));
    });
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Has it drain and leave; resolves when it has left. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async health(): Promise<OriginHealth> {
    const response = await fetch(`${this.address}/health`, { signal: AbortSignal.timeout(5_000) });
    return (await response.json()) as OriginHealth;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  }
}
