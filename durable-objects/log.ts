/** One structured line for something that went wrong and is dealt with. `facts` hold ids, never tokens or places. */
export function logFailure(event: string, facts: Record<string, unknown>, error: unknown): void {
  const problem = error instanceof Error ? { name: error.name, message: error.message } : { message: error };
  console.error(JSON.stringify({ level: 'error', event, ...facts, error: problem }));
}
