import { NeonDbError } from '@neondatabase/serverless';

/**
 * What went wrong with a statement, as far as anyone can act on it:
 * - `constraint`: Postgres refused it by a named constraint; nothing of its batch happened.
 * - `refused`: Postgres refused it for another reason; nothing happened.
 * - `unknown`: no answer came. It may have been committed.
 */
export type DatabaseFailure =
  | { kind: 'constraint'; constraint: string; code: string }
  | { kind: 'refused'; code: string }
  | { kind: 'unknown' };

/** SQLSTATE classes that say "not now": connections, rollbacks (deadlock), resources, operators, system errors. */
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58']);

/** Reads an error thrown by a query or batch. Null when it is no error of the database at all. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  const cause = neonErrorIn(error);
  if (!cause) return isTimeout(error) ? { kind: 'unknown' } : null;
  if (!cause.code || PASSING_CLASSES.has(cause.code.slice(0, 2))) return { kind: 'unknown' };
  return cause.constraint
    ? { kind: 'constraint', constraint: cause.constraint, code: cause.code }
    : { kind: 'refused', code: cause.code };
}

/** drizzle wraps the driver's error, and the driver wraps fetch's. */
function neonErrorIn(error: unknown): NeonDbError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NeonDbError) return cause;
  }
  return null;
}

function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return true;
  }
  return false;
}
