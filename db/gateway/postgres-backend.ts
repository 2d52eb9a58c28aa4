import pg from 'pg';
import type { Backend, Credentials } from './backend.ts';
import { clientGone, DatabaseError, GatewayError } from './errors.ts';
import { PoolSet } from './pool-set.ts';
import { postgresSession } from './postgres-session.ts';
import { readCredentials } from './request.ts';
import { changesSession, runWork } from './session.ts';

export interface PostgresBackendOptions {
  /**
   * A whole connection string. Its host, port and options are where every request goes; its own user, password and
   * database serve only to check that the server answers.
   */
  readonly upstream: string;
  /** Connections for one set of credentials. Default 10. */
  readonly maxConnections?: number;
  /** Sets of credentials with open connections at a time. Default 8. */
  readonly maxPools?: number;
  /** How long a request may wait for a connection, a new one's login included. Default 5 s. */
  readonly connectionTimeoutMs?: number;
  /** Default 15 s. */
  readonly statementTimeoutMs?: number;
  /** Default 32 MiB. */
  readonly maxResultBytes?: number;
}

/**
 * Serves a real Postgres. Who a client is and what it may do is Postgres' to decide: every set of credentials has its
 * own connections, made with them. A connection whose session state a request has changed is not used again.
 */
export function createPostgresBackend(options: PostgresBackendOptions): Backend {
  const { upstream, maxConnections = 10, maxPools = 8 } = options;
  const {
    connectionTimeoutMs = 5_000,
    statementTimeoutMs = 15_000,
    maxResultBytes = 32 * 1024 * 1024,
  } = options;
  // A statement's own timeout is the server's to keep; this is for one that no longer does.
  const limits = { maxResultBytes, answerTimeoutMs: statementTimeoutMs + 5_000 };
  const own = readCredentials(upstream);
  const pools = new PoolSet(maxPools, (credentials) => ({
    connectionString: connectionString(upstream, credentials),
    max: maxConnections,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: 10_000,
    // A password changed or revoked in Postgres is felt by open connections, too, within this time.
    maxLifetimeSeconds: 300,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: 'taplive-gateway',
  }));

  const execute: Backend['execute'] = async (work, signal) => {
    const pool = pools.get(work.credentials);
    const client = await pool.connect().catch((error: unknown) => {
      throw connectionError(error);
    });
    // Until it is known to be as clean as a new one.
    let discard = true;
    try {
      if (!signal.aborted) {
        const results = await runWork(postgresSession(client, limits), work);
        discard = changesSession(results);
        return results;
      }
      discard = false;
      throw clientGone();
    } catch (error) {
      if (!(error instanceof DatabaseError || error instanceof GatewayError) || endsConnection(error)) {
        throw connectionLost(error);
      }
      if (discard) discard = !(await rolledBack(client, work.transaction !== null));
      throw error;
    } finally {
      client.release(discard);
    }
  };

  return {
    kind: 'postgres',
    execute,
    async check() {
      const work = { credentials: own, statements: [{ text: 'SELECT 1', params: [] }], transaction: null };
      await execute(work, new AbortController().signal);
    },
    close: () => pools.close(),
  };
}

/** After a fatal error the server closes the connection; whether a COMMIT was done before is not known. */
function endsConnection({ fields }: DatabaseError | GatewayError): boolean {
  return fields.severity === 'FATAL' || fields.severity === 'PANIC';
}

function connectionLost(error: unknown): GatewayError {
  const reason = error instanceof Error ? error.message : String(error);
  return new GatewayError(502, `the connection to Postgres was lost: ${reason}`);
}

/** Ends a failed batch's transaction. @returns whether the connection is idle and can be used again */
async function rolledBack(client: pg.PoolClient, isBatch: boolean): Promise<boolean> {
  try {
    if (isBatch) await client.query('ROLLBACK');
    return client.getTransactionStatus() === 'I';
  } catch {
    return false;
  }
}

function connectionString(upstream: string, { user, password, database }: Credentials): string {
  const url = new URL(upstream);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  url.pathname = encodeURIComponent(database);
  return url.href;
}

/** SQLSTATE class 28 is failed authentication; 3D000 an unknown database, which Neon answers like an SQL error. */
function connectionError(error: unknown): DatabaseError | GatewayError {
  if (error instanceof pg.DatabaseError) {
    if (error.code?.startsWith('28')) return new GatewayError(401, error.message, error);
    if (error.code === '3D000') return new DatabaseError(error.message, error);
    return new GatewayError(503, error.message, error);
  }
  return new GatewayError(
    503,
    `Postgres cannot be reached: ${error instanceof Error ? error.message : error}`,
  );
}
