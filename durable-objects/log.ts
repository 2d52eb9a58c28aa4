/** One structured line for something that went wrong and is dealt with. `facts` hold ids, never tokens or places. */
export function logFailure(event: string, facts: Record<string, unknown>, error: unknown): void {
  console.error(JSON.stringify({ level: 'error', event, ...facts, error: describe(error) }));
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: String(error) };
  // drizzle puts a statement's parameters into its message: places, hashes. The database's own words are in the cause.
  const message = error.message.startsWith('Failed query:') ? 'Failed query' : error.message;
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  return { name: error.name, message, ...cause };
}
