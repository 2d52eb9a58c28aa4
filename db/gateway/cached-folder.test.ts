import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cachedFolder } from './cached-folder.ts';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'taplive-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

async function fill(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'content'), 'whole');
}

it('is built once and kept', async () => {
  const build = vi.fn(fill);
  const first = await cachedFolder('thing-1', build);
  expect(await cachedFolder('thing-1', build)).toBe(first);
  expect(first).toBe(join(cache, 'taplive', 'thing-1'));
  expect(build).toHaveBeenCalledOnce();
});

it('is built once more under another name', async () => {
  expect(await cachedFolder('thing-1', fill)).not.toBe(await cachedFolder('thing-2', fill));
});

it('is whole for everyone when several build it at once', async () => {
  const folders = await Promise.all([1, 2, 3].map(() => cachedFolder('thing-1', fill)));
  expect(new Set(folders).size).toBe(1);
  expect(await readFile(join(cache, 'taplive', 'thing-1', 'content'), 'utf8')).toBe('whole');
  expect(await readdir(join(cache, 'taplive'))).toEqual(['thing-1']);
});

it('is not there after a build that failed', async () => {
  const failing = async (folder: string) => {
    await fill(folder);
    throw new Error('no room');
  };
  await expect(cachedFolder('thing-1', failing)).rejects.toThrow('no room');
  expect(await readdir(join(cache, 'taplive'))).toEqual([]);
  expect(existsSync(await cachedFolder('thing-1', fill))).toBe(true);
});

it('goes when nobody has asked for it in a month', async () => {
  const [used, unused] = [await cachedFolder('used', fill), await cachedFolder('unused', fill)];
  const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
  for (const folder of [used, unused]) await utimes(folder, longAgo, longAgo);
  await cachedFolder('used', fill);
  await cachedFolder('another', fill);
  expect((await readdir(join(cache, 'taplive'))).sort()).toEqual(['another', 'used']);
});
