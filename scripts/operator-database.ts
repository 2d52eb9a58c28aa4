import { type Database, database } from '#db/client.ts';
import { startGateway } from '#db/gateway/gateway.ts';
import { createPostgresBackend } from '#db/gateway/postgres-backend.ts';
import { readRunning } from './dev/checkout.ts';
import { isNeon } from './dev/database.ts';
import { STATE_FOLDER } from './dev/local-state.ts';
import { UsageError } from './dev/options.ts';

/**
 * Runs `work` on the database that an operator means: `DATABASE_URL` (Neon directly, any other Postgres through a
 * gateway of its own), or without one the database of the system that runs from this checkout.
 * @throws UsageError
 */
export async function withOperatorDatabase<T>(
  databaseUrl: string | undefined,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  if (!databaseUrl) {
    const running = await readRunning(STATE_FOLDER);
    if (!running) {
      throw new UsageError(
        'TapLive does not run from this checkout. Start it (npm run dev), or set DATABASE_URL.',
      );
    }
    return work(
      database({
        DATABASE_URL: running.databaseUrl,
        ...(running.fetchEndpoint ? { DATABASE_FETCH_ENDPOINT: running.fetchEndpoint } : {}),
      }),
    );
  }
  if (isNeon(databaseUrl)) return work(database({ DATABASE_URL: databaseUrl }));
  const backend = createPostgresBackend({ upstream: databaseUrl });
  const gateway = await startGateway({ backend });
  try {
    return await work(database({ DATABASE_URL: databaseUrl, DATABASE_FETCH_ENDPOINT: `${gateway.url}/sql` }));
  } finally {
    await gateway.close();
    await backend.close();
  }
}
