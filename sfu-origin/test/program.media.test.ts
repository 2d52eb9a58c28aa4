import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { TestEdge } from './edge.ts';
import { eventually } from './eventually.ts';
import { LiveRoom } from './live-room.ts';
import { SECRET } from './origins.ts';
import { SignallingClient } from './signalling-client.ts';

let edge: TestEdge;
let program: ChildProcess | null = null;
let lines: string[] = [];

beforeEach(async () => {
  edge = await TestEdge.create();
  lines = [];
});
afterEach(async () => {
  if (program && program.exitCode === null && program.signalCode === null) {
    program.kill('SIGKILL');
    await once(program, 'exit');
  }
  expect(edge.problems).toEqual([]);
  await edge.close();
});

async function start(
  env: Record<string, string> = {},
): Promise<{ address: string; exit: Promise<number | null> }> {
  const controlPort = env.CONTROL_PORT ?? String(await freePort());
  const started = spawn(process.execPath, ['sfu-origin/main.ts'], {
    env: {
      ...process.env,
      ORIGIN_ID: 'test',
      EDGE_URL: edge.url,
      MEDIA_SECRET: SECRET,
      MEDIA_WORKERS: '1',
      RTC_PORT: String(await freePort()),
      DRAIN_SECONDS: '30',
      ...env,
      CONTROL_PORT: controlPort,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  program = started;
  for (const stream of [started.stdout, started.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const exit = once(started, 'close').then(() => started.exitCode);
  return { address: `http://127.0.0.1:${controlPort}`, exit };
}

const said = (text: string) =>
  eventually(`"${text}" is said`, () => lines.some((line) => line.includes(text)));

it('registers, serves a room, and on SIGTERM leaves once the room has moved', async () => {
  const { address, exit } = await start();
  await said('"event":"listening"');
  const registration = await eventually('it registers', () => edge.registrations[0]);
  expect(registration).toMatchObject({ originId: 'test', address, draining: false, workers: 1 });
  const room = new LiveRoom({ address });
  await room.command('openRoom', {}, {});
  await (await SignallingClient.create(room, 'host')).publish();

  program?.kill('SIGTERM');
  await eventually('the room is asked to move', () => edge.latest(room.id)?.status === 'moving');
  expect(program?.exitCode).toBeNull();
  // Until it has moved, its media goes on.
  const { producers, lost } = await room.command('readRoom', {});
  expect([producers.length, lost]).toEqual([2, []]);
  await room.command('closeRoom', {});
  expect(await exit).toBe(0);
  expect(edge.registrations.at(-1)).toMatchObject({ draining: true, rooms: 0 });
});

it('ends at once when it is asked twice', async () => {
  const { address, exit } = await start();
  await said('"event":"listening"');
  await new LiveRoom({ address }).command('openRoom', {}, {});
  program?.kill('SIGTERM');
  await said('"event":"draining"');
  program?.kill('SIGTERM');
  expect(await exit).toBe(0);
});

it('is another after a start: a later boot id, and no rooms', async () => {
  const first = await start();
  const registration = await eventually('it registers', () => edge.registrations.at(-1));
  const room = new LiveRoom(first);
  await room.command('openRoom', {}, {});
  program?.kill('SIGKILL');
  await first.exit;
  const second = await start();
  const later = await eventually('it registers again', () => {
    const last = edge.registrations.at(-1);
    return last?.bootId !== registration.bootId && last;
  });
  expect(later.bootId > registration.bootId).toBe(true);
  const reading = Object.assign(new LiveRoom(second), { id: room.id }).command('readRoom', {});
  await expect(reading).rejects.toMatchObject({ status: 404, code: 'ROOM_NOT_FOUND' });
});

it('says what is wrong with its configuration, and does not start', async () => {
  const { exit } = await start({ MEDIA_SECRET: 'short', RTC_LISTEN_IP: '0.0.0.0' });
  expect(await exit).toBe(1);
  expect(lines.join('\n')).toContain('MEDIA_SECRET: must be at least 32 characters');
  expect(lines.join('\n')).toContain('RTC_ANNOUNCED_ADDRESS: must be set');
});

it('does not start on a port that is taken, and leaves no worker behind', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  if (typeof address !== 'object' || !address) throw new Error('it listens on TCP');
  const { exit } = await start({ CONTROL_PORT: String(address.port) });
  expect(await exit).toBe(1);
  expect(lines.join('\n')).toContain('EADDRINUSE');
  other.close();
});
