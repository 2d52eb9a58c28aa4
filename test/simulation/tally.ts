/** How many schedules met each kind of thing, so that it is seen what they cover. */
export class Tally {
  readonly #met = new Map<string, number>();

  /** Adds one schedule: all kinds of things that it met. */
  add(kinds: ReadonlySet<string>): void {
    for (const kind of kinds) this.#met.set(kind, (this.#met.get(kind) ?? 0) + 1);
  }

  of(kind: string): number {
    return this.#met.get(kind) ?? 0;
  }

  /** A line for each kind, with how many schedules met it. */
  lines(): string[] {
    return [...this.#met]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, met]) => `${String(met).padStart(7)}  ${kind}`);
  }
}
