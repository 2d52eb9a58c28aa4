import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { CURRENCIES } from './domain/money/currencies.ts';
import './test/setup/provided-context.ts';
import { STRIPE_TEST_KEYS } from './test/setup/stripe-keys.ts';

const realPostgres = process.env.TEST_DATABASE === 'postgres';
const realBrowser = process.env.TEST_BROWSER === 'chromium';
const realMedia = process.env.TEST_MEDIA === '1';

const nodeFolders = ['bench', 'contract', 'domain', 'payments', 'scripts', 'sfu-origin', 'simulators', 'web'];
const databaseFolders = ['db'];
const workerdFolders = ['durable-objects', 'test', 'worker'];
/** Rooms with everything around them in one process, for which workerd is too slow. */
const simulation = 'test/simulation';
const exclude = [...configDefaults.exclude, 'test/browser/**', 'test/setup/**', 'web/dist/**'];
const withoutRaces = [...exclude, 'test/chaos/**', '**/*.postgres.test.*', '**/*.media.test.*'];

/** The Worker's own runtime and configuration, with the run's database and Stripe, and settings for tests. */
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
        ...STRIPE_TEST_KEYS,
        STRIPE_API_URL: inject('stripeApiUrl'),
        SETTLEMENT_CURRENCIES: Object.keys(CURRENCIES).join(),
      },
    },
  }));

/** Stripe's SDK is two hundred files, which each test file would load one by one. */
const bundled = { optimizer: { ssr: { enabled: true, include: ['stripe'] } } };

/** Races that only several sessions show, on real Postgres: the embedded database has one session. And real outages. */
const postgresProjects: TestProjectInlineConfiguration[] = [
  {
    extends: true,
    test: { name: 'postgres', include: filesOf([...nodeFolders, ...databaseFolders], 'postgres.test') },
  },
  {
    extends: true,
    plugins: [workerd()],
    test: {
      name: 'postgres-workerd',
      globalSetup: './test/setup/needs-stripe.ts',
      deps: bundled,
      include: filesOf(workerdFolders, 'postgres.test'),
    },
  },
  {
    extends: true,
    // Each file starts a system of its own, which wants the machine for itself.
    test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], fileParallelism: false },
  },
];

/** The web app as people use it, against a whole running system. */
const browserProject: TestProjectInlineConfiguration = {
  // Lists are added to what is extended, and that leaves these tests out.
  extends: false,
  test: {
    name: 'browser',
    globalSetup: './test/setup/running-system.ts',
    include: ['test/browser/**/*.test.ts'],
    hookTimeout: 60_000,
    // Each file starts a browser, whose maps want the cores for themselves.
    fileParallelism: false,
  },
};

/** Media that flows: with a mediasoup worker, which MEDIASOUP_WORKER_BIN names, and Chromium as publisher and viewer. */
const mediaProject: TestProjectInlineConfiguration = {
  extends: false,
  test: {
    name: 'media',
    include: filesOf(['sfu-origin', 'test'], 'media.test'),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file starts media workers, and wants the cores for itself.
    fileParallelism: false,
  },
};

export default defineConfig({
  test: {
    globalSetup: ['./test/setup/stripe.ts', './test/setup/database.ts'],
    exclude,
    provide: { fuzzSeed: process.env.SEED ?? null },
    // Generous: they only end what hangs, also on a machine that is busy with all the other tests.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Files share one record and one simulated Stripe: what one does may come in the middle of what another counts.
    retry: process.env.CI ? 1 : 0,
    // The Worker logs a line per request; only those of a failing test are of interest.
    silent: 'passed-only',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [...filesOf(nodeFolders, 'test'), ...filesOf([simulation], 'test')],
          exclude: withoutRaces,
        },
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
          globalSetup: ['./test/setup/needs-database.ts', './test/setup/needs-stripe.ts'],
          include: filesOf(workerdFolders, 'test'),
          deps: bundled,
          exclude: [...withoutRaces, `${simulation}/**`],
        },
      },
      ...(realPostgres ? postgresProjects : []),
      ...(realBrowser ? [browserProject] : []),
      ...(realMedia ? [mediaProject] : []),
    ],
  },
});

function filesOf(folders: readonly string[], suffix: string): string[] {
  return folders.map((folder) => `${folder}/**/*.${suffix}.{ts,tsx}`);
}
