import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import * as schema from './schema/index.ts';

/** Where the database is. `DATABASE_FETCH_ENDPOINT` is set only when a gateway stands in for Neon's own. */
export type DatabaseSettings = { DATABASE_URL: string; DATABASE_FETCH_ENDPOINT?: string };

/** No statement waits longer than this for its answer; the caller learns that the outcome is unknown. */
const STATEMENT_TIMEOUT_MS = 10_000;

export type Database = ReturnType<typeof connect>;

const clients = new Map<string, Database>();

/** The database of these settings. One client serves all requests of an isolate: Neon's HTTP driver holds no connection. */
export function database(settings: DatabaseSettings): Database {
  const key = `${settings.DATABASE_FETCH_ENDPOINT ?? ''} ${settings.DATABASE_URL}`;
  let client = clients.get(key);
  if (!client) {
    client = connect(settings);
    clients.set(key, client);
  }
  return client;
}

function connect({ DATABASE_URL, DATABASE_FETCH_ENDPOINT }: DatabaseSettings) {
  if (DATABASE_FETCH_ENDPOINT) neonConfig.fetchEndpoint = DATABASE_FETCH_ENDPOINT;
  // The driver takes fetch's own options, and a signal made once would fire for every later statement.
  neonConfig.fetchFunction = (input: RequestInfo, init?: RequestInit) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(STATEMENT_TIMEOUT_MS) });
  const sql: NeonQueryFunction<false, false> = neon(DATABASE_URL);
  return drizzle(sql, { schema });
}
