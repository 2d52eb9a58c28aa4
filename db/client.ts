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
  neonConfig.fetchFunction = fetchInTime;
  const sql: NeonQueryFunction<false, false> = neon(DATABASE_URL);
  return drizzle(sql, { schema });
}

/**
 * fetch, its whole answer within the time of a statement. The timer ends with the answer: one that runs on, as that of
 * AbortSignal.timeout does, keeps a Durable Object from hibernating for as long.
 */
async function fetchInTime(input: RequestInfo, init?: RequestInit): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException('The database did not answer in time.', 'TimeoutError')),
    STATEMENT_TIMEOUT_MS,
  );
  try {
    const response = await fetch(input, { ...init, signal: late.signal });
    return new Response(await response.arrayBuffer(), response);
  } finally {
    clearTimeout(timer);
  }
}
