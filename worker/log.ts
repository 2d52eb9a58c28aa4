/** One structured line. Never give it tokens, bodies, addresses or e-mails: logs travel further than requests do. */
export function log(level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown>): void {
  const line = JSON.stringify({ level, event, ...facts });
  // The platform keeps levels apart by the method.
  console[level](line);
}

/**
 * What a log line says of something thrown: its type, words and stack, and those of its causes. Statements of the
 * database carry their parameters in their message, so of those only the database's own words are kept.
 */
export function describe(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { thrown: typeof thrown };
  if (thrown.name === 'DrizzleQueryError' || thrown.message.startsWith('Failed query:')) {
    return { name: 'DrizzleQueryError', cause: describe(thrown.cause) };
  }
  const code = 'code' in thrown ? { code: thrown.code } : {};
  const cause = thrown.cause === undefined ? {} : { cause: describe(thrown.cause) };
  return { name: thrown.name, message: thrown.message, ...code, stack: thrown.stack, ...cause };
}
