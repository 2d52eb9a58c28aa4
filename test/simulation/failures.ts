/** What was logged as a fault of ours since it was last asked for. */
let faults: unknown[] = [];

/** Stands for the log. Whoever logs a failure deals with it; it is still one that nobody foresaw. */
export function logFailure(event: string, facts: Record<string, unknown>, error: unknown): void {
  faults.push(new Error(`${event} ${JSON.stringify(facts)}`, { cause: error }));
}

export function takeFaults(): unknown[] {
  const taken = faults;
  faults = [];
  return taken;
}
