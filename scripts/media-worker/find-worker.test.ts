import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findMediaWorker, places, presentWorker } from './find-worker.ts';
import { NoMediaWorkerError } from './progress.ts';
import { smokeCheck } from './smoke-check.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taplive-worker-test-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('MEDIASOUP_WORKER_BIN', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A program that ends with `code`, as the real one does with 41 when it is asked nothing. */
async function programEndingWith(code: number, path = join(folder, `ends-with-${code}`)): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "library missing" >&2\nexit ${code}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('the smoke check', () => {
  it('passes what ends as a media worker does', async () => {
    expect(await smokeCheck(await programEndingWith(41))).toBeNull();
  });
  it('tells what another program said', async () => {
    expect(await smokeCheck(await programEndingWith(127))).toBe('it ended with 127: library missing');
  });
  it('tells that there is no such file', async () => {
    expect(await smokeCheck(join(folder, 'nothing'))).toContain('ENOENT');
  });
});

describe('finding a media worker', () => {
  const report = vi.fn();

  it('takes the one that MEDIASOUP_WORKER_BIN names', async () => {
    const path = await programEndingWith(41);
    vi.stubEnv('MEDIASOUP_WORKER_BIN', path);
    expect(await findMediaWorker(report)).toEqual({ path, source: 'environment' });
  });

  it('says so when that does not run, and makes none in secret', async () => {
    const path = await programEndingWith(1);
    vi.stubEnv('MEDIASOUP_WORKER_BIN', path);
    const failure = findMediaWorker(report);
    await expect(failure).rejects.toBeInstanceOf(NoMediaWorkerError);
    await expect(failure).rejects.toThrow(`MEDIASOUP_WORKER_BIN names ${path}, which does not run here`);
    expect(report).not.toHaveBeenCalled();
  });

  it('takes one that was built before', async () => {
    const { built } = await places();
    await programEndingWith(41, built);
    expect(await findMediaWorker(report)).toEqual({ path: built, source: 'built' });
    expect(report).not.toHaveBeenCalled();
  });

  it('passes over one that does not run any more', async () => {
    const { built } = await places();
    await programEndingWith(127, built);
    expect(await presentWorker()).toBeNull();
  });
});
