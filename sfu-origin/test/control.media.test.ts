import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN_LIMITS } from '#contract/origin.ts';
import type { Origin } from '../origin.ts';
import { TestEdge } from './edge.ts';
import { type Forgery, LiveRoom } from './live-room.ts';
import { startOrigin } from './origins.ts';
import { SignallingClient } from './signalling-client.ts';

let edge: TestEdge;
let origin: Origin;
let room: LiveRoom;

beforeAll(async () => {
  edge = await TestEdge.create();
  ({ origin } = await startOrigin(edge));
  room = new LiveRoom(origin);
  await room.command('openRoom', {}, {});
});
afterAll(async () => {
  await origin.stop({ graceful: false });
  await edge.close();
});

const now = () => Math.floor(Date.now() / 1_000);

describe('a command is refused', () => {
  const forgeries: [string, () => Forgery, string][] = [
    ['without a token', () => ({ token: null }), 'UNAUTHORIZED'],
    ['with something that is no token', () => ({ token: 'a.b.c' }), 'UNAUTHORIZED'],
    ['signed with another secret', () => ({ secret: 'x'.repeat(40) }), 'UNAUTHORIZED'],
    ['whose token has expired', () => ({ claims: { iat: now() - 120, exp: now() - 60 } }), 'UNAUTHORIZED'],
    [
      'whose token lives for too long',
      () => ({ claims: { iat: now() - 600, exp: now() + 600 } }),
      'UNAUTHORIZED',
    ],
    ['made for another origin', () => ({ claims: { aud: 'elsewhere' } }), 'UNAUTHORIZED'],
    ['signed by another than the edge', () => ({ claims: { iss: 'test' } }), 'UNAUTHORIZED'],
    ['made for another room', () => ({ claims: { sub: randomUUID() } }), 'FORBIDDEN'],
    ['made for another participant', () => ({ claims: { participant: 'someone-else' } }), 'FORBIDDEN'],
    ['made for another operation', () => ({ claims: { operation: 'leave' } }), 'FORBIDDEN'],
    ['made for another path', () => ({ claims: { path: '/rooms' } }), 'FORBIDDEN'],
    ['made for another body', () => ({ claims: { digest: 'A'.repeat(43) } }), 'FORBIDDEN'],
  ];
  it.each(forgeries)('%s', async (_, forge, code) => {
    const body = { at: 0, publish: true, watch: null };
    const joining = room.command('join', { participantId: 'mara' }, body, forge());
    await expect(joining).rejects.toMatchObject({ code });
  });
});

describe('input', () => {
  it('that is not as agreed is answered with the fields', async () => {
    const joining = room.command('join', { participantId: 'mara' }, {
      at: -1,
      publish: 'yes',
      watch: null,
    } as never);
    await expect(joining).rejects.toMatchObject({
      status: 400,
      code: 'VALIDATION_ERROR',
      fields: ['at', 'publish'],
    });
  });
  it('that is no JSON is answered as such', async () => {
    const body = {} as never;
    const joining = room.command('join', { participantId: 'mara' }, body, { rawBody: '{' });
    await expect(joining).rejects.toMatchObject({ status: 400, fields: ['body'] });
  });
  it('that is too long is not read', async () => {
    const rawBody = ' '.repeat(ORIGIN_LIMITS.bodyBytes + 1);
    const opening = room.command('openRoom', {}, {}, { rawBody });
    await expect(opening).rejects.toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
  it('in a path is checked too', async () => {
    const closing = room.command('closeProducer', { participantId: 'mara', producerId: 'the-camera' });
    await expect(closing).rejects.toMatchObject({ status: 400, fields: ['producerId'] });
  });
  it('that mediasoup cannot work with is called unsupported', async () => {
    const mara = await SignallingClient.create(room, 'unsupported');
    const { send } = await room.command(
      'join',
      { participantId: mara.id },
      { at: 0, publish: true, watch: null },
    );
    if (!send) throw new Error('no transport');
    const message = await mara.prepare(send);
    const [track] = message.tracks as [{ rtpParameters: { codecs: { mimeType: string }[] } }];
    for (const codec of track.rtpParameters.codecs) codec.mimeType = 'audio/unheard-of';
    const publishing = room.command('publish', { participantId: mara.id }, message);
    await expect(publishing).rejects.toMatchObject({ status: 422, code: 'UNSUPPORTED_MEDIA' });
    // All or nothing.
    expect((await room.command('readRoom', {})).producers).toEqual([]);
  });
});

describe('a participant', () => {
  it('can do nothing with what is another’s', async () => {
    const host = await SignallingClient.create(room, 'host');
    const { transportId, producers, message } = await host.publish();
    const viewer = await SignallingClient.create(room, 'viewer');
    const { consumers, receive } = await viewer.watch();
    const [producer] = producers;
    const [consumer] = consumers;
    if (!producer || !consumer || !receive || !message.dtlsParameters)
      throw new Error('nothing was published');
    const { dtlsParameters } = message;
    const wishes = [{ consumerId: consumer.id, paused: true }];
    const foreign = [
      room.command('connect', { participantId: 'viewer', transportId }, { dtlsParameters }),
      room.command('restartIce', { participantId: 'host', transportId: receive.id }),
      room.command('publish', { participantId: 'viewer' }, message),
      room.command('setProducer', { participantId: 'viewer', producerId: producer.id }, { paused: true }),
      room.command('closeProducer', { participantId: 'viewer', producerId: producer.id }),
      room.command('setConsumers', { participantId: 'host' }, { wishes }),
    ];
    // All are awaited at once: one that fails while another is awaited would count as nobody's.
    await Promise.all(
      foreign.map((attempt) =>
        expect(attempt).rejects.toMatchObject({ status: 404, code: 'MEDIA_NOT_FOUND' }),
      ),
    );
    // Nor with what is in another room.
    const other = new LiveRoom(origin);
    await other.command('openRoom', {}, {});
    const stranger = await SignallingClient.create(other, 'host');
    await stranger.publish();
    const closing = other.command('closeProducer', { participantId: 'host', producerId: producer.id });
    await expect(closing).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
    await other.command('closeRoom', {});
    const { producers: still } = await room.command('readRoom', {});
    expect(still.map(({ id, paused }) => ({ id, paused }))).toEqual(
      producers.map(({ id }) => ({ id, paused: false })),
    );
  });
  it('who has not joined is not found', async () => {
    const reading = room.command('readStats', { participantId: 'nobody' });
    await expect(reading).rejects.toMatchObject({ status: 404, code: 'PARTICIPANT_NOT_FOUND' });
  });
});

describe('an operator', () => {
  it('sees that it is well', async () => {
    const response = await fetch(`${origin.address}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      originId: 'test',
      workers: 2,
      workersExpected: 2,
    });
  });
  it('gets metrics for Prometheus', async () => {
    const text = await (await fetch(`${origin.address}/metrics`)).text();
    expect(text).toContain('taplive_origin_workers{origin="test"} 2');
    expect(text).toMatch(
      /taplive_origin_command_seconds_count\{origin="test",operation="join",status="200"\} \d+/,
    );
    expect(text).toMatch(/taplive_origin_worker_cpu_share\{worker="1",origin="test"\}/);
  });
  it('is told of a path that is none', async () => {
    expect((await fetch(`${origin.address}/nothing`)).status).toBe(404);
  });
});

it('never reports anything that is not as agreed', () => {
  expect(edge.registrations.length).toBeGreaterThan(0);
  expect(edge.states.length).toBeGreaterThan(0);
  expect(edge.problems).toEqual([]);
});
