import { cp, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PACKAGE_FOLDER } from './mediasoup-package.ts';
import type { Report } from './progress.ts';
import { run } from './run.ts';

/** Where a connection is swallowed rather than refused, nothing else would end the attempt. */
const AT_MOST_MS = 60_000;

/**
 * Downloads a worker with the package's own install script, in a copy of its own: what is installed stays as it was
 * installed. The script would build one with pip's help when it finds nothing to download; it is given no Python for that.
 * @returns whether `target` is there now
 */
export async function downloadWorker(target: string, report: Report, signal?: AbortSignal): Promise<boolean> {
  report({ doing: 'Downloading the media worker' });
  const workshop = await mkdtemp(join(tmpdir(), 'taplive-media-worker-'));
  try {
    await Promise.all([
      ...['package.json', 'npm-scripts.mjs'].map((file) =>
        cp(join(PACKAGE_FOLDER, file), join(workshop, file)),
      ),
      symlink(dirname(PACKAGE_FOLDER), join(workshop, 'node_modules')),
    ]);
    const timeout = AbortSignal.timeout(AT_MOST_MS);
    await run(process.execPath, ['npm-scripts.mjs', 'postinstall'], {
      cwd: workshop,
      env: { PYTHON: 'false', MEDIASOUP_WORKER_BIN: '' },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    await mkdir(dirname(target), { recursive: true });
    await cp(join(workshop, 'worker/out/Release/mediasoup-worker'), `${target}.new`);
    await rename(`${target}.new`, target);
    return true;
  } catch (error) {
    if (signal?.aborted) throw error;
    return false;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
