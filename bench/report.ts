/** One server's figure, and which figures of others it is held against. */
export type Line = {
  readonly part: string;
  readonly measurement: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ours: number;
  /** The same job as people usually build it. */
  readonly rival: number | null;
  /** The rival with our own design's idea applied to it, which leaves what the runtime does. */
  readonly tunedRival: number | null;
};

/** A promise, and whether this run kept it. */
export type Aim = { readonly aim: string; readonly reached: string; readonly met: boolean };

export type PartResult = {
  readonly lines: readonly Line[];
  readonly aims: readonly Aim[];
  /** What a reader must know to read the lines. */
  readonly notes: readonly string[];
};

/** How many times better ours is: above 1 we are ahead, below 1 behind. */
export function advantage(line: Pick<Line, 'better' | 'ours'>, rival: number): number {
  return line.better === 'higher' ? line.ours / rival : rival / line.ours;
}

/** The figures as a Markdown table. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.part,
    line.measurement,
    line.unit,
    figure(line.ours),
    ...versus(line, line.rival),
    ...versus(line, line.tunedRival),
  ]);
  return markdown(['part', 'measurement', 'unit', 'TapLive', 'rival', '×', 'tuned rival', '×'], rows);
}

function versus(line: Line, rival: number | null): [string, string] {
  return rival === null ? ['', ''] : [figure(rival), advantage(line, rival).toFixed(2)];
}

/** The aims as a Markdown table. */
export function aimsTable(aims: readonly Aim[]): string {
  const rows = aims.map(({ aim, reached, met }) => [aim, reached, met ? 'met' : 'missed']);
  return markdown(['aim', 'reached', ''], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Three digits that count. */
function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
