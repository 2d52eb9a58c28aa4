import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Backend } from '#db/gateway/backend.ts';
import { cachedFolder } from '#db/gateway/cached-folder.ts';
import { embeddedVersions, openEmbeddedDatabase } from '#db/gateway/embedded-database.ts';
import { createPgliteBackend } from '#db/gateway/pglite-backend.ts';
import { createPostgresBackend } from '#db/gateway/postgres-backend.ts';
import { readCredentials } from '#db/gateway/request.ts';
import { migratePglite, migratePostgres, migrationsFolder } from '#db/migrate.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { lazyBackend } from './lazy-backend.ts';

/** A database for one run of the tests, with the project's migrations applied. */
export interface TestDatabase {
  readonly backend: Backend;
  readonly databaseUrl: string;
  readonly postgresAdminUrl: string | null;
}

/** Its host and port lead nowhere: only the gateway takes it. */
const embeddedUrl = 'postgresql://taplive:taplive@embedded.invalid/taplive';

/** A fresh embedded database, opened when it is first needed; copied from a migrated one that is kept by the migrations' content. */
export function embeddedTestDatabase(): TestDatabase {
  const open = async (): Promise<Backend> => {
    const template = await migratedFolder();
    const parent = await mkdtemp(join(tmpdir(), 'taplive-test-'));
    const database = await openEmbeddedDatabase(join(parent, 'data'), template);
    const backend = createPgliteBackend({
      pglite: database.pglite,
      credentials: readCredentials(embeddedUrl),
    });
    return {
      ...backend,
      async close() {
        await database.close();
        await rm(parent, { recursive: true, force: true });
      },
    };
  };
  return { backend: lazyBackend('pglite', open), databaseUrl: embeddedUrl, postgresAdminUrl: null };
}

async function migratedFolder(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(`${file}\n`).update(await readFile(join(migrationsFolder, file)));
  }
  const key = hash.digest('hex').slice(0, 16);
  return cachedFolder(`${embeddedVersions()}-migrated-${key}`, async (folder) => {
    const database = await openEmbeddedDatabase(folder);
    await migratePglite(database.pglite).finally(() => database.close());
  });
}

/**
 * A throw-away real Postgres. The application's role owns its database and is no superuser, as on a hosted Postgres;
 * creating PostGIS needs one, so the administrator does it beforehand.
 */
export async function realTestDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres();
  try {
    const admin = new URL(postgres.url);
    await executeAll(admin.href, [
      "CREATE ROLE taplive LOGIN PASSWORD 'taplive'",
      'CREATE DATABASE taplive OWNER taplive',
    ]);
    admin.pathname = '/taplive';
    await executeAll(admin.href, ['CREATE EXTENSION postgis']);
    const databaseUrl = `postgresql://taplive:taplive@${admin.host}/taplive`;
    await migratePostgres(databaseUrl);
    const backend = createPostgresBackend({ upstream: databaseUrl });
    const close = () => backend.close().then(postgres.stop);
    return { backend: { ...backend, close }, databaseUrl, postgresAdminUrl: postgres.url };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function executeAll(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
