/** One structured line. Never give it tokens, bodies, addresses or e-mails: logs travel further than requests do. */
export function log(level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown>): void {
  const line = JSON.stringify({ level, event, ...facts });
  // The platform keeps levels apart by the method.
  console[level](line);
}

/** Where an error came from, without its words: those of a failed statement hold its parameters. */
export function stackOf(thrown: unknown): string[] {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
}
