import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkout } from './checkout.ts';
import { ChildEndedError, Children } from './children.ts';
import { isGroupAlive } from './process-group.ts';

let folder: string;
let watched: Set<number>;
let shown: string[];
let children: Children;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taplive-children-'));
  watched = new Set();
  shown = [];
  const checkout: Pick<Checkout, 'watch' | 'unwatch'> = {
    watch: (group) => watched.add(group),
    unwatch: (group) => watched.delete(group),
  };
  children = new Children(checkout, { root: folder, logs: join(folder, 'logs') }, (name, line) =>
    shown.push(`${name}: ${line}`),
  );
});
afterEach(async () => {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
});

const program = (code: string, essential = true) => ({ args: ['-e', code], essential });

describe('the parts of a system', () => {
  it('are heard: shown, kept in a log, the last lines at hand', async () => {
    const part = children.start('web build', program('for (let n = 1; n <= 50; n++) console.log(n)', false));
    expect(await part.exited).toBe(0);
    expect(part.tail()).toEqual(Array.from({ length: 30 }, (_, index) => String(index + 21)));
    expect(shown).toHaveLength(50);
    expect((await readFile(part.logFile, 'utf8')).split('\n')).toHaveLength(51);
  });

  it('fail the system when an essential one ends, with what it said last', async () => {
    children.start('web', program('process.exit(7)', false));
    children.start('worker', program('console.error("no port"); process.exit(0)'));
    const failure = await children.failure.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChildEndedError);
    expect(failure).toMatchObject({ message: 'The worker ended unexpectedly (0).' });
    if (failure instanceof ChildEndedError) expect(failure.child.tail()).toEqual(['no port']);
  });

  it('only say so when another one ends badly', async () => {
    await children.start('web watch', program('process.exit(7)', false)).exited;
    expect(shown).toEqual(['web watch: {"level":"warn","event":"ended","outcome":7}']);
  });

  it("are all on the guard's list until they are stopped, and none is started after that", async () => {
    const forever = program('setInterval(() => {}, 1e6)');
    children.start('database', forever);
    children.start('worker', forever);
    const groups = [...watched];
    expect(groups.map(isGroupAlive)).toEqual([true, true]);
    await children.stop();
    expect(groups.map(isGroupAlive)).toEqual([false, false]);
    expect(watched.size).toBe(0);
    expect(() => children.start('worker', forever)).toThrow('everything is being stopped');
    const failed = await Promise.race([children.failure.catch(() => 'failed'), Promise.resolve('well')]);
    expect(failed).toBe('well');
  });
});
