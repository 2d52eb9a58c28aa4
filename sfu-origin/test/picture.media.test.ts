import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { observer } from 'mediasoup';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../origin.ts';
import { type BrowserClient, Participants } from './browser/participants.ts';
import { seesAndHears } from './browser/sees-and-hears.ts';
import { TestEdge } from './edge.ts';
import { eventually } from './eventually.ts';
import { LiveRoom } from './live-room.ts';
import { startOrigin } from './origins.ts';
import { report } from './report.ts';

const nothing = { routers: 0, transports: 0, producers: 0, consumers: 0 };

let edge: TestEdge;
let near: Origin;
let far: Origin;
let participants: Participants;
let room: LiveRoom;
let clients: BrowserClient[] = [];
/** Browsers' transports at the origins, the latest last. */
const transports: WebRtcTransport[] = [];

observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      // The type says which it is.
      if (transport.type === 'webrtc') transports.push(transport as WebRtcTransport);
    }),
  ),
);

beforeAll(async () => {
  edge = await TestEdge.create();
  [participants, { origin: near }, { origin: far }] = await Promise.all([
    Participants.create(),
    startOrigin(edge, { PARTICIPANTS_PER_WORKER: '2' }),
    startOrigin(edge, { ORIGIN_ID: 'far', MEDIA_WORKERS: '1' }),
  ]);
});
afterAll(async () => {
  await participants.close();
  await Promise.all([near, far].map((origin) => origin.stop({ graceful: false })));
  expect(edge.problems).toEqual([]);
  await edge.close();
});
beforeEach(async () => {
  room = new LiveRoom(near);
  await room.command('openRoom', {}, {});
});
afterEach(async () => {
  await Promise.all([room, room.at(far, 'far')].map((at) => at.command('closeRoom', {})));
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  for (const { pool } of [near, far]) {
    await eventually('nothing is left', () => isDeepStrictEqual(pool.census, nothing));
  }
});

async function client(id: string, at = room): Promise<BrowserClient> {
  const opened = await participants.open(at, id);
  clients.push(opened);
  return opened;
}

const widthOf = async (viewer: BrowserClient) =>
  (await viewer.seen()).find(({ kind }) => kind === 'video')?.width ?? 0;

describe('a picture', () => {
  it.each(['video/vp8', 'video/h264', 'video/vp9'])('in %s reaches viewers, with sound', async (codec) => {
    const host = await client('host');
    const producers = await host.publish(codec);
    expect(producers.map(({ source }) => source)).toEqual(['microphone', 'camera']);
    const viewer = await client('viewer');
    const milliseconds = await viewer.watch();
    report(`first picture of ${codec} after`, milliseconds);
    await seesAndHears(viewer);
    const state = await eventually('it is told to flow', () => {
      const told = edge.latest(room.id);
      return told?.producers.length === 2 && told.producers.every(({ flowing }) => flowing) && told;
    });
    expect(state.producers.find(({ kind }) => kind === 'video')?.codec.toLowerCase()).toBe(codec);
    await eventually(
      'both are told to be connected',
      () => edge.latest(room.id)?.participants.connected === 2,
    );
    // Three layers: the wish for the smallest is a ceiling.
    await eventually('the whole picture', async () => (await widthOf(viewer)) === 1280, 30_000);
    await viewer.wish({ spatialLayer: 0 });
    await eventually('the small picture', async () => (await widthOf(viewer)) === 320);
    await viewer.wish(null);
    await eventually('the whole picture again', async () => (await widthOf(viewer)) === 1280, 30_000);
  });

  it('goes over TCP alone', async () => {
    await (await client('host')).publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch({ tcpOnly: true });
    await seesAndHears(viewer);
    expect(transports.at(-1)?.iceSelectedTuple?.protocol).toBe('tcp');
  });

  it('goes on after an ICE restart', async () => {
    await (await client('host')).publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    await viewer.restartIce();
    await seesAndHears(viewer);
  });

  it('crosses to the room’s other worker', async () => {
    await (await client('host')).publish('video/vp8');
    const viewers = await Promise.all(['a', 'b', 'c'].map((id) => client(id)));
    for (const viewer of viewers) await viewer.watch();
    expect(near.pool.workers.every(({ census }) => census.counts.routers === 1)).toBe(true);
    for (const viewer of viewers) await seesAndHears(viewer);
  });

  it('crosses to another origin once, for all who watch there; and what is published later follows', async () => {
    await (await client('host')).publish('video/vp8');
    const there = room.at(far, 'far');
    await there.command('openRoom', {}, {});
    const pipeId = randomUUID();
    const { endpoint: remote } = await there.command('openPipe', { pipeId });
    /** Has the far origin carry what the near one has. */
    const pipe = async () => {
      const { endpoint, producers } = await room.command('sendPipe', { pipeId }, { remote });
      await there.command('receivePipe', { pipeId }, { remote: endpoint, producers });
    };
    await pipe();
    const viewers = await Promise.all(['a', 'b'].map((id) => client(id, there)));
    for (const viewer of viewers) await viewer.watch();
    for (const viewer of viewers) await seesAndHears(viewer);
    // One copy of each track goes over, whoever watches there.
    expect(near.pool.census.consumers).toBe(2);

    const state = await there.command('readRoom', {});
    expect(state.producers.map(({ viaPipe, flowing }) => ({ viaPipe, flowing }))).toEqual([
      { viaPipe: pipeId, flowing: true },
      { viaPipe: pipeId, flowing: true },
    ]);
    await (await client('guest')).publish('video/vp8');
    await pipe();
    const { consumers } = await there.command('consume', {}, { participants: ['a'] });
    expect(consumers.a).toHaveLength(4);
    await viewers[0]?.take(consumers.a ?? []);
    await eventually('the guest is seen too', async () => {
      const seen = (await viewers[0]?.seen()) ?? [];
      return seen.filter(({ kind, frames }) => kind === 'video' && frames > 5).length === 2;
    });
    // Whoever leaves here is gone there.
    await room.command('leave', { participantId: 'host' });
    await pipe();
    expect((await there.command('readRoom', {})).producers.map(({ participantId }) => participantId)).toEqual(
      ['guest', 'guest'],
    );
  });

  it('is held back where only the sound fits, and comes back', async () => {
    await (await client('host')).publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    await seesAndHears(viewer);
    const transport = transports.at(-1);
    await transport?.setMaxOutgoingBitrate(40_000);
    await eventually('only sound', () => edge.latest(room.id)?.audioOnly.includes('viewer'), 30_000);
    const frames = async () => (await viewer.seen()).find(({ kind }) => kind === 'video')?.frames;
    const [{ audioEnergy = 0 } = {}] = await viewer.seen();
    await eventually(
      'the sound goes on',
      async () => ((await viewer.seen())[0]?.audioEnergy ?? 0) > audioEnergy,
    );
    const held = await frames();
    expect(await frames()).toBe(held);
    await transport?.setMaxOutgoingBitrate(10_000_000);
    await eventually('the picture is back', () => edge.latest(room.id)?.audioOnly.length === 0, 30_000);
    await seesAndHears(viewer);
  });

  it('is back soon after its media worker was killed', async () => {
    const host = await client('host');
    await host.publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    await seesAndHears(viewer);
    const worker = near.pool.workers.find(({ census }) => census.counts.producers > 0);
    const killedAt = performance.now();
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    await eventually('the live room is told', () => edge.latest(room.id)?.lost.length === 2);
    const toldAt = performance.now();
    await host.publish('video/vp8');
    await viewer.watch();
    const seenAt = performance.now();
    report('a killed worker: told, and picture again after', [toldAt - killedAt, seenAt - killedAt]);
    await seesAndHears(viewer);
    await eventually('both workers run', () => near.pool.workers.length === 2);
  });

  it('that stops coming is told', async () => {
    const host = await client('host');
    await host.publish('video/vp8');
    await eventually(
      'it flows',
      () =>
        edge.latest(room.id)?.producers.every(({ flowing }) => flowing) &&
        edge.latest(room.id)?.producers.length === 2,
    );
    await host.close();
    clients = clients.filter((other) => other !== host);
    const state = await eventually('it does not flow any more', () => {
      const told = edge.latest(room.id);
      return told?.producers.every(({ flowing }) => !flowing) && told;
    });
    expect(state.producers.map(({ since, lastSeen }) => [typeof since, typeof lastSeen])).toEqual([
      ['string', 'string'],
      ['string', 'string'],
    ]);
  });
});
