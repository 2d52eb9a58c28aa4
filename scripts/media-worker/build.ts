import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { NoMediaWorkerError, type Report } from './progress.ts';
import { ProgramError, run } from './run.ts';
import { prepareSources } from './sources.ts';
import { missingPackages } from './toolchain.ts';

/**
 * Builds a worker from the package's sources against the system's libraries: minutes of work, at the lowest priority.
 * One that was stopped goes on where it was, for the folder of the build stays until it is done.
 * @throws NoMediaWorkerError saying what to install, or what the compiler said
 */
export async function buildWorker(target: string, report: Report, signal?: AbortSignal): Promise<void> {
  const missing = await missingPackages();
  if (missing.length > 0) {
    throw new NoMediaWorkerError(
      `The media worker cannot be built: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing. ` +
        `On Debian or Ubuntu: apt-get install ${missing.join(' ')}`,
    );
  }
  const folder = `${dirname(target)}.build`;
  const sources = join(folder, 'sources');
  const build = join(folder, 'build');
  const prepared = join(folder, 'prepared');
  try {
    if (!existsSync(prepared)) {
      report({ doing: 'Preparing to build the media worker' });
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await prepareSources(sources);
      await run(
        'meson',
        ['setup', '--wrap-mode=nodownload', '--buildtype=release', '-Db_ndebug=true', build, sources],
        { cwd: folder, signal },
      );
      await mkdir(prepared);
    }
    await compile(build, report, signal);
  } catch (error) {
    if (signal?.aborted || !(error instanceof ProgramError)) throw error;
    // What is there may be the very reason.
    await rm(folder, { recursive: true, force: true });
    throw new NoMediaWorkerError(
      `The media worker could not be built: ${error.message}.\n${error.tail.join('\n')}`,
    );
  }
  await mkdir(dirname(target), { recursive: true });
  await rename(join(build, 'mediasoup-worker'), target);
  await rm(folder, { recursive: true, force: true });
}

async function compile(build: string, report: Report, signal: AbortSignal | undefined): Promise<void> {
  const jobs = String(Math.max(1, availableParallelism()));
  let reported = -1;
  await run('nice', ['-n', '19', 'ninja', '-C', build, '-j', jobs, 'mediasoup-worker'], {
    cwd: build,
    signal,
    onLine: (line) => {
      // Ninja counts its steps: [65/261] Compiling C++ object …
      const [, done, all] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
      if (done === undefined || all === undefined) return;
      const share = Number(done) / Number(all);
      const twentieth = Math.floor(share * 20);
      if (twentieth === reported) return;
      reported = twentieth;
      report({ doing: 'Building the media worker', share });
    },
  });
}
