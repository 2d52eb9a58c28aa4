type Facts = Readonly<Record<string, unknown>>;

/**
 * Structured lines, each with the ids of what it is about: a child adds its own to those of its parent. `facts` hold ids and
 * numbers, never tokens, keys or addresses of people: logs travel further than requests do.
 */
export class Logger {
  readonly #facts: Facts;

  constructor(facts: Facts = {}) {
    this.#facts = facts;
  }

  child(facts: Facts): Logger {
    return new Logger({ ...this.#facts, ...facts });
  }

  info(event: string, facts: Facts = {}): void {
    console.log(this.#line('info', event, facts));
  }

  /** Something went wrong and is dealt with. */
  warn(event: string, facts: Facts = {}, error?: unknown): void {
    console.warn(this.#line('warn', event, { ...facts, ...described(error) }));
  }

  /** Something went wrong that should not. */
  error(event: string, facts: Facts = {}, error?: unknown): void {
    console.error(this.#line('error', event, { ...facts, ...described(error) }));
  }

  #line(level: string, event: string, facts: Facts): string {
    return JSON.stringify({ level, event, ...this.#facts, ...facts });
  }
}

function described(error: unknown): Facts {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: `${error.name}: ${error.message}`, stack: error.stack?.split('\n').slice(1, 6) };
}
