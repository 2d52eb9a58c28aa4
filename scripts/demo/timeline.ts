/** What happened when, on the terminal, with the times it took. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #measured = new Map<string, number[]>();

  heading(text: string): void {
    console.log(`\n  ${text}`);
  }

  /** One line: who did or met what, now. */
  say(who: string, what: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(2);
    console.log(`  ${seconds.padStart(6)} s  ${who.padEnd(6)} ${what}`);
  }

  /** Something longer, beneath the line before. */
  show(text: string): void {
    console.log(text.replaceAll(/^/gm, ' '.repeat(18)));
  }

  /** Remembers a latency for the summary. @returns it, for the line */
  measure(what: string, ms: number): string {
    const times = this.#measured.get(what) ?? [];
    times.push(ms);
    this.#measured.set(what, times);
    return `${Math.round(ms)} ms`;
  }

  /** The latencies, in the order in which they were first measured. */
  summary(): string {
    const rows = [...this.#measured].map(([what, times]) => [
      what,
      String(times.length),
      ...[percentile(times, 50), percentile(times, 95), Math.max(...times)].map((ms) => ms.toFixed(0)),
    ]);
    return table(['latency, ms', 'times', 'p50', 'p95', 'max'], rows);
  }
}

/** Columns under their headings, numbers to the right, everything else to the left. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return isNumber(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Nearest rank: the smallest value that at least `share` percent of all do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function isNumber(cell: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(cell);
}
