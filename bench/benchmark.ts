import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aimsTable, type PartResult, table } from './report.ts';

/** Whatever hangs, a run ends. */
const LONGEST_RUN_MS = 20 * 60_000;

const resultsFolder = fileURLToPath(new URL('./results/', import.meta.url));

export type Log = (line: string) => void;

type Benchmark<Part extends string> = {
  readonly title: string;
  /** Ends the names of its results; empty for none. */
  readonly suffix: string;
  readonly parts: readonly Part[];
  /** Measures these parts, one after the other. `cleanup` takes down whatever it starts, however it ends. */
  readonly run: (parts: readonly Part[], cleanup: AsyncDisposableStack, log: Log) => Promise<PartResult[]>;
};

/**
 * A benchmark as a program: runs it, prints the report, and keeps it when all parts were run (`--only a,b` chooses some).
 * Ends the process, and leaves nothing behind.
 */
export async function runBenchmark<Part extends string>(benchmark: Benchmark<Part>): Promise<void> {
  const parts = chosenParts(benchmark.parts);
  const cleanup = new AsyncDisposableStack();
  let ending = false;
  const end = async (why: string, code: number) => {
    if (ending) return;
    ending = true;
    console.error(why);
    await cleanup.disposeAsync();
    process.exit(code);
  };
  process.on('SIGINT', () => end('interrupted', 130));
  process.on('SIGTERM', () => end('interrupted', 143));
  setTimeout(() => end('the run took too long', 1), LONGEST_RUN_MS).unref();

  const on = machine();
  const date = new Date();
  const start = performance.now();
  const log = (line: string) =>
    console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  try {
    await keepTogether(cleanup);
    const results = await benchmark.run(parts, cleanup, log);
    log('done');
    const markdown = report(benchmark.title, results, on, date);
    console.log(markdown);
    // Part of a run is for looking at, not for keeping.
    if (parts.length === benchmark.parts.length) {
      console.log(`Written to ${await save(benchmark.suffix, markdown, results, on, date)}`);
    }
    await end('', 0);
  } catch (error) {
    // A run that is being ended fails because of that.
    if (!ending) console.error(error);
    await end('the run failed', 1);
  }
}

/** Makes one folder the place of all temporary ones, so that nothing stays behind wherever a run is cut short. */
async function keepTogether(cleanup: AsyncDisposableStack): Promise<void> {
  const folder = await mkdtemp(join(os.tmpdir(), 'taplive-bench-'));
  // Postgres may run as a user of its own, who has a folder in there.
  await chmod(folder, 0o711);
  process.env.TMPDIR = folder;
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
}

type Machine = { name: string; facts: string; loadAtStart: number };

function machine(): Machine {
  const cpus = os.cpus();
  const model = cpus[0]?.model ?? os.arch();
  const name = `${cpus.length}x-${model}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const facts = `${cpus.length} × ${model}, ${memory} GiB, ${os.type()} ${os.release()}, Node ${process.version}`;
  return { name, facts, loadAtStart: os.loadavg()[0] ?? 0 };
}

function report(
  title: string,
  results: readonly PartResult[],
  { facts, loadAtStart }: Machine,
  date: Date,
): string {
  const others =
    loadAtStart > 0.5
      ? `\n**The machine was busy with other things (load ${loadAtStart.toFixed(1)} at the start): trust the ratios, not the figures.**\n`
      : '';
  const notes = results.flatMap((result) => result.notes).map((note) => `- ${note}`);
  return `# ${title} of ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC

${facts}
${others}
What each line means: \`bench/README.md\`. × is how many times better TapLive is; below 1 it is behind.

${table(results.flatMap(({ lines }) => lines))}

${aimsTable(results.flatMap(({ aims }) => aims))}

${notes.join('\n')}
`;
}

async function save(
  suffix: string,
  markdown: string,
  results: PartResult[],
  on: Machine,
  date: Date,
): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  const name = `${date.toISOString().slice(0, 10)}-${on.name}${suffix}`;
  await writeFile(`${resultsFolder}${name}.md`, markdown);
  await writeFile(
    `${resultsFolder}${name}.json`,
    `${JSON.stringify({ date, machine: on, results }, null, 2)}\n`,
  );
  await writeFile(`${resultsFolder}latest${suffix}.md`, markdown);
  return `bench/results/${name}.md`;
}

function chosenParts<Part extends string>(parts: readonly Part[]): readonly Part[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return parts;
  const chosen = values.only.split(',');
  const unknown = chosen.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`--only takes ${parts.join(', ')}, separated by commas`);
  return parts.filter((part) => chosen.includes(part));
}
