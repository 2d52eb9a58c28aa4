import { constants, existsSync, readFileSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { postgis } from '@electric-sql/pglite-postgis';
import { cachedFolder } from './cached-folder.ts';
import { lockFolder } from './folder-lock.ts';

/** An embedded Postgres + PostGIS whose data folder this process holds. */
export interface EmbeddedDatabase {
  readonly pglite: PGlite;
  /** Shuts the database down, then lets go of its folder. */
  close(): Promise<void>;
}

/**
 * Opens the embedded database in `folder`, making it when there is none: from `template` (a closed database's folder),
 * or else from a prepared one with PostGIS created (some 20 s the first time on a machine, then kept in the user's cache).
 * The folder is locked first: two processes in one data folder lose data silently.
 * @throws FolderLockedError when another process has it open
 */
export async function openEmbeddedDatabase(folder: string, template?: string): Promise<EmbeddedDatabase> {
  const unlock = await lockFolder(folder);
  try {
    if (!existsSync(folder)) await copyFolder(template ?? (await preparedDataFolder()), folder);
    const pglite = await PGlite.create({ dataDir: folder, extensions: { postgis, citext } });
    return {
      pglite,
      async close() {
        try {
          await pglite.close();
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Which PGlite and PostGIS the embedded database is made of: part of the name of whatever is cached of it. */
export function embeddedVersions(): string {
  return `pglite-${packageVersion('@electric-sql/pglite')}-postgis-${packageVersion('@electric-sql/pglite-postgis')}`;
}

/** Copied beside the target and renamed, so that a copy cut short is never taken for a database. */
async function copyFolder(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await rename(partial, to);
}

function preparedDataFolder(): Promise<string> {
  return cachedFolder(embeddedVersions(), async (folder) => {
    const pglite = await PGlite.create({ dataDir: folder, extensions: { postgis, citext } });
    await pglite.exec('CREATE EXTENSION postgis');
    await pglite.close();
  });
}

/** Neither package exports its package.json, so it is found beside the module that it does export. */
function packageVersion(name: string): string {
  const manifest = new URL('../package.json', import.meta.resolve(name));
  const { version } = JSON.parse(readFileSync(fileURLToPath(manifest), 'utf8'));
  return version;
}
