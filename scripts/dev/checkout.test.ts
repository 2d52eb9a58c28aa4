import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlreadyRunningError, holdCheckout, type Running, readRunning } from './checkout.ts';
import { isGroupAlive } from './process-group.ts';

const running: Running = {
  pid: process.pid,
  address: 'http://127.0.0.1:8787',
  databaseUrl: 'postgresql://a:b@127.0.0.1/c',
  fetchEndpoint: null,
  stripe: null,
  origin: null,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taplive-checkout-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that holds the checkout and has put a process group of its own on the guard's list. */
async function holdElsewhere() {
  const module = fileURLToPath(new URL('./checkout.ts', import.meta.url));
  const code = `
    const { holdCheckout } = await import(${JSON.stringify(module)});
    const checkout = await holdCheckout(${JSON.stringify(folder)}, { ...${JSON.stringify(running)}, pid: process.pid });
    const { spawn } = await import('node:child_process');
    const part = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
    checkout.watch(part.pid);
    console.log(part.pid);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: holder.stdout }), 'line');
  return { holder, group: Number(line) };
}

describe('a checkout', () => {
  it('is held by one at a time, and the second learns where the first is', async () => {
    const first = await holdCheckout(folder, running);
    expect(await readRunning(folder)).toEqual(running);
    const second = holdCheckout(folder, { ...running, address: 'http://127.0.0.1:9999' });
    await expect(second).rejects.toThrow(AlreadyRunningError);
    await expect(second).rejects.toThrow('http://127.0.0.1:8787');
    await first.release();
    expect(await readRunning(folder)).toBeNull();
    await (await holdCheckout(folder, running)).release();
  });

  it('is free again after its holder was killed, whose parts are stopped first', async () => {
    const { holder, group } = await holdElsewhere();
    expect(isGroupAlive(group)).toBe(true);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const next = await holdCheckout(folder, running);
    expect(isGroupAlive(group)).toBe(false);
    await next.release();
  });

  it('tells when its guard is killed', async () => {
    const checkout = await holdCheckout(folder, running);
    process.kill(checkout.guard, 'SIGKILL');
    await checkout.lost;
    await checkout.release();
  });
});
