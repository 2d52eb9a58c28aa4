import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { isGroupAlive, signalGroup, stopGroups } from './process-group.ts';

const started: number[] = [];

afterEach(() => {
  for (const group of started.splice(0)) signalGroup(group, 'SIGKILL');
});

/** A group of two: `parent` (code), which starts a grandchild that does as it is told. Resolves once both are up. */
async function startGroup(parent: string, grandchild = 'setInterval(() => {}, 1e6)') {
  const code = `
    const child = require('node:child_process').spawn(process.execPath,
      ['-e', ${JSON.stringify(`${grandchild}; console.log('up')`)}], { stdio: ['ignore', 'pipe', 'inherit'] });
    ${parent};
    child.stdout.once('data', () => console.log(child.pid));`;
  const child: ChildProcess = spawn(process.execPath, ['-e', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.pid || !child.stdout) throw new Error('not started');
  started.push(child.pid);
  await once(createInterface({ input: child.stdout }), 'line');
  return { group: child.pid, child };
}

describe('stopping process groups', () => {
  it('ends every process of every group', async () => {
    const groups = await Promise.all([startGroup(''), startGroup('')]);
    const exits = groups.map(({ child }) => once(child, 'exit'));
    await stopGroups(
      groups.map(({ group }) => group),
      10_000,
    );
    expect((await Promise.all(exits)).map(([, signal]) => signal)).toEqual(['SIGTERM', 'SIGTERM']);
    for (const { group } of groups) expect(isGroupAlive(group)).toBe(false);
  });

  it('kills what does not listen once the grace is over', async () => {
    const { group, child } = await startGroup(
      "process.on('SIGTERM', () => {})",
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)",
    );
    const exit = once(child, 'exit');
    await stopGroups([group], 100);
    expect((await exit)[1]).toBe('SIGKILL');
    expect(isGroupAlive(group)).toBe(false);
  });

  it('finds a grandchild whose parent is gone', async () => {
    const { group, child } = await startGroup('');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGroupAlive(group)).toBe(true);
    await stopGroups([group], 10_000);
    expect(isGroupAlive(group)).toBe(false);
  });

  it('takes a group that is gone for granted', async () => {
    const { group, child } = await startGroup('');
    const exit = once(child, 'exit');
    await stopGroups([group], 10_000);
    await exit;
    await expect(stopGroups([group], 10_000)).resolves.toBeUndefined();
  });
});
