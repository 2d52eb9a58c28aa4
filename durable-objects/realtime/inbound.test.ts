import { describe, expect, it } from 'vitest';
import type { CLOSE_CODES } from '#contract/close-codes.ts';
import { MAX_FRAME_BYTES, personRequests } from '#contract/events.ts';
import { Inbound } from './inbound.ts';
import type { SocketAttachment } from './sockets.ts';

const start = new Date('2026-11-23T12:00:00.000Z');

/** A door with a clock of its own, and two sockets to send through it. */
function door() {
  let now = start.getTime();
  const replies: unknown[] = [];
  const closed: { socket: WebSocket; reason: keyof typeof CLOSE_CODES }[] = [];
  const inbound = new Inbound(
    personRequests,
    {
      send: (_, frame) => void replies.push(JSON.parse(frame)),
      close: (socket, reason) => void closed.push({ socket, reason }),
      attachmentOf: () => ({ tokenEndsAt: start.getTime() + 600_000 }) as SocketAttachment,
    },
    () => new Date(now),
  );
  return {
    replies,
    closed,
    one: new WebSocketPair()[1],
    other: new WebSocketPair()[1],
    pass: (ms: number) => {
      now += ms;
    },
    read: (socket: WebSocket, message: unknown) =>
      inbound.read(
        socket,
        typeof message === 'string' || message instanceof ArrayBuffer ? message : JSON.stringify(message),
      ),
  };
}

const fix = (id: string | number = 1) => ({
  id,
  event: 'location:update',
  data: { latitude: 52.5, longitude: 13.4 },
});

describe('what clients send', () => {
  it('is a request when its shape is right', () => {
    const { read, one } = door();
    expect(read(one, fix('a'))).toEqual(fix('a'));
  });

  it('is nothing once we have closed their socket, whether or not they heed that', () => {
    const { read, one, replies } = door();
    one.accept();
    one.close(4401, 'the session has ended');
    expect(read(one, fix())).toBeNull();
    expect(replies).toEqual([]);
  });

  it.each([
    ['without an id', { event: 'location:update', data: {} }, null, 'id'],
    ['of no known event', { id: 7, event: 'chat:send', data: {} }, 7, 'event'],
    ['of an event that every object has', { id: 7, event: 'constructor', data: {} }, 7, 'event'],
    [
      'with wrong data',
      { id: 7, event: 'location:update', data: { latitude: 91, longitude: 0 } },
      7,
      'latitude',
    ],
    ['with unknown data', { ...fix(7), data: { ...fix().data, altitude: 3 } }, 7, 'altitude'],
    ['that is no object', '[1,2]', null, 'frame'],
  ])('%s is answered with the field that is wrong, and no more', (_, message, reply, field) => {
    const { read, one, replies, closed } = door();
    expect(read(one, message)).toBeNull();
    expect(replies).toMatchObject([
      {
        reply,
        ok: false,
        error: { code: 'VALIDATION_ERROR', details: [expect.objectContaining({ field })] },
      },
    ]);
    expect(closed).toEqual([]);
  });

  it.each([
    ['text that is no JSON', '{', 'BAD_REQUEST', 1],
    ['binary data', new ArrayBuffer(8), 'BAD_REQUEST', 1],
    ['more than fits a frame', JSON.stringify('x'.repeat(MAX_FRAME_BYTES)), 'TOO_LARGE', 0],
    [
      'more bytes than fit, in fewer characters',
      JSON.stringify('€'.repeat(MAX_FRAME_BYTES / 2)),
      'TOO_LARGE',
      0,
    ],
  ] as const)('closes its socket when it is %s', (_, message, reason, answers) => {
    const { read, one, replies, closed } = door();
    expect(read(one, message)).toBeNull();
    expect(closed).toEqual([{ socket: one, reason }]);
    expect(replies).toHaveLength(answers);
  });

  it('counts no longer once the token has ended, even if nobody closed the socket yet', () => {
    const { read, one, closed, pass } = door();
    pass(600_000);
    expect(read(one, fix())).toBeNull();
    expect(closed).toEqual([{ socket: one, reason: 'UNAUTHORIZED' }]);
  });
});

describe('a flood', () => {
  it('is closed at its 41st message in a burst, and nobody else is', () => {
    const { read, one, other, closed } = door();
    for (let sent = 0; sent < 40; sent++) expect(read(one, fix())).not.toBeNull();
    expect(read(one, fix())).toBeNull();
    expect(closed).toEqual([{ socket: one, reason: 'RATE_LIMITED' }]);
    expect(read(other, fix())).not.toBeNull();
  });

  it('is not what comes twenty times a second, however long', () => {
    const { read, one, closed, pass } = door();
    for (let sent = 0; sent < 2_000; sent++) {
      read(one, fix());
      pass(50);
    }
    expect(closed).toEqual([]);
  });

  it('is what comes a little faster, in the end', () => {
    const { read, one, closed, pass } = door();
    for (let sent = 0; sent < 400 && closed.length === 0; sent++) {
      read(one, fix());
      pass(40);
    }
    expect(closed).toEqual([{ socket: one, reason: 'RATE_LIMITED' }]);
  });
});
