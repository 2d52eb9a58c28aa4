/** SQLSTATE classes in which Postgres says that it, and not the statement, is the problem (PostgreSQL, Appendix A). */
const POSTGRES_TROUBLE = /^(08|40|53|57|58)/;

/** Causes are followed only so far: an error may be its own cause. */
const MAX_DEPTH = 5;

/**
 * Whether an error says that something behind us could not be reached, was overloaded or took too long, as against a
 * fault of ours. Drivers wrap the error that tells, so its causes are looked at, too.
 */
export function isUpstreamFailure(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth++) {
    if (tells(current)) return true;
    current = current.cause ?? ('sourceError' in current ? current.sourceError : undefined);
  }
  return false;
}

function tells(error: Error): boolean {
  // Durable Objects: developers.cloudflare.com/durable-objects/best-practices/error-handling
  if ('overloaded' in error && error.overloaded === true) return true;
  if ('retryable' in error && error.retryable === true) return true;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  if (error.name === 'NeonDbError') {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
    // Without a code no database ever saw the statement: the way to it failed.
    return code === null || POSTGRES_TROUBLE.test(code);
  }
  return false;
}
