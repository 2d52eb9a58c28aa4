import type { DatabaseSettings } from '#db/client.ts';
import { migratePostgres } from '#db/migrate.ts';
import type { Child, Children } from './children.ts';
import type { DataFolders, Secrets } from './local-state.ts';

/** The first start on a machine makes a database cluster, which takes half a minute of processor time. */
const READY_WITHIN_MS = 180_000;

/** Which database a system uses, and how the Worker reaches it. */
export type DatabasePlan = {
  readonly kind: 'embedded' | 'postgres' | 'neon';
  readonly settings: DatabaseSettings;
  /** Null where Neon itself answers. */
  readonly gatewayPort: number | null;
};

/** @param databaseUrl null for the embedded database */
export function planDatabase(
  databaseUrl: string | null,
  gatewayPort: number,
  secrets: Secrets,
): DatabasePlan {
  const settings = { DATABASE_FETCH_ENDPOINT: `http://127.0.0.1:${gatewayPort}/sql` };
  if (databaseUrl === null) {
    const DATABASE_URL = `postgresql://taplive:${secrets.databasePassword}@127.0.0.1/taplive`;
    return { kind: 'embedded', settings: { ...settings, DATABASE_URL }, gatewayPort };
  }
  if (isNeon(databaseUrl)) {
    return { kind: 'neon', settings: { DATABASE_URL: databaseUrl }, gatewayPort: null };
  }
  return { kind: 'postgres', settings: { ...settings, DATABASE_URL: databaseUrl }, gatewayPort };
}

/** Neon answers its own driver; any other Postgres needs the gateway. */
export function isNeon(databaseUrl: string): boolean {
  return new URL(databaseUrl).hostname.endsWith('.neon.tech');
}

/** Starts what the plan needs. Resolves when the database answers and is migrated. */
export async function openDatabase(
  plan: DatabasePlan,
  folders: DataFolders,
  children: Children,
): Promise<void> {
  const { DATABASE_URL } = plan.settings;
  const gateway = plan.gatewayPort === null ? null : startGateway(plan, folders, children);
  // The gateway migrates the embedded database itself, before it serves it.
  await Promise.all([gateway && ready(gateway), plan.kind === 'embedded' || migrate(DATABASE_URL)]);
}

function startGateway(plan: DatabasePlan, folders: DataFolders, children: Children): Child {
  return children.start('database', {
    args: ['--disable-warning=ExperimentalWarning', 'db/gateway/main.ts'],
    env: {
      DATABASE_URL: plan.settings.DATABASE_URL,
      GATEWAY_PORT: String(plan.gatewayPort),
      PGLITE_DATA: plan.kind === 'embedded' ? folders.postgres : '',
    },
    essential: true,
  });
}

function ready(gateway: Child): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The database did not become ready in time.')),
      READY_WITHIN_MS,
    );
    gateway.exited.then(() => clearTimeout(timer));
    gateway.onLine((line) => {
      if (!line.includes('"event":"ready"')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function migrate(url: string): Promise<void> {
  await migratePostgres(url).catch((error: unknown) => {
    const { host, pathname } = new URL(url);
    throw new Error(`The database ${host}${pathname} (DATABASE_URL) could not be brought up to date.`, {
      cause: error,
    });
  });
}
