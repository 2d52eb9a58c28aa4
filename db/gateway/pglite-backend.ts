import { createHash, timingSafeEqual } from 'node:crypto';
import type { PGlite } from '@electric-sql/pglite';
import type { Backend, Credentials } from './backend.ts';
import { clientGone, DatabaseError, GatewayError } from './errors.ts';
import { pgliteSession } from './pglite-session.ts';
import { changesSession, runWork, type Session } from './session.ts';

export interface PgliteBackendOptions {
  readonly pglite: PGlite;
  /** The only credentials let in; the embedded database itself has no authentication. */
  readonly credentials: Credentials;
  /** Default 32 MiB. */
  readonly maxResultBytes?: number;
}

/**
 * Serves the embedded database. It is one session, so it is given to one request at a time, whole; that hides races
 * which several sessions would show. It has no timers, so `statement_timeout` does nothing here.
 * Closing the backend leaves the database open: who opened it closes it.
 */
export function createPgliteBackend(options: PgliteBackendOptions): Backend {
  const { pglite, credentials, maxResultBytes = 32 * 1024 * 1024 } = options;
  const session = pgliteSession(pglite, maxResultBytes);
  return {
    kind: 'pglite',
    async execute(work, signal) {
      if (!sameCredentials(work.credentials, credentials)) {
        throw new GatewayError(401, 'password authentication failed', { severity: 'FATAL', code: '28P01' });
      }
      return pglite.runExclusive(async () => {
        if (signal.aborted) throw clientGone();
        try {
          const results = await runWork(session, work);
          if (changesSession(results)) await session.run({ text: 'DISCARD ALL', params: [] });
          return results;
        } catch (error) {
          await leaveTransaction(session);
          if (error instanceof DatabaseError || error instanceof GatewayError) throw error;
          throw new GatewayError(502, `the embedded database failed: ${String(error)}`);
        }
      });
    },
    async check() {
      await pglite.runExclusive(() => session.run({ text: 'SELECT 1', params: [] }));
    },
    async close() {},
  };
}

async function leaveTransaction(session: Session): Promise<void> {
  if (session.inTransaction()) await session.run({ text: 'ROLLBACK', params: [] });
}

/** Compares digests: they have one length whatever was sent, and take the same time whatever differs. */
function sameCredentials(given: Credentials, expected: Credentials): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest({ user, password, database }: Credentials): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([user, password, database]))
    .digest();
}
