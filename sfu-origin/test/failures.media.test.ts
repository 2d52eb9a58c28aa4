import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../origin.ts';
import { TestEdge } from './edge.ts';
import { eventually } from './eventually.ts';
import { LiveRoom } from './live-room.ts';
import { startOrigin } from './origins.ts';
import { SignallingClient } from './signalling-client.ts';

let edge: TestEdge;
let origin: Origin;
let room: LiveRoom;

beforeEach(async () => {
  edge = await TestEdge.create();
  ({ origin } = await startOrigin(edge, { PARTICIPANTS_PER_WORKER: '2' }));
  room = new LiveRoom(origin);
  await room.command('openRoom', {}, {});
});
afterEach(async () => {
  await origin.stop({ graceful: false });
  expect(edge.problems).toEqual([]);
  await edge.close();
});

const client = (id: string) => SignallingClient.create(room, id);

/** The worker on which the room has been opened. */
function firstWorker() {
  const worker = origin.pool.workers.find(({ census }) => census.counts.routers > 0);
  if (!worker) throw new Error('the room is on no worker');
  return worker;
}

describe('a media worker that is killed', () => {
  it('takes no room with it: it is rebuilt, those who were on it are told, and join again', async () => {
    const host = await client('host');
    await host.publish();
    await (await client('viewer')).watch();
    const { pid } = firstWorker();
    process.kill(pid, 'SIGKILL');

    const told = await eventually('the live room is told', () => {
      const state = edge.latest(room.id);
      return state && state.lost.length > 0 && state;
    });
    expect([...told.lost].sort()).toEqual(['host', 'viewer']);
    expect(told).toMatchObject({ status: 'open', producers: [], participants: { joined: 0 } });

    const { producers } = await host.publish();
    expect(producers).toHaveLength(2);
    const { consumers } = await (await client('viewer')).watch();
    expect(consumers).toHaveLength(2);
    await eventually('nobody is lost any more', () => edge.latest(room.id)?.lost.length === 0);
    await eventually('there are two workers again', () => origin.pool.workers.length === 2);
    expect(origin.pool.workers.map((worker) => worker.pid)).not.toContain(pid);
    expect(origin.pool.deaths).toBe(1);
    await eventually('the edge is told of its workers', () => edge.registrations.at(-1)?.workers === 2);
    const metrics = await (await fetch(`${origin.address}/metrics`)).text();
    expect(metrics).toContain('taplive_origin_worker_deaths_total{origin="test"} 1');
  });

  it('spares those of a room who are on its other worker', async () => {
    const host = await client('host');
    await host.publish();
    const first = firstWorker();
    const viewers = await Promise.all(['a', 'b', 'c'].map(client));
    for (const viewer of viewers) await viewer.watch();
    process.kill(first.pid, 'SIGKILL');
    const { lost } = await eventually('the live room is told', () => {
      const state = edge.latest(room.id);
      return state && state.lost.length > 0 && state;
    });
    expect(lost).toContain('host');
    expect(lost).toHaveLength(2);
    const spared = ['a', 'b', 'c'].filter((id) => !lost.includes(id));
    await host.publish();
    const { consumers } = await room.command('consume', {}, { participants: spared });
    for (const id of spared) expect(consumers[id]).toHaveLength(2);
  });

  it('is ended when it hangs, and so does not freeze the origin', async () => {
    await (await client('host')).publish();
    const { pid } = firstWorker();
    process.kill(pid, 'SIGSTOP');
    const joining = (await client('viewer')).watch();
    await expect(joining).rejects.toBeDefined();
    const { lost } = await eventually('the live room is told', () => {
      const state = edge.latest(room.id);
      return state && state.lost.length > 0 && state;
    });
    expect(lost).toContain('host');
    await eventually('there are two workers again', () => origin.pool.workers.length === 2);
    await (await client('host')).publish();
    expect((await (await client('viewer')).watch()).consumers).toHaveLength(2);
  });

  it('does not keep an origin from stopping when it hangs', async () => {
    await (await client('host')).publish();
    const { pid } = firstWorker();
    process.kill(pid, 'SIGSTOP');
    await origin.stop({ graceful: false });
    expect(origin.pool.workers).toEqual([]);
    // Nor is its process left behind.
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('may be the last: the origin says so, and is well again', async () => {
    for (const { pid } of origin.pool.workers) process.kill(pid, 'SIGKILL');
    await eventually('it is failing', async () => (await fetch(`${origin.address}/health`)).status === 503);
    await eventually('it is well', async () => (await fetch(`${origin.address}/health`)).status === 200);
    await (await client('host')).publish();
  });
});

describe('a stop', () => {
  it('takes no new rooms, asks those that are there to move, and ends when they have', async () => {
    const { address } = origin;
    await (await client('host')).publish();
    const stopped = origin.stop({ graceful: true });
    const told = await eventually('the live room is told', () => {
      const state = edge.latest(room.id);
      return state?.status === 'moving' && state;
    });
    // What is there stays until it has moved.
    expect(told.producers).toHaveLength(2);
    await eventually('the edge is told', () => edge.registrations.at(-1)?.draining);
    const opening = new LiveRoom(origin).command('openRoom', {}, {});
    await expect(opening).rejects.toMatchObject({ status: 503, code: 'DRAINING' });
    await room.command('openRoom', {}, {});
    await room.command('closeRoom', {});
    await stopped;
    expect(origin.pool.workers).toEqual([]);
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  it('does not wait for ever for a room that stays', async () => {
    const { address } = origin;
    await origin.stop({ graceful: true });
    expect(edge.latest(room.id)).toMatchObject({ status: 'closed', closedBecause: 'origin_stopped' });
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });
});
