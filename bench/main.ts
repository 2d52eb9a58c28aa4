import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { api } from './api.ts';
import { fanOut } from './fan-out.ts';
import { nearby } from './nearby.ts';
import { aimsTable, type PartResult, table } from './report.ts';
import { sockets } from './sockets.ts';
import { startStack } from './stack/stack.ts';

/** Whatever hangs, a run ends. */
const LONGEST_RUN_MS = 20 * 60_000;

const PARTS = ['nearby', 'fan-out', 'sockets', 'api'] as const;
type Part = (typeof PARTS)[number];

const resultsFolder = fileURLToPath(new URL('./results/', import.meta.url));

/** Runs the parts one after the other, and takes down whatever they started, however they end. */
async function run(parts: readonly Part[], cleanup: AsyncDisposableStack): Promise<PartResult[]> {
  const start = performance.now();
  const log = (line: string) =>
    console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const results: PartResult[] = [];
  if (parts.includes('nearby')) results.push(await nearby(cleanup, log));
  if (parts.some((part) => part !== 'nearby')) {
    log('building the Worker, starting Postgres and the gateway');
    const stack = await startStack(cleanup);
    if (parts.includes('fan-out')) results.push(await fanOut(stack, cleanup, log));
    if (parts.includes('sockets')) results.push(await sockets(stack, cleanup, log));
    if (parts.includes('api')) results.push(await api(stack, cleanup, log));
  }
  log('done');
  return results;
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

function report(results: readonly PartResult[], { facts, loadAtStart }: Machine, date: Date): string {
  const others =
    loadAtStart > 0.5
      ? `\n**The machine was busy with other things (load ${loadAtStart.toFixed(1)} at the start): trust the ratios, not the figures.**\n`
      : '';
  const notes = results.flatMap((result) => result.notes).map((note) => `- ${note}`);
  return `# Benchmarks of ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC

${facts}
${others}
What each line means: \`bench/README.md\`. × is how many times better TapLive is; below 1 it is behind.

${table(results.flatMap(({ lines }) => lines))}

${aimsTable(results.flatMap(({ aims }) => aims))}

${notes.join('\n')}
`;
}

async function save(markdown: string, results: PartResult[], on: Machine, date: Date): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  const name = `${date.toISOString().slice(0, 10)}-${on.name}`;
  await writeFile(`${resultsFolder}${name}.md`, markdown);
  await writeFile(
    `${resultsFolder}${name}.json`,
    `${JSON.stringify({ date, machine: on, results }, null, 2)}\n`,
  );
  await writeFile(`${resultsFolder}latest.md`, markdown);
  return `bench/results/${name}.md`;
}

function chosenParts(): readonly Part[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return PARTS;
  const chosen = values.only.split(',');
  const unknown = chosen.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}, separated by commas`);
  return PARTS.filter((part) => chosen.includes(part));
}

async function main(): Promise<void> {
  const parts = chosenParts();
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
  try {
    await keepTogether(cleanup);
    const results = await run(parts, cleanup);
    const markdown = report(results, on, date);
    console.log(markdown);
    // Part of a run is for looking at, not for keeping.
    if (parts.length === PARTS.length) console.log(`Written to ${await save(markdown, results, on, date)}`);
    await end('', 0);
  } catch (error) {
    // A run that is being ended fails because of that.
    if (!ending) console.error(error);
    await end('the run failed', 1);
  }
}

await main();
