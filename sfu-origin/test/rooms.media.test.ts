import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { RtpParameters } from '#contract/rtp.ts';
import type { Origin } from '../origin.ts';
import { TestEdge } from './edge.ts';
import { eventually } from './eventually.ts';
import { LiveRoom } from './live-room.ts';
import { startOrigin } from './origins.ts';
import { SignallingClient } from './signalling-client.ts';

let edge: TestEdge;
let origin: Origin;
let clock: { ahead: number };
let room: LiveRoom;

beforeAll(async () => {
  edge = await TestEdge.create();
  ({ origin, clock } = await startOrigin(edge, { PARTICIPANTS_PER_WORKER: '2' }));
});
afterAll(async () => {
  await origin.stop({ graceful: false });
  await edge.close();
});
beforeEach(async () => {
  room = new LiveRoom(origin);
  await room.command('openRoom', {}, {});
});

afterEach(async () => {
  edge.answer = () => ({ renew: true });
  clock.ahead = 0;
  await room.command('closeRoom', {});
  const nothing = { routers: 0, transports: 0, producers: 0, consumers: 0 };
  await eventually('nothing is left', () => isDeepStrictEqual(origin.pool.census, nothing));
});

const unsupported = <P extends RtpParameters>(parameters: P): P => ({
  ...parameters,
  codecs: parameters.codecs.map((codec) => ({ ...codec, mimeType: 'video/unheard-of' })),
});

const client = (id: string) => SignallingClient.create(room, id);

it('routers are capable of what the contract promises to browsers', async () => {
  const router = await origin.pool.workers[0]?.createRouter();
  expect(router?.rtpCapabilities).toEqual(ROUTER_RTP_CAPABILITIES);
  router?.close();
});

describe('publishing and watching', () => {
  it('is two exchanges each, and the second names every track', async () => {
    const { producers } = await (await client('host')).publish();
    expect(producers.map(({ source }) => source)).toEqual(['microphone', 'camera']);
    const { consumers, receive } = await (await client('viewer')).watch();
    expect(consumers.map(({ source, kind, awaitsResume }) => [source, kind, awaitsResume])).toEqual([
      ['microphone', 'audio', false],
      ['camera', 'video', false],
    ]);
    expect(receive?.iceCandidates.map(({ protocol }) => protocol).sort()).toEqual(['tcp', 'udp']);
  });

  it('leaves the same behind when a message is sent again', async () => {
    const host = await client('host');
    const { message, producers } = await host.publish();
    expect(await room.command('publish', { participantId: 'host' }, message)).toEqual({ producers });
    const viewer = await client('viewer');
    await viewer.watch();
    const before = origin.pool.census;
    await viewer.watch();
    expect(origin.pool.census).toEqual(before);
  });

  it('goes without UDP where that is wished', async () => {
    const { send } = await room.command(
      'join',
      { participantId: 'host' },
      { at: 0, publish: true, watch: null, tcpOnly: true },
    );
    expect(send?.iceCandidates.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  it('gives those who watch already what is published later, waiting until they are ready', async () => {
    const viewer = await client('viewer');
    const host = await client('host');
    await host.publish();
    await viewer.watch();
    await (await client('guest')).publish();
    const { consumers } = await room.command('consume', {}, { participants: ['viewer', 'host', 'nobody'] });
    // The host does not watch.
    expect(Object.keys(consumers)).toEqual(['viewer']);
    const all = consumers.viewer ?? [];
    expect(all.map(({ participantId, awaitsResume }) => [participantId, awaitsResume])).toEqual([
      ['host', false],
      ['host', false],
      ['guest', true],
      ['guest', true],
    ]);
    const wishes = all.map(({ id }) => ({ consumerId: id, paused: false, layers: { spatialLayer: 0 } }));
    await room.command('setConsumers', { participantId: 'viewer' }, { wishes });
    const stats = await room.command('readStats', { participantId: 'viewer' });
    expect(stats.consumers.every(({ paused }) => paused === false)).toBe(true);
    expect(stats.consumers.filter(({ preferredLayers }) => preferredLayers !== null)).toHaveLength(2);
  });

  it('replaces a source that is published anew', async () => {
    const host = await client('host');
    const { producers } = await host.publish();
    const again = await host.publish();
    const { producers: present } = await room.command('readRoom', {});
    expect(present.map(({ id }) => id)).toEqual(again.producers.map(({ id }) => id));
    expect(present.map(({ id }) => id)).not.toEqual(producers.map(({ id }) => id));
  });

  it('keeps what is published when that which is to replace it cannot be carried', async () => {
    const host = await client('host');
    const { producers, message } = await host.publish();
    const [microphone, camera] = message.tracks as { rtpParameters: RtpParameters }[];
    if (!microphone || !camera) throw new Error('both are published');
    const anew = <P extends RtpParameters>(parameters: P, ssrc: number): P => ({
      ...parameters,
      mid: `new-${ssrc}`,
      encodings: [{ ssrc }],
    });
    const tracks = [
      { ...microphone, rtpParameters: anew(microphone.rtpParameters, 4_000_000_007) },
      { ...camera, rtpParameters: unsupported(anew(camera.rtpParameters, 4_000_000_008)) },
    ];
    const replacing = room.command(
      'publish',
      { participantId: 'host' },
      {
        ...message,
        tracks: tracks as never,
      },
    );
    await expect(replacing).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA' });
    const { producers: present } = await room.command('readRoom', {});
    expect(present.map(({ id }) => id)).toEqual(producers.map(({ id }) => id));
    // They are still the host's, and the same message finds them.
    for (const { id } of producers) {
      await room.command('setProducer', { participantId: 'host', producerId: id }, { paused: true });
    }
    expect(await room.command('publish', { participantId: 'host' }, message)).toEqual({ producers });
  });

  it('replaces a source whose streams are the same, described otherwise', async () => {
    const host = await client('host');
    const { producers, message } = await host.publish();
    const [microphone] = message.tracks as { rtpParameters: RtpParameters }[];
    if (!microphone) throw new Error('it is published');
    const otherwise = { ...microphone.rtpParameters, rtcp: { cname: 'another' } };
    const again = await room.command(
      'publish',
      { participantId: 'host' },
      {
        ...message,
        tracks: [{ ...microphone, rtpParameters: otherwise }] as never,
      },
    );
    const { producers: present } = await room.command('readRoom', {});
    expect(present.map(({ id }) => id).sort()).toEqual([producers[1]?.id, again.producers[0]?.id].sort());
  });

  it('refuses what repeats the streams of another, and what does not fit together, in words for others', async () => {
    const host = await client('host');
    const { message } = await host.publish();
    const [microphone, camera] = message.tracks as { rtpParameters: RtpParameters }[];
    if (!microphone || !camera) throw new Error('both are published');
    const publish = (rtpParameters: RtpParameters) =>
      room.command(
        'publish',
        { participantId: 'host' },
        {
          ...message,
          tracks: [{ ...camera, source: 'screen', rtpParameters }] as never,
        },
      );
    await expect(publish(camera.rtpParameters)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA',
      message: expect.stringContaining('repeats the mid or an SSRC'),
    });
    const codecs = camera.rtpParameters.codecs.map((codec) => ({
      ...codec,
      parameters: { ...codec.parameters, apt: codec.payloadType },
    }));
    const own = { mid: 'own', encodings: [{ ssrc: 4_000_000_001 }] };
    const unfit = publish({ ...camera.rtpParameters, ...own, codecs });
    await expect(unfit).rejects.not.toMatchObject({ message: expect.stringContaining('Cannot read') });
    const opus = publish({ ...microphone.rtpParameters, ...own });
    await expect(opus).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    const hidden = publish({ ...camera.rtpParameters, ...own, mid: 'a\u0000b' });
    await expect(hidden).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect((await room.command('readRoom', {})).producers).toHaveLength(2);
  });

  it('takes all that a pipe brings, or nothing of what is new', async () => {
    await (await client('host')).publish();
    const there = new LiveRoom(origin);
    await there.command('openRoom', {}, {});
    const pipeId = randomUUID();
    const { endpoint: remote } = await there.command('openPipe', { pipeId });
    const { endpoint, producers } = await room.command('sendPipe', { pipeId }, { remote });
    const [first, second] = producers;
    if (!first || !second) throw new Error('two tracks are published');
    const broken = { ...second, rtpParameters: unsupported(second.rtpParameters) };
    const half = there.command('receivePipe', { pipeId }, { remote: endpoint, producers: [first, broken] });
    await expect(half).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA' });
    expect((await there.command('readRoom', {})).producers).toEqual([]);
    await there.command('receivePipe', { pipeId }, { remote: endpoint, producers });
    expect((await there.command('readRoom', {})).producers).toHaveLength(2);
    await there.command('closeRoom', {});
  });

  it('tells the live room what changes', async () => {
    const host = await client('host');
    const { producers } = await host.publish();
    await eventually('both tracks are told', () => edge.latest(room.id)?.producers.length === 2);
    const [microphone] = producers;
    await room.command(
      'setProducer',
      { participantId: 'host', producerId: microphone?.id ?? '' },
      { paused: true },
    );
    await eventually('the muting is told', () => edge.latest(room.id)?.producers[0]?.paused);
    await room.command('leave', { participantId: 'host' });
    await eventually('the end is told', () => edge.latest(room.id)?.producers.length === 0);
    await room.command('closeRoom', {});
    const last = await eventually('the last state', () => {
      const state = edge.latest(room.id);
      return state?.status === 'closed' && state;
    });
    expect(last).toMatchObject({ closedBecause: 'asked', participants: { joined: 0, connected: 0 } });
    const numbers = edge.states.filter(({ roomId }) => roomId === room.id).map(({ n }) => n);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('a room that grows', () => {
  it('spreads over the cores, and everybody gets every track', async () => {
    await (await client('host')).publish();
    const viewers = await Promise.all(Array.from({ length: 7 }, (_, index) => client(`viewer-${index}`)));
    const answers = await Promise.all(viewers.map((viewer) => viewer.watch()));
    expect(answers.map(({ consumers }) => consumers.length)).toEqual(viewers.map(() => 2));
    const perWorker = origin.pool.workers.map(({ census }) => census.counts);
    // Eight participants on two workers; each has a transport and an end of the pipe.
    expect(perWorker.map(({ transports }) => transports)).toEqual([5, 5]);
    const ports = answers.map(({ receive }) => receive?.iceCandidates[0]?.port);
    expect(new Set(ports).size).toBe(2);
  });

  it('draws together again when people leave', async () => {
    await (await client('host')).publish();
    const viewers = ['a', 'b', 'c'];
    for (const id of viewers) await (await client(id)).watch();
    const routers = () => origin.pool.census.routers;
    expect(routers()).toBe(2);
    for (const participantId of viewers) await room.command('leave', { participantId });
    await eventually('one router is enough', () => routers() === 1);
    expect((await room.command('readRoom', {})).producers).toHaveLength(2);
    // Nothing of the pipe is left, and it grows again.
    expect(origin.pool.census).toEqual({ routers: 1, transports: 1, producers: 2, consumers: 0 });
    for (const id of viewers) expect((await (await client(id)).watch()).consumers).toHaveLength(2);
    expect(routers()).toBe(2);
  });

  it('starts where there is least to do', async () => {
    await (await client('host')).publish();
    const other = new LiveRoom(origin);
    await other.command('openRoom', {}, {});
    expect(origin.pool.workers.map(({ census }) => census.counts.routers)).toEqual([1, 1]);
    await other.command('closeRoom', {});
  });
});

describe('a lease', () => {
  it('that nobody renews ends the room', async () => {
    edge.answer = () => null; // The live room is away.
    await (await client('host')).publish();
    clock.ahead += 61_000;
    await eventually('it is closed', () => origin.rooms.size === 0);
    await expect(room.command('readRoom', {})).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  });

  it('is renewed by every report that is taken', async () => {
    await eventually('a first report', () => edge.latest(room.id));
    for (let seconds = 0; seconds < 120; seconds += 40) {
      clock.ahead += 40_000;
      const told = edge.latest(room.id)?.n ?? 0;
      await (await client(`viewer-${seconds}`)).watch();
      await eventually('a report', () => (edge.latest(room.id)?.n ?? 0) > told);
    }
    expect((await room.command('readRoom', {})).status).toBe('open');
  });

  it('ends when the live room does not want it any more', async () => {
    await eventually('a first report', () => edge.latest(room.id));
    edge.answer = () => ({ renew: false });
    await (await client('viewer')).watch();
    await eventually('it is closed', () => origin.rooms.size === 0);
  });

  it('names who is there: whoever is not has left, whoever came meanwhile stays', async () => {
    for (const [id, at] of [
      ['early', 1_000],
      ['known', 1_000],
      ['late', 3_000],
    ] as const) {
      await (await client(id)).watch(at);
    }
    await room.command('openRoom', {}, { at: 2_000, participants: ['known'] });
    const found = await Promise.all(
      ['early', 'known', 'late'].map((participantId) =>
        room.command('readStats', { participantId }).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(found).toEqual([false, true, true]);
  });
});

it('never reports anything that is not as agreed', () => {
  expect(edge.problems).toEqual([]);
});
