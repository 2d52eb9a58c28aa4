import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderLockedError, lockFolder } from './folder-lock.ts';

let parent: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taplive-lock-'));
  folder = join(parent, 'data');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

/** A process that tries to lock the folder, says `locked` or the error, and then stays. */
async function rival(): Promise<{ said: string; child: ChildProcess }> {
  const program = `
    import { lockFolder } from ${JSON.stringify(import.meta.resolve('./folder-lock.ts'))};
    await lockFolder(${JSON.stringify(folder)}).then(() => console.log('locked'), (error) => console.log(error.name));
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return { said: String(said).trim(), child };
}

it('is refused to a second holder, who is told the first', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`);
  expect((await rival()).said).toBe('FolderLockedError');
  unlock();
});

it('is free again once given back', async () => {
  const unlock = await lockFolder(folder);
  unlock();
  expect((await rival()).said).toBe('locked');
});

it('dies with its process, killed or not', async () => {
  const { said, child } = await rival();
  expect(said).toBe('locked');
  await expect(lockFolder(folder)).rejects.toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const unlock = await lockFolder(folder);
  unlock();
});

it('goes to exactly one of many that want it at once, also after a killed holder', async () => {
  const { child } = await rival();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const rivals = await Promise.all([rival(), rival(), rival()]);
  expect(rivals.map(({ said }) => said).sort()).toEqual(['FolderLockedError', 'FolderLockedError', 'locked']);
});
