import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** The embedded database is made once and opened twice, on a machine that may be busy with other tests. */
const slowStartsMs = 120_000;

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const databaseUrl = 'postgresql://me:secret@localhost/app';
const sql: NeonQueryFunction<false, false> = neon(databaseUrl);
let parent: string;
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taplive-main-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: databaseUrl, PGLITE_DATA: join(parent, 'data'), ...env },
  });
  children.push(child);
  return child;
}

/** Starts the gateway and sends the driver's queries to it. */
async function startReady() {
  const child = start();
  const [line] = await once(child.stdout, 'data');
  const ready = JSON.parse(String(line));
  expect(ready).toEqual({
    event: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    backend: 'pglite',
  });
  neonConfig.fetchEndpoint = `${ready.url}/sql`;
  return { child, url: ready.url };
}

it(
  'keeps what was committed when it is killed, lets no second one in, and stops when told to',
  async () => {
    const first = await startReady();
    expect(await (await fetch(`${first.url}/health`)).json()).toEqual({ status: 'ok', backend: 'pglite' });
    await sql`CREATE TABLE kept (id integer)`;
    await sql`INSERT INTO kept VALUES (1)`;

    const second = start();
    const refusal = text(second.stderr);
    expect(await once(second, 'exit')).toEqual([1, null]);
    expect(await refusal).toContain(`in use by process ${first.child.pid}`);

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const third = await startReady();
    expect(await sql`SELECT id FROM kept`).toEqual([{ id: 1 }]);
    third.child.kill('SIGTERM');
    expect(await once(third.child, 'exit')).toEqual([0, null]);
  },
  slowStartsMs,
);

it('says which setting is missing or wrong', async () => {
  for (const url of ['', 'postgresql://nobody']) {
    const child = start({ DATABASE_URL: url });
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await said).toMatch(/DATABASE_URL|connection string/);
  }
});
