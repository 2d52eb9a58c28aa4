import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const hourMs = 60 * 60 * 1000;
/** Longer than any build takes: what is older was left behind by a killed process. */
const abandonedAfterMs = hourMs;
/** What a checkout no longer asks for: another version's, another history of migrations'. */
const unusedAfterMs = 30 * 24 * hourMs;

/**
 * A folder that is slow to make and never changes, kept in the user's cache folder (XDG Base Directory Specification)
 * under `name`, which must say everything its content depends on. `build` fills the folder at the path it is given; it appears
 * under its name by one rename, so nobody ever sees half of it. Two builders at once both succeed.
 * @returns its path, to copy from and never to write to
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot();
  const target = join(root, name);
  if (existsSync(target)) {
    const now = new Date();
    await utimes(target, now, now);
    return target;
  }
  await mkdir(root, { recursive: true });
  await removeOld(root);
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

/** Where all that may be made anew is kept, outside of any checkout. */
export function cacheRoot(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'taplive');
}

async function removeOld(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    const { mtimeMs } = await stat(join(root, entry)).catch(() => ({ mtimeMs: Date.now() }));
    const keptMs = entry.startsWith('building-') ? abandonedAfterMs : unusedAfterMs;
    if (Date.now() - mtimeMs > keptMs) await rm(join(root, entry), { recursive: true, force: true });
  }
}
