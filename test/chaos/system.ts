import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { z } from 'zod';
import { buildWorker, type RunningWorkerd, startWorkerd } from '#bench/workerd-serve.ts';
import { type Database, database } from '#db/client.ts';
import { migratePostgres } from '#db/migrate.ts';
import { type StripeClient, stripeClient } from '#payments/stripe/client.ts';
import { freePort } from '#scripts/free-port.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { STRIPE_TEST_KEYS } from '#test/setup/stripe-keys.ts';
import { PostgresProcesses } from './postgres-processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

const simulatorProgram = fileURLToPath(new URL('../../simulators/stripe/main.ts', import.meta.url));
const gatewayProgram = fileURLToPath(new URL('../../db/gateway/main.ts', import.meta.url));

const readySchema = z.object({ url: z.string() });

/** A whole system of real processes, each of which can be made to fail. */
export interface System {
  /** The Worker's origin; the same after every start. */
  readonly url: string;
  readonly jwtSecret: string;
  /** The record, beside the Worker and the gateway. */
  readonly db: NodePgDatabase;
  /** The same as the Worker sees it. */
  readonly database: Database;
  readonly postgres: PostgresProcesses;
  readonly worker: Restartable;
  readonly gateway: Restartable;
  /** The Stripe simulator's origin; its switches are under `/_sim`. */
  readonly stripeUrl: string;
  /** What Stripe has, as its own client says it. */
  readonly stripe: StripeClient;
  /** What the Worker has logged since the last call, by line. */
  takeLog(): string[];
}

export interface Restartable {
  /** Ends it by SIGKILL, in whatever it is doing. */
  kill(): Promise<void>;
  /** Starts it again where it was, with all that it had written to disk. */
  start(): Promise<void>;
}

/**
 * Starts Postgres, the gateway, the Stripe simulator and the built Worker (plain workerd, its objects on local disk); `cleanup` ends them all.
 * None of them outlives this process.
 * @param vars of the Worker, besides those that it always has
 * @param webApp the built web app's folder; without one only the API is served
 */
export async function startSystem(
  cleanup: AsyncDisposableStack,
  vars: Readonly<Record<string, string>> = {},
  webApp?: string,
): Promise<System> {
  const folder = await temporaryFolder(cleanup);
  // Postgres' own temporary folder shall be gone with the rest, even when nobody is left to stop it.
  process.env.TMPDIR = folder;
  const [postgres, built] = await Promise.all([startPostgres(), buildWorker(join(folder, 'worker'))]);
  cleanup.defer(() => postgres.stop());
  await migratePostgres(postgres.url);
  const pool = new pg.Pool({ connectionString: postgres.url });
  pool.on('error', () => {});
  cleanup.defer(() => pool.end());
  const db = drizzle(pool);
  const processes = await PostgresProcesses.of(db);
  cleanup.defer(() => processes.resume());

  const gatewayPort = await freePort();
  const record = {
    DATABASE_URL: postgres.url,
    DATABASE_FETCH_ENDPOINT: `http://127.0.0.1:${gatewayPort}/sql`,
  };
  let gateway = await startGatewayProcess(postgres.url, gatewayPort);
  cleanup.defer(() => killed(gateway));

  const workerPort = await freePort();
  const stripe = await startStripeProcess(workerPort);
  cleanup.defer(() => killed(stripe.process));

  const jwtSecret = randomBytes(32).toString('hex');
  let log: string[] = [];
  const start = () =>
    startWorkerd(built, {
      storage: join(folder, 'objects'),
      vars: {
        // Not `test`: the sweeper is part of what is tried here.
        ENVIRONMENT: 'development',
        TRUSTED_PROXY: 'none',
        // All come from one address, and those who were signed out count as nobody.
        ANONYMOUS_LIMIT: '1000000',
        JWT_SECRET: jwtSecret,
        ...record,
        ...STRIPE_TEST_KEYS,
        STRIPE_API_URL: stripe.url,
        ...vars,
      },
      port: workerPort,
      ...(webApp === undefined ? {} : { webApp }),
      onLog: (line) => log.push(line),
    });
  let worker: RunningWorkerd = await start();
  cleanup.defer(() => worker.kill());

  return {
    url: worker.url,
    jwtSecret,
    db,
    database: database(record),
    stripeUrl: stripe.url,
    stripe: stripeClient({ ...STRIPE_TEST_KEYS, STRIPE_API_URL: stripe.url }),
    postgres: processes,
    worker: {
      kill: () => worker.kill(),
      start: async () => {
        worker = await start();
      },
    },
    gateway: {
      kill: () => killed(gateway),
      start: async () => {
        gateway = await startGatewayProcess(postgres.url, gatewayPort);
      },
    },
    takeLog() {
      const taken = log;
      log = [];
      return taken;
    },
  };
}

async function startGatewayProcess(databaseUrl: string, port: number): Promise<ChildProcess> {
  const gateway = spawn('setpriv', ['--pdeathsig=SIGKILL', process.execPath, gatewayProgram], {
    env: { ...process.env, DATABASE_URL: databaseUrl, GATEWAY_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(gateway, 'exit').then(() => Promise.reject(new Error('the gateway did not start')));
  await Promise.race([once(createInterface(gateway.stdout), 'line'), ended]);
  // Its end is expected from now on.
  ended.catch(() => {});
  return gateway;
}

/** Its webhooks go to the Worker on this port, and are tried again where it is away. */
async function startStripeProcess(workerPort: number): Promise<{ process: ChildProcess; url: string }> {
  const webhooks = `http://127.0.0.1:${workerPort}/webhooks/stripe`;
  const simulator = spawn('setpriv', ['--pdeathsig=SIGKILL', process.execPath, simulatorProgram], {
    env: {
      ...process.env,
      STRIPE_WEBHOOK_URL: webhooks,
      STRIPE_WEBHOOK_SECRET: STRIPE_TEST_KEYS.STRIPE_WEBHOOK_SECRET,
      STRIPE_CONNECT_WEBHOOK_URL: `${webhooks}-connect`,
      STRIPE_CONNECT_WEBHOOK_SECRET: STRIPE_TEST_KEYS.STRIPE_CONNECT_WEBHOOK_SECRET,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(simulator, 'exit').then(() => Promise.reject(new Error('the simulator did not start')));
  const [line] = await Promise.race([once(createInterface(simulator.stdout), 'line'), ended]);
  // Its end is expected from now on.
  ended.catch(() => {});
  return { process: simulator, url: readySchema.parse(JSON.parse(line)).url };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
