import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Thrown when another process (or this one) already holds a folder. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
}

/**
 * Holds `folder` for this process until the returned function is called or the process dies, however it dies.
 * The lock is SQLite's exclusive lock on `<folder>.lock`: a lock of the operating system, so a file left behind by a
 * killed process holds nothing, and there is no moment at which two processes both find a stale lock and take it over.
 * `<folder>.lock.json` says who holds it; it is only for the message. The files stay: deleting them would race.
 * @throws FolderLockedError naming the holder
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await mkdir(dirname(folder), { recursive: true });
  const lock = new DatabaseSync(`${folder}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && error.message.includes('locked'))) throw error;
    throw new FolderLockedError(`${folder} is in use by ${await readHolder(folder)}. Stop it first.`);
  }
  const holder = {
    pid: process.pid,
    program: process.argv.slice(1, 3).join(' '),
    since: new Date().toISOString(),
  };
  await writeFile(`${folder}.lock.json`, JSON.stringify(holder));
  return () => lock.close();
}

async function readHolder(folder: string): Promise<string> {
  try {
    const holder = JSON.parse(await readFile(`${folder}.lock.json`, 'utf8'));
    return `process ${holder.pid} (${holder.program}, since ${holder.since})`;
  } catch {
    return 'another process';
  }
}
