import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSettings } from '#db/client.ts';
import type { Child, Children } from './children.ts';
import { STATE_FOLDER } from './local-state.ts';

const HEALTHY_WITHIN_MS = 120_000;
const ASK_EVERY_MS = 100;

/** What the Worker is configured with, over `wrangler.toml`. */
export type WorkerVars = DatabaseSettings & { ENVIRONMENT: string; JWT_SECRET: string } & Record<
    string,
    string
  >;

/** The Worker does not run; `lines` is what its server said. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly child: Child;
  constructor(message: string, child: Child) {
    super(message);
    this.child = child;
  }
}

/** Starts the Worker, its rooms and the web app's files on `port`. */
export async function startEdge(
  { port, objects, vars }: { port: number; objects: string; vars: WorkerVars },
  children: Children,
): Promise<Child> {
  const envFile = join(STATE_FOLDER, 'worker.env');
  await rm(envFile, { force: true }); // An existing file would keep its mode.
  await writeFile(envFile, formatVars(vars), { mode: 0o600 });
  const settings = {
    'env-file': envFile,
    'persist-to': objects,
    ip: '127.0.0.1',
    port,
    'inspector-ip': '127.0.0.1',
    'inspector-port': 0,
    'show-interactive-dev-session': false,
  };
  return children.start('worker', {
    args: [
      'node_modules/wrangler/bin/wrangler.js',
      'dev',
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    env: {
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      WRANGLER_LOG_PATH: join(STATE_FOLDER, 'logs'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      X_LOCAL_OBSERVABILITY: 'false',
      X_LOCAL_EXPLORER: 'false',
    },
    essential: true,
  });
}

/**
 * Waits until the system says that it is well.
 * @throws WorkerError when the Worker cannot be built or stays unwell
 */
export async function untilHealthy(address: string, worker: Child): Promise<void> {
  const giveUpAt = performance.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    if (response?.ok) return;
    if (worker.tail().some(saysBroken)) {
      await sleep(300); // Its explanation follows in the lines after.
      throw new WorkerError('The Worker cannot be started.', worker);
    }
    if (performance.now() > giveUpAt) {
      const said = response ? `${response.status} ${await response.text()}` : 'nothing';
      throw new WorkerError(`The system did not become healthy in time; /health says ${said}.`, worker);
    }
    await sleep(ASK_EVERY_MS);
  }
}

function saysBroken(line: string): boolean {
  return /Build failed|runtime failed to start|Address already in use/i.test(line);
}

/** A dollar sign would be expanded even between quotes; in a URL, the one value that may hold it, %24 means the same. */
function formatVars(vars: WorkerVars): string {
  return Object.entries(vars)
    .map(([name, value]) => `${name}='${value.replaceAll('$', '%24').replaceAll("'", '%27')}'\n`)
    .join('');
}
