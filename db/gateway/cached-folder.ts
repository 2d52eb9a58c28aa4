import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Longer than any build takes: an unfinished folder older than this was left behind by a killed process. */
const abandonedAfterMs = 60 * 60 * 1000;

/**
 * A folder that is slow to make and never changes, kept in the user's cache folder (XDG Base Directory Specification)
 * under `name`, which must say everything its content depends on. `build` fills the folder at the path it is given; it appears
 * under its name by one rename, so nobody ever sees half of it. Two builders at once both succeed.
 * @returns its path, to copy from and never to write to
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot();
  const target = join(root, name);
  if (existsSync(target)) return target;
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const workshop = await mkdtemp(join(root, 'building-'));
  try {
    const folder = join(workshop, 'folder');
    await build(folder);
    await rename(folder, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return target;
}

function cacheRoot(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'taplive');
}

async function removeAbandoned(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    if (!entry.startsWith('building-')) continue;
    const { mtimeMs } = await stat(join(root, entry)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > abandonedAfterMs)
      await rm(join(root, entry), { recursive: true, force: true });
  }
}
