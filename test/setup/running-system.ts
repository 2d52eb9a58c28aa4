import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '#scripts/free-port.ts';

/**
 * Starts what `npm run dev` starts, with fresh data of its own, and names it to the tests in `TAPLIVE_URL`. Where that is set
 * already, the tests are for what runs there.
 */
export default async function startRunningSystem(): Promise<() => Promise<void>> {
  if (process.env.TAPLIVE_URL) return async () => {};
  const folder = await mkdtemp(join(tmpdir(), 'taplive-browser-'));
  const port = await freePort();
  const dev = spawn(process.execPath, [fileURLToPath(new URL('../../scripts/dev.ts', import.meta.url))], {
    env: {
      ...process.env,
      PORT: String(port),
      TAPLIVE_STATE: folder,
      DATABASE_URL: '',
      STRIPE_SECRET_KEY: '',
      // The pages for video have tests of their own, with a media worker.
      MEDIA_BACKEND: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (dev.exitCode === null) {
      dev.kill('SIGTERM');
      await once(dev, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(dev);
  } catch (error) {
    await stop();
    throw error;
  }
  process.env.TAPLIVE_URL = `http://127.0.0.1:${port}`;
  return stop;
}

/** Its own words are for people; here they are shown only when they end without the one that counts. */
async function ready({ stdout }: ChildProcess): Promise<void> {
  if (!stdout) throw new Error('the system says nothing');
  const said: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    said.push(line);
    if (line.includes('is running at')) {
      // Whoever stops reading must let the rest flow.
      stdout.resume();
      return;
    }
  }
  throw new Error(`the system for the browser did not start:\n${said.join('\n')}`);
}
