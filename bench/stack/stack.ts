import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { migratePostgres } from '#db/migrate.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { buildWorker, type RunningWorkerd, startWorkerd, type WorkerdOptions } from '../workerd-serve.ts';
import { startForked } from './forked.ts';
import type { GatewayMessage } from './gateway-process.ts';

/** What all servers of a run stand on: one real Postgres with the project's migrations, the gateway, the built Worker. */
export interface Stack {
  readonly db: NodePgDatabase;
  /** For servers that speak to Postgres themselves. */
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  readonly gatewayPid: number;
  /** How many requests the gateway was sent so far; one is one round trip, be it one statement or a batch. */
  gatewayRequests(): Promise<number>;
  /** The Worker under plain workerd, with objects of its own. What it logs of errors goes to stderr. */
  startTapLive(options?: Pick<WorkerdOptions, 'inspectorPort'>): Promise<TapLive>;
}

export interface TapLive extends RunningWorkerd {
  /** Ends it as a crash would and starts it again: same address, same objects. */
  restart(): Promise<void>;
}

/** Nothing that is measured pays: a Stripe that is nowhere will do. */
const stripe = {
  STRIPE_SECRET_KEY: 'sk_test_nowhere',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_nowhere',
  STRIPE_WEBHOOK_SECRET: 'whsec_nowhere',
  STRIPE_CONNECT_WEBHOOK_SECRET: 'whsec_nowhere',
  STRIPE_API_URL: 'http://127.0.0.1:9',
};

/** Starts it all; `cleanup` takes it down again. */
export async function startStack(cleanup: AsyncDisposableStack): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'taplive-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const [postgres, built] = await Promise.all([startPostgres(), buildWorker(join(folder, 'worker'))]);
  cleanup.defer(() => postgres.stop());
  await migratePostgres(postgres.url);
  const pool = new pg.Pool({ connectionString: postgres.url });
  pool.on('error', () => {});
  cleanup.defer(() => pool.end());

  const program = new URL('./gateway-process.ts', import.meta.url);
  const gateway = await startForked<GatewayMessage>(program, { DATABASE_URL: postgres.url });
  cleanup.defer(() => gateway.kill());
  if (!('url' in gateway.ready)) throw new Error('a gateway says first where it is');
  const vars = {
    ENVIRONMENT: 'test',
    TRUSTED_PROXY: 'none',
    JWT_SECRET: randomBytes(32).toString('hex'),
    DATABASE_URL: postgres.url,
    DATABASE_FETCH_ENDPOINT: `${gateway.ready.url}/sql`,
    ...stripe,
  };
  let storages = 0;

  return {
    db: drizzle(pool),
    databaseUrl: postgres.url,
    jwtSecret: vars.JWT_SECRET,
    gatewayPid: gateway.pid,
    async gatewayRequests() {
      const answered = once(gateway.process, 'message');
      gateway.process.send('count');
      const [message]: GatewayMessage[] = await answered;
      if (!message || !('requests' in message)) throw new Error('a gateway that is asked tells its count');
      return message.requests;
    },
    async startTapLive(options = {}) {
      const storage = join(folder, `objects-${storages++}`);
      const start = (port?: number) =>
        startWorkerd(built, { ...options, storage, vars, ...(port ? { port } : {}), onLog: logProblem });
      let running = await start();
      cleanup.defer(() => running.kill());
      return {
        url: running.url,
        port: running.port,
        get pid() {
          return running.pid;
        },
        kill: () => running.kill(),
        stop: () => running.stop(),
        async restart() {
          await running.kill();
          running = await start(running.port);
        },
      };
    },
  };
}

/** Every request is a line of its log; only what went wrong is of interest here. */
function logProblem(line: string): void {
  if (!line.includes('"level":"info"')) console.error(line);
}
