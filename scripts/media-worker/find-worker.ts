import { existsSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from '#db/gateway/cached-folder.ts';
import { FolderLockedError, lockFolder } from '#db/gateway/folder-lock.ts';
import { buildWorker } from './build.ts';
import { downloadWorker } from './download.ts';
import { mediasoupVersion, PACKAGE_WORKER } from './mediasoup-package.ts';
import { NoMediaWorkerError, type Report } from './progress.ts';
import { smokeCheck } from './smoke-check.ts';
import { recipeHash } from './sources.ts';
import { systemRelease } from './toolchain.ts';

export type MediaWorkerBinary = {
  readonly path: string;
  readonly source: 'environment' | 'package' | 'downloaded' | 'built';
};

/**
 * A media worker that runs on this machine, in this order: the one that MEDIASOUP_WORKER_BIN names; one that is there
 * already (installed with the package, downloaded or built before); mediasoup's own download; a build from its sources.
 * What is made is kept in the user's cache, outside of any checkout.
 * @throws NoMediaWorkerError saying what to do
 */
export async function findMediaWorker(report: Report, signal?: AbortSignal): Promise<MediaWorkerBinary> {
  const { MEDIASOUP_WORKER_BIN } = process.env;
  if (MEDIASOUP_WORKER_BIN) {
    const problem = await smokeCheck(MEDIASOUP_WORKER_BIN);
    if (problem === null) return { path: MEDIASOUP_WORKER_BIN, source: 'environment' };
    throw new NoMediaWorkerError(
      `MEDIASOUP_WORKER_BIN names ${MEDIASOUP_WORKER_BIN}, which does not run here: ${problem}. Correct it, or unset it.`,
    );
  }
  const there = await presentWorker();
  if (there) return there;
  const { root } = await places();
  const unlock = await locked(root, report, signal);
  try {
    // Whoever held the lock may have made one.
    return (await presentWorker()) ?? (await makeWorker(report, signal));
  } finally {
    unlock();
  }
}

/** One that is there already and runs, or null. */
export async function presentWorker(): Promise<MediaWorkerBinary | null> {
  const { downloaded, built } = await places();
  const candidates = [
    { path: PACKAGE_WORKER, source: 'package' },
    { path: downloaded, source: 'downloaded' },
    { path: built, source: 'built' },
  ] as const;
  for (const candidate of candidates) {
    if (existsSync(candidate.path) && (await smokeCheck(candidate.path)) === null) {
      // What is in use is not swept from the cache.
      const now = new Date();
      if (candidate.source !== 'package') await utimes(dirname(candidate.path), now, now);
      return candidate;
    }
  }
  return null;
}

async function makeWorker(report: Report, signal: AbortSignal | undefined): Promise<MediaWorkerBinary> {
  const { downloaded, built } = await places();
  if (await downloadWorker(downloaded, report, signal)) {
    if ((await smokeCheck(downloaded)) === null) return { path: downloaded, source: 'downloaded' };
    await rm(dirname(downloaded), { recursive: true, force: true });
  }
  if (platform() !== 'linux') {
    throw new NoMediaWorkerError(
      'The media worker could not be downloaded, and is built only on Linux. See that github.com can be reached, ' +
        'or name a mediasoup-worker by MEDIASOUP_WORKER_BIN.',
    );
  }
  await buildWorker(built, report, signal);
  const problem = await smokeCheck(built);
  if (problem === null) return { path: built, source: 'built' };
  throw new NoMediaWorkerError(`The media worker was built (${built}) but does not run: ${problem}`);
}

/** Where the cache holds workers. Each name says all that the file depends on. */
export async function places(): Promise<{ root: string; downloaded: string; built: string }> {
  const root = join(cacheRoot(), `media-worker-${mediasoupVersion()}-${platform()}-${arch()}`);
  const builtFor = platform() === 'linux' ? `${systemRelease()}-${await recipeHash()}` : 'none';
  return {
    root,
    downloaded: join(`${root}-downloaded`, 'mediasoup-worker'),
    built: join(`${root}-${builtFor}`, 'mediasoup-worker'),
  };
}

/** Two that build at once would each take twice as long. */
async function locked(root: string, report: Report, signal: AbortSignal | undefined): Promise<() => void> {
  for (let waiting = false; ; waiting = true) {
    try {
      return await lockFolder(root);
    } catch (error) {
      if (!(error instanceof FolderLockedError)) throw error;
      if (!waiting) report({ doing: 'Waiting for another process that makes the media worker' });
      await sleep(1_000, undefined, { signal });
    }
  }
}
