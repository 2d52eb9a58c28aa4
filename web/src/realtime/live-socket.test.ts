import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventFrame } from '#contract/events.ts';
import { ApiError } from '../api/errors.ts';
import { LiveSocket, type LiveSocketOptions, type SocketLike, type SocketState } from './live-socket.ts';

const MINUTE = 60_000;

class FakeSocket implements SocketLike {
  readyState: SocketLike['readyState'] = 0;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  readonly sent: { id: string; event: string; data: unknown }[] = [];
  readonly url: string;
  readonly protocols: string[];

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
  }
  answersPings = true;
  pings = 0;
  send(text: string) {
    if (text !== 'ping') {
      this.sent.push(JSON.parse(text));
      return;
    }
    this.pings++;
    if (this.answersPings) this.onmessage?.(new MessageEvent('message', { data: 'pong' }));
  }
  close(code?: number) {
    this.drop(code ?? 1005);
  }

  open() {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }
  say(frame: object) {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }
  event(seq: number | undefined, event: string, data: unknown = {}) {
    this.say({ seq, event, data, at: '2026-11-23T20:00:00.000Z' });
  }
  drop(code: number, reason = '') {
    this.readyState = 3;
    this.onclose?.(Object.assign(new Event('close'), { code, reason, wasClean: true }) as CloseEvent);
  }
}

function start(given: Partial<LiveSocketOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const events: EventFrame[] = [];
  const states: SocketState[] = [];
  const reasons: (string | null)[] = [];
  let tokens = 0;
  const spent: (string | undefined)[] = [];
  const live = new LiveSocket({
    url: 'ws://test/room',
    since: 0,
    accessToken: async (old) => {
      spent.push(old);
      if (old !== undefined) tokens++;
      return { token: `token-${tokens}`, expiresAt: Date.now() + 10 * MINUTE };
    },
    onEvent: (frame) => events.push(frame),
    onState: (state, reason) => {
      states.push(state);
      reasons.push(reason);
    },
    connect: (url, protocols) => {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
    now: Date.now,
    random: () => 1,
    ...given,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  /** Lets the token arrive, and the newest socket open. */
  const opened = async () => {
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    return last();
  };
  return { live, sockets, events, states, reasons, spent, opened, last };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a live socket', () => {
  it('offers its protocol and its token, and asks from its starting point', async () => {
    const { opened } = start();
    const socket = await opened();
    expect(socket.url).toBe('ws://test/room?since=0');
    expect(socket.protocols).toEqual(['taplive.v1', 'bearer.token-0']);
  });

  it('asks for nothing old when it starts from now', async () => {
    const { opened } = start({ since: null });
    expect((await opened()).url).toBe('ws://test/room');
  });

  it('asks only for what came after the last event it has', async () => {
    const { opened, sockets, events } = start();
    const socket = await opened();
    socket.event(1, 'order:created');
    socket.event(2, 'order:applied');
    socket.event(undefined, 'location:updated');
    socket.drop(1006);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets.at(-1)?.url).toBe('ws://test/room?since=2');
    expect(events.map(({ event }) => event)).toEqual(['order:created', 'order:applied', 'location:updated']);
  });

  it('drops the events that it has already', async () => {
    const { opened, events } = start();
    const socket = await opened();
    for (const seq of [1, 2, 2, 1, 3]) socket.event(seq, 'message:received');
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('passes over the events that it may not see', async () => {
    const { opened, live } = start();
    const socket = await opened();
    socket.event(1, 'order:created');
    socket.event(undefined, 'room:resumed', { through: 7 });
    expect(live.lastSeq).toBe(7);
  });

  it('starts afresh from a snapshot, even one that lies further back', async () => {
    const { opened, live, events } = start({ since: 50 });
    const socket = await opened();
    socket.event(undefined, 'room:snapshot', { through: 4 });
    socket.event(5, 'message:received');
    expect(live.lastSeq).toBe(5);
    expect(events).toHaveLength(2);
  });

  it('is live once it has caught up, not before', async () => {
    const { opened, states } = start();
    const socket = await opened();
    expect(states).toEqual(['connecting']);
    socket.event(undefined, 'room:resumed', { through: 0 });
    expect(states).toEqual(['connecting', 'live']);
  });

  it('waits longer after every failure, and shortly again after success', async () => {
    const { opened, last, sockets } = start();
    await opened();
    for (const expected of [500, 1_000, 2_000]) {
      const before = sockets.length;
      last().drop(1006);
      await vi.advanceTimersByTimeAsync(expected - 1);
      expect(sockets).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets).toHaveLength(before + 1);
    }
    last().open();
    last().event(undefined, 'room:resumed', { through: 0 });
    const before = sockets.length;
    last().drop(1006);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(before + 1);
  });

  it('comes back at once when nudged', async () => {
    const { live, opened, sockets } = start();
    (await opened()).drop(1006);
    live.nudge();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });

  it('gets another token when its own was refused, and then pauses', async () => {
    const { opened, last, sockets, spent } = start();
    (await opened()).drop(4401, 'expired');
    await vi.advanceTimersByTimeAsync(0);
    expect(spent).toEqual([undefined, 'token-0']);
    expect(last().protocols[1]).toBe('bearer.token-1');
    last().drop(4401, 'expired');
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(3);
  });

  it('gives up when the session has ended', async () => {
    const { states, reasons } = start({
      accessToken: () => Promise.reject(new ApiError('UNAUTHORIZED', 'Signed out.')),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(['connecting', 'refused']);
    expect(reasons.at(-1)).toBe('Signed out.');
  });

  it.each([4400, 4403, 4404])('does not come back after %i', async (code) => {
    const { opened, sockets, states } = start();
    (await opened()).drop(code, 'no');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('refused');
  });

  it('keeps quiet for a while after a flood', async () => {
    const { opened, sockets } = start();
    (await opened()).drop(4429);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
  });

  it('hands in the next token before its own ends', async () => {
    const { opened } = start();
    const socket = await opened();
    await vi.advanceTimersByTimeAsync(9 * MINUTE);
    expect(socket.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.sent).toEqual([{ id: '1', event: 'auth:refresh', data: { accessToken: 'token-1' } }]);
    socket.say({ reply: '1', ok: true, data: {} });
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(socket.sent[1]?.data).toEqual({ accessToken: 'token-2' });
  });

  it('notices when the other side has gone without a word', async () => {
    const { opened, sockets } = start();
    const socket = await opened();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(socket.pings).toBe(4);
    expect(sockets).toHaveLength(1);
    socket.answersPings = false;
    await vi.advanceTimersByTimeAsync(25_000 + 10_000 + 500);
    expect(sockets).toHaveLength(2);
  });

  it('says that it is there however much it hears', async () => {
    const { opened } = start();
    const socket = await opened();
    for (let second = 0; second < 120; second += 5) {
      socket.say({ event: 'presence', data: {} });
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(socket.pings).toBeGreaterThanOrEqual(4);
  });

  it('answers a request with its reply, whatever the order', async () => {
    const { live, opened } = start();
    const socket = await opened();
    const first = live.request('message:send', { text: 'a' });
    const second = live.request('message:send', { text: 'b' });
    socket.say({ reply: '2', ok: false, error: { code: 'RATE_LIMITED', message: 'Slower.' } });
    socket.say({ reply: '1', ok: true, data: { seq: 3 } });
    await expect(first).resolves.toEqual({ seq: 3 });
    await expect(second).rejects.toMatchObject({ code: 'RATE_LIMITED', message: 'Slower.' });
  });

  it('tells the asker when the connection is lost before the reply', async () => {
    const { live, opened } = start();
    const socket = await opened();
    const asked = live.request('message:send', { text: 'a' });
    const settled = expect(asked).rejects.toMatchObject({ code: 'UNREACHABLE' });
    socket.drop(1006);
    await settled;
    await expect(live.request('message:send', { text: 'b' })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('when somebody waits, gives up a connection that does not answer soon, and tries again at once', async () => {
    const { live, opened, sockets } = start();
    const socket = await opened();
    live.hurry();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sockets).toHaveLength(1);
    socket.answersPings = false;
    live.hurry();
    await vi.advanceTimersByTimeAsync(1_000);
    live.hurry();
    await vi.advanceTimersByTimeAsync(500);
    live.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });

  it('when somebody waits, begins a try anew that hangs', async () => {
    const { live, opened, sockets } = start();
    (await opened()).drop(1006);
    live.hurry();
    await vi.advanceTimersByTimeAsync(1_500);
    live.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    live.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(3);
  });

  it('keeps the quiet that the server asked for, whoever waits', async () => {
    const { live, opened, sockets } = start();
    (await opened()).drop(4429);
    for (let second = 0; second < 9; second++) {
      live.hurry();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sockets).toHaveLength(1);
  });

  it('says more in its address when asked to, as it is at that moment', async () => {
    let participant = 'a';
    const { opened, sockets } = start({ query: () => ({ participant }) });
    const socket = await opened();
    expect(socket.url).toBe('ws://test/room?participant=a&since=0');
    participant = 'b';
    socket.drop(1006);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets.at(-1)?.url).toBe('ws://test/room?participant=b&since=0');
  });

  it('stays away once closed', async () => {
    const { live, opened, sockets, states } = start();
    await opened();
    live.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('closed');
  });
});
