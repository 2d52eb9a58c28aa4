import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Longer than a guard takes to stop what a killed start left behind. */
const CLEANED_UP_WITHIN_MS = 15_000;

/** What a running system says of itself: for a second start, and for scripts that use its database. */
const runningSchema = z.object({
  pid: z.int(),
  address: z.string(),
  databaseUrl: z.string(),
  fetchEndpoint: z.string().nullable(),
  /** How to reach its simulator; null where it uses Stripe itself, whose key is written down nowhere. */
  stripe: z.object({ STRIPE_SECRET_KEY: z.string(), STRIPE_API_URL: z.string() }).nullable(),
  /** How its media origin is configured; null where it has none. */
  origin: z.record(z.string(), z.string()).nullable(),
});
export type Running = z.infer<typeof runningSchema>;

/** Another start has this checkout. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** This checkout, held for one running system; see `guard.ts`. */
export type Checkout = {
  /** Puts a process group on the guard's list, or takes it off. */
  watch(group: number): void;
  unwatch(group: number): void;
  /** The guard's process id. */
  readonly guard: number;
  /** Resolves if the guard dies before it is asked to. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
};

/**
 * Takes the checkout whose local data is in `folder`, waiting for what a killed start left to be cleaned up.
 * @throws AlreadyRunningError with the address of the one that is running
 */
export async function holdCheckout(folder: string, running: Running): Promise<Checkout> {
  await mkdir(folder, { recursive: true });
  const giveUpAt = performance.now() + CLEANED_UP_WITHIN_MS;
  for (;;) {
    const guard = await startGuard(join(folder, 'dev'));
    if (guard) {
      await writeFile(runningFile(folder), JSON.stringify(running), { mode: 0o600 });
      return held(guard, folder);
    }
    const holder = await readRunning(folder);
    if (holder && isAlive(holder.pid)) {
      throw new AlreadyRunningError(
        `TapLive is already running from this checkout at ${holder.address} (process ${holder.pid}). Stop that one first.`,
      );
    }
    if (performance.now() > giveUpAt) {
      throw new AlreadyRunningError(
        'TapLive is just being started or stopped from this checkout. Try again in a moment.',
      );
    }
    await sleep(250);
  }
}

/** The system that runs from the checkout, as it described itself; null when none does. */
export async function readRunning(folder: string): Promise<Running | null> {
  try {
    const running = runningSchema.parse(JSON.parse(await readFile(runningFile(folder), 'utf8')));
    return isAlive(running.pid) ? running : null;
  } catch {
    return null;
  }
}

function runningFile(folder: string): string {
  return join(folder, 'running.json');
}

async function startGuard(lock: string): Promise<ChildProcess | null> {
  const program = fileURLToPath(new URL('./guard.ts', import.meta.url));
  const guard = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, lock], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: guard.stdout });
  const [answer] = await Promise.race([once(lines, 'line'), once(guard, 'exit').then(() => ['busy'])]);
  if (answer === 'held') return guard;
  if (guard.exitCode === null) await once(guard, 'exit');
  if (guard.exitCode !== 3)
    throw new Error(`the guard of this checkout did not start (exit ${guard.exitCode})`);
  return null;
}

function held(guard: ChildProcess, folder: string): Checkout {
  if (guard.pid === undefined) throw new Error('a guard that was started has a process id');
  const tell = (line: string) => guard.stdin?.write(`${line}\n`);
  // Writing to a guard that was killed must not end us before we have ended our children.
  guard.stdin?.on('error', () => {});
  const gone = once(guard, 'exit');
  return {
    watch: (group) => tell(`+${group}`),
    unwatch: (group) => tell(`-${group}`),
    guard: guard.pid,
    lost: gone.then(() => {}),
    async release() {
      await rm(runningFile(folder), { force: true });
      guard.stdin?.end();
      await gone;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
