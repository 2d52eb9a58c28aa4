import { migratePglite } from '../migrate.ts';
import type { Backend } from './backend.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { startGateway } from './gateway.ts';
import { createPgliteBackend } from './pglite-backend.ts';
import { createPostgresBackend } from './postgres-backend.ts';
import { readCredentials } from './request.ts';

/**
 * The gateway as a program. Its environment:
 * - GATEWAY_PORT, GATEWAY_HOST: where it listens; any free port of 127.0.0.1 unless set
 * - DATABASE_URL: the connection string that its clients present, and unless PGLITE_DATA is set the Postgres it stands before
 * - PGLITE_DATA: the data folder of an embedded database, which it makes, migrates and serves instead
 * Prints one line of JSON when it is ready. SIGTERM and SIGINT end it after the requests that run.
 */
async function main(): Promise<void> {
  const { GATEWAY_HOST, GATEWAY_PORT, DATABASE_URL, PGLITE_DATA } = process.env;
  if (!DATABASE_URL) throw new Error('DATABASE_URL is not set');
  const backend = PGLITE_DATA
    ? await embeddedBackend(PGLITE_DATA, DATABASE_URL)
    : createPostgresBackend({ upstream: DATABASE_URL });
  const gateway = await startGateway({
    backend,
    ...(GATEWAY_HOST ? { host: GATEWAY_HOST } : {}),
    ...(GATEWAY_PORT ? { port: Number(GATEWAY_PORT) } : {}),
  }).catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  const stop = async () => {
    await gateway.close();
    await backend.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(JSON.stringify({ event: 'ready', url: gateway.url, backend: backend.kind }));
}

async function embeddedBackend(folder: string, url: string): Promise<Backend> {
  const credentials = readCredentials(url);
  const database = await openEmbeddedDatabase(folder);
  try {
    await migratePglite(database.pglite);
  } catch (error) {
    await database.close();
    throw error;
  }
  return { ...createPgliteBackend({ pglite: database.pglite, credentials }), close: database.close };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exit(1);
});
