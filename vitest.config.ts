import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import './test/setup/provided-context.ts';

const realPostgres = process.env.TEST_DATABASE === 'postgres';

const nodeFolders = ['contract', 'domain', 'scripts', 'simulators', 'web'];
const databaseFolders = ['db'];
const workerdFolders = ['durable-objects', 'test', 'worker'];
const exclude = [...configDefaults.exclude, 'test/browser/**', 'test/setup/**', 'web/dist/**'];
const withoutRaces = [...exclude, '**/*.postgres.test.*'];

/** The Worker's own runtime and configuration, with the run's database and settings for tests. */
const workerd = () =>
  cloudflareTest(({ inject }) => ({
    wrangler: { configPath: './wrangler.toml' },
    miniflare: {
      bindings: {
        ENVIRONMENT: 'test',
        DATABASE_URL: inject('databaseUrl'),
        DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
        JWT_SECRET: 'only-for-tests-only-for-tests-only-for-tests',
        TRUSTED_PROXY: 'x-forwarded-for',
        MEDIA_BACKEND: 'none',
      },
    },
  }));

/** Races that only several sessions show: on real Postgres they run, on the embedded database there is one session. */
const postgresProjects: TestProjectInlineConfiguration[] = [
  {
    extends: true,
    test: { name: 'postgres', include: filesOf([...nodeFolders, ...databaseFolders], 'postgres.test') },
  },
  {
    extends: true,
    plugins: [workerd()],
    test: { name: 'postgres-workerd', include: filesOf(workerdFolders, 'postgres.test') },
  },
];

export default defineConfig({
  test: {
    globalSetup: './test/setup/database.ts',
    exclude,
    provide: { fuzzSeed: process.env.SEED ?? null },
    // Generous: they only end what hangs, also on a machine that is busy with all the other tests.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'node', include: filesOf(nodeFolders, 'test'), exclude: withoutRaces },
      },
      {
        extends: true,
        test: {
          name: 'database',
          globalSetup: './test/setup/needs-database.ts',
          include: filesOf(databaseFolders, 'test'),
          exclude: withoutRaces,
        },
      },
      {
        extends: true,
        plugins: [workerd()],
        test: {
          name: 'workerd',
          globalSetup: './test/setup/needs-database.ts',
          include: filesOf(workerdFolders, 'test'),
          exclude: withoutRaces,
        },
      },
      ...(realPostgres ? postgresProjects : []),
    ],
  },
});

function filesOf(folders: readonly string[], suffix: string): string[] {
  return folders.map((folder) => `${folder}/**/*.${suffix}.{ts,tsx}`);
}
